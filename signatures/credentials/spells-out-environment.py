# ruleid: spells-out-environment
t = json.dumps(dict(os.environ))
# ok: spells-out-environment
t = os.environ["A"]
