# ruleid: decodes-text
base64 -d a > b
# ok: decodes-text
base64 a > b
