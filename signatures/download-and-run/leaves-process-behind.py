# ruleid: leaves-process-behind
subprocess.Popen([exe, f], start_new_session=True)
# ok: leaves-process-behind
subprocess.Popen([exe, f])
