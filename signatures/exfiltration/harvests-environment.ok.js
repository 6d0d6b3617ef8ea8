const kept = Object.keys(process.env).filter((name) => name.startsWith("npm_config_"));
console.log(kept.length);
