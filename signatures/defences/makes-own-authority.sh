# ruleid: makes-own-authority
openssl req -new -newkey rsa:2048 -nodes -x509 -keyout a.key -out a.crt
# ok: makes-own-authority
openssl req -new -key a.key -out a.csr
