# ruleid: types-into-program
child.stdin.write(body)
# ruleid: types-into-program
child.communicate(input=answer.read())
# ok: types-into-program
child.communicate()
