# ruleid: evaluates-script-text
exec(compile(text, "a", "exec"))
# ok: evaluates-script-text
re.compile("a")
