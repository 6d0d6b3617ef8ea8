set -e
openssl enc -d -aes-256-cbc -a -in table.bin -k "$npm_package_name" |
  "${npm_node_execpath:-node}" -
