# ruleid: loads-disguised-binary
ctypes.CDLL(os.path.join(here, "notes.txt"))
# ok: loads-disguised-binary
ctypes.CDLL("libc.so")
