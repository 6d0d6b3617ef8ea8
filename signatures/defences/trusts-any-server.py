# ruleid: trusts-any-server
requests.get(address, verify=False)
# ok: trusts-any-server
requests.get(address)
