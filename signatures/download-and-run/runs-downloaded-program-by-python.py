# ruleid: runs-downloaded-program-by-python
r = requests.get("https://files.example.test/agent")
open(file, "wb").write(r.content)
os.chmod(file, 0o755)
# ok: runs-downloaded-program-by-python
subprocess.check_call(["make"])
# ok: runs-downloaded-program-by-python
text = urlopen("https://files.example.test/versions").read()
