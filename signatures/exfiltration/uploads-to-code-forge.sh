# ruleid: uploads-to-code-forge
git push https://u:$T@github.com/u/d.git HEAD
# ok: uploads-to-code-forge
git clone https://github.com/u/d.git
