# ruleid: reads-files
cat "$TABLE"
# ruleid: reads-files
curl -T - https://files.example.test <"$TABLE"
# ok: reads-files
cat settings.json
