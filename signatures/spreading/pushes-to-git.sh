# ruleid: pushes-to-git
git commit -qm "chore" && git push
# ruleid: pushes-to-git
git push https://user:$TOKEN@code.example.test/a.git
# ok: pushes-to-git
git clone https://code.example.test/a.git
