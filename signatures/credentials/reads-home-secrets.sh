# ruleid: reads-home-secrets
cat ~/.bash_history
# ok: reads-home-secrets
cat a
