# ruleid: replaces-printing
echo() { sh -c "$1"; }
# ok: replaces-printing
echo "Thank you."
