words="one two"
echo "$words"
