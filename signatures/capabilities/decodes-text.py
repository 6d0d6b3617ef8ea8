# ruleid: decodes-text
t = base64.b64decode(s)
# ok: decodes-text
t = s.decode()
