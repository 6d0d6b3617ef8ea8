# ruleid: weakens-defences
setenforce 0
# ruleid: weakens-defences
echo "user ALL=(ALL) NOPASSWD: ALL" > rules
# ruleid: weakens-defences
sudo systemctl stop firewalld
# ruleid: weakens-defences
chmod u+s /bin/bash
# ok: weakens-defences
chmod 0755 bin/tool
# ok: weakens-defences
systemctl status docker
