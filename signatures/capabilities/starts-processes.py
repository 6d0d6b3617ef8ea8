# ruleid: starts-processes
subprocess.run(["make"])
# ok: starts-processes
import os
