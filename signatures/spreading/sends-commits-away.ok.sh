git clone -q https://code.example.test/a.git
git -C a log -1
git clone -q --depth 1 https://code.example.test/push-words.git push
