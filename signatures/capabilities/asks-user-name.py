# ruleid: asks-user-name
u = getpass.getuser()
# ok: asks-user-name
u = None
