# ruleid: lists-environment
t = json.dumps(dict(os.environ))
# ok: lists-environment
t = os.environ["PATH"]
