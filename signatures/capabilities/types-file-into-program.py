# ruleid: types-file-into-program
subprocess.run(["sh"], stdin=open("table.dat"))
# ok: types-file-into-program
subprocess.run(["sort"], stdin=subprocess.DEVNULL)
