# ruleid: mines-currency
./helper -a rx/0 -o pool.example.test:443
# ok: mines-currency
./configure --with-pool
