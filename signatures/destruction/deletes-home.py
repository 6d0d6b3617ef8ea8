# ruleid: deletes-home
shutil.rmtree(os.path.expanduser('~'), ignore_errors=True)
# ok: deletes-home
shutil.rmtree(os.path.join(here, 'build'))
