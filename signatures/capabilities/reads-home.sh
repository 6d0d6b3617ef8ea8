# ruleid: reads-home
ls ~/
# ok: reads-home
ls .
