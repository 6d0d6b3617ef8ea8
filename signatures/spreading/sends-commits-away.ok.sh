git clone -q https://code.example.test/a.git
git -C a log -1
