# ruleid: plants-in-shell-line
echo 'node ~/.cache/tool/agent.js &' >> ~/.bashrc
# ruleid: plants-in-shell-line
echo "alias sudo='~/.cache/sudo'" >> ~/.bashrc
# ok: plants-in-shell-line
echo 'source <(tool completion bash)' >> ~/.bashrc
# ok: plants-in-shell-line
echo 'eval "$(tool completion)"' >> ~/.bashrc
