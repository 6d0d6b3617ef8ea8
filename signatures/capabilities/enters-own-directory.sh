# ruleid: enters-own-directory
cd "$(dirname "$0")/words"
# ruleid: enters-own-directory
cd native && make
# ok: enters-own-directory
cd ../words
# ok: enters-own-directory
cd "$INIT_CWD"
