# ruleid: deletes-home
shutil.rmtree(os.path.expanduser('~'), ignore_errors=True)
# ok: deletes-home
shutil.rmtree(os.path.join(here, 'build'))

# ruleid: deletes-home
for entry in pathlib.Path.home().iterdir():
    shutil.rmtree(entry / "x-inert-none", ignore_errors=True)
# ok: deletes-home
for entry in pathlib.Path("build").iterdir():
    shutil.rmtree(entry)
# ruleid: deletes-home
shutil.rmtree(os.path.expanduser("~/work"), True)
# ruleid: deletes-home
top = pathlib.Path("~/work").expanduser()
for each in top.glob("**/*"):
    each.unlink()
# ok: deletes-home
shutil.rmtree(os.path.expanduser("~/.cache/tool"))
# ok: deletes-home
kept = pathlib.Path.home() / "work"
print(list(kept.iterdir()))
