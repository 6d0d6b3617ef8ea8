# ruleid: evaluates-decoded-text-by-python
code = base64.b64decode(text).decode()
exec(code)
# ruleid: evaluates-decoded-text-by-python
exec(zlib.decompress(base64.b64decode(text)))
# ruleid: evaluates-decoded-text-by-python
__import__('base64')
# ok: evaluates-decoded-text-by-python
exec(open('version.py').read())
# ok: evaluates-decoded-text-by-python
data = base64.b64decode(text)
open("icon.png", "wb").write(data)
