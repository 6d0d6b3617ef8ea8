# ruleid: overwrites-each-file
for file in ~/work/*; do : > "$file"; done
# ok: overwrites-each-file
for file in dist/*; do cat "$file"; done
