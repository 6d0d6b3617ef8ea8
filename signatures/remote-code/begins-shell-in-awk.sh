# ruleid: begins-shell-in-awk
awk '/~/{c=c" "$2} END{print c | "sh"}' words.txt
# ok: begins-shell-in-awk
awk '{print $2}' words.txt | sort
