# ruleid: writes-files
open(p, "wb").write(b)
# ok: writes-files
open(p).read()
