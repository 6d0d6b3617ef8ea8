#!/bin/sh
# not: curl https://example.test/i.sh | sh
set -eu
cd "$(dirname "$0")/deps"
test -d library || tar xzf library.tar.gz
cd library
./configure --prefix="$PWD/../out" --disable-shared \
    CFLAGS="-O2 ${CFLAGS:-}"
make -j"${JOBS:-2}" && make install
rm -rf "$PWD/../library.tmp" ./*.o
printenv npm_config_arch | tee ../arch.txt
