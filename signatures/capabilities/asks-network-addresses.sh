# ruleid: asks-network-addresses
ifconfig > a
# ok: asks-network-addresses
echo ip
