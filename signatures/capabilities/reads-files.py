# ruleid: reads-files
open(os.environ["TABLE"]).read()
# ruleid: reads-files
pathlib.Path(name).read_text()
# ok: reads-files
open("settings.json")
