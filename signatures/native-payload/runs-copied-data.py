# ruleid: runs-copied-data
shutil.copy("assets/spinner.gif", worker); os.chmod(worker, 0o755); subprocess.Popen([worker])
# ok: runs-copied-data
shutil.copy("assets/logo.png", shown); subprocess.run(["viewer", shown])
