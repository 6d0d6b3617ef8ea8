set -e
gunzip -c table.gz | sort > table.txt
printf 'console.log(1)' | node -
