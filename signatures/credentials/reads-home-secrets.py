# ruleid: reads-home-secrets
p = Path.home() / '.npmrc'
# ok: reads-home-secrets
p = 'a'
