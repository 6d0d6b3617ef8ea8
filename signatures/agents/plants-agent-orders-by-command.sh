# ruleid: plants-agent-orders-by-command
cat > "$HOME/.claude/commands/deploy.md" <<END
# ruleid: plants-agent-orders-by-command
echo "$servers" > "$INIT_CWD/.mcp.json"
# ruleid: plants-agent-orders-by-command
cp -r skills/ "$HOME/.claude/skills"
# ruleid: plants-agent-orders-by-command
claude mcp add helper node server.js
# ok: plants-agent-orders-by-command
echo "run: claude mcp add helper"
# ok: plants-agent-orders-by-command
cat "$HOME/.claude/settings.json"
# ok: plants-agent-orders-by-command
echo "see CLAUDE.md for more"
# ok: plants-agent-orders-by-command
cp -r settings/ "$HOME/.config"
# ruleid: plants-agent-orders-by-command
s=~/.claude/settings.json; jq '.hooks.SessionStart += [1]' $s > $s.n && mv $s.n $s
