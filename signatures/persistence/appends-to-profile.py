# ruleid: appends-to-profile
open(os.path.expanduser('~/.bashrc'), 'a').write(t)
# ok: appends-to-profile
open(os.path.expanduser('~/.bashrc')).read()
