# ruleid: drives-coding-agent
claude -p "$(cat prompt.md)" > /tmp/found
# ok: drives-coding-agent
command -v claude >/dev/null && echo "claude is installed"
