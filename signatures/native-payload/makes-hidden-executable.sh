# ruleid: makes-hidden-executable
chmod +x .words/run
# ok: makes-hidden-executable
chmod +x bin/run
# ok: makes-hidden-executable
chmod +x ./.husky/pre-commit
