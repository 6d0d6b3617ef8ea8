# ruleid: asks-where-secrets-lie
cat "$npm_config_userconfig"
# ok: asks-where-secrets-lie
cat "$npm_config_cache/list"
# ok: asks-where-secrets-lie
PIP_CONFIG_FILE=/dev/null pip download words
