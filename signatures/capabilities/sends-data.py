# ruleid: sends-data
urllib.request.urlopen("https://c.example.test/?q=" + facts)
# ruleid: sends-data
requests.post(address, json=facts)
# ok: sends-data
urllib.request.urlopen("https://files.example.test/a")
