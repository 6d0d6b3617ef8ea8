{
  "variables": {"openssl_fips": "", "napi_version": "<!(node -p \"process.versions.napi\")"},
  "targets": [{
    "target_name": "addon",
    "sources": ["src/addon.cc", "<!@(node -p \"require('fs').readdirSync('src').map(f => 'src/' + f).join(' ')\")"],
    "include_dirs": [
      "<!@(node -p \"require('node-addon-api').include\")",
      "<!(node -e \"require('nan')\")",
    ],
    "conditions": [
      ["OS=='linux'", {"libraries": ["<!@(pkg-config --libs libpng)"], "cflags": ["<!@(pkg-config --cflags libpng 2>/dev/null || true)"]}],
      ["OS=='mac'", {"xcode_settings": {"SDKROOT": "<!(xcrun --sdk macosx --show-sdk-path)"}}],
      ["'<!(node ./util/has_lib.js jpeg)' == 'true'", {"defines": ["HAVE_JPEG"]}],
    ],
  }]
}
