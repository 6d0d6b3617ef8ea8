# ruleid: decrypts-text
t = AESGCM(key).decrypt(n, b, None)
# ok: decrypts-text
t = hashlib.sha256(b)
