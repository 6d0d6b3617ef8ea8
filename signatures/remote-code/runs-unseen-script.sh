words=$(cat "$1")
eval "$words"
$2 "$words"
