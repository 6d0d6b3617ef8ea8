# ruleid: starts-detached
Popen(a, start_new_session=True)
# ok: starts-detached
Popen(a)
