# ruleid: evaluates-script-text
exec(compile(text, "a", "exec"))
# ok: evaluates-script-text
re.compile("a")
# ok: evaluates-script-text
exec(name, ["--version"])
# ruleid: evaluates-script-text
exec(text, names)
