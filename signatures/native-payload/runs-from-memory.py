# ruleid: runs-from-memory
fd = os.memfd_create("x")
# ok: runs-from-memory
fd = os.open("x", os.O_RDONLY)
