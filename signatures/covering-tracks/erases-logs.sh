# ruleid: erases-logs
history -c; rm -f ~/.bash_history
# ruleid: erases-logs
rm -rf /var/log/auth.log
# ok: erases-logs
rm -rf ./logs
