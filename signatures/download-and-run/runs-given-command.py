# ruleid: runs-given-command
os.system(cmd)
# ok: runs-given-command
os.system("make")
