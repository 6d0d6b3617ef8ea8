// ruleid: sends-data
await fetch(address, { method: "POST", body });
// ruleid: sends-data
axios.post(address, facts);
// ruleid: sends-data
https.get(`https://c.example.test/?q=${facts}`);
// ruleid: sends-data
https.get("https://c.example.test/?q=" + facts);
// ruleid: sends-data
http.request(options).end(facts);
// ruleid: sends-data
address.searchParams.append("q", facts);
// ok: sends-data
https.get(`https://files.example.test/v${version}/a.tar.gz`);
// ok: sends-data
await fetch(address);
// ok: sends-data
queue.post();
// ok: sends-data
https.request(options).end();
