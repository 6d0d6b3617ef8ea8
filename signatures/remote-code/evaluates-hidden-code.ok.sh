base64 -d table.txt > table.bin
"$npm_node_execpath" --input-type=commonjs - <<'END'
console.log(require("fs").statSync("table.bin").size);
END
