# ruleid: writes-script-files
curl -s $A > a.sh
# ok: writes-script-files
echo a > a.txt
