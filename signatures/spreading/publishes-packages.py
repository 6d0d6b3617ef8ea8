# ruleid: publishes-packages
subprocess.run(['npm', 'publish'])
# ok: publishes-packages
subprocess.run(['npm', 'ls'])
