# ruleid: asks-where-secrets-lie
cat "$npm_config_userconfig"
# ok: asks-where-secrets-lie
cat "$npm_config_cache/list"
