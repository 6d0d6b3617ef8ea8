# ruleid: runs-copied-data
cp assets/spinner.gif "$t/worker" && chmod 755 "$t/worker" && "$t/worker" --quiet
# ruleid: runs-copied-data
cat lib/table.dat > run; chmod +x run; ./run
# ruleid: runs-copied-data
install -m 755 fonts/mono.woff2 /opt/x-inert-none/render && (/opt/x-inert-none/render)
# ok: runs-copied-data
cp assets/spinner.gif "$out/spinner.gif" && "$tools/shrink" "$out/spinner.gif"
# ok: runs-copied-data
cp vendor/tool-linux "$t/tool" && "$t/tool" --version
# ok: runs-copied-data
cp assets/logo.png build; build
