// ruleid: reads-clipboard
const t = execSync("pbpaste");
// ruleid: reads-clipboard
const t = execSync("xclip -selection clipboard -o");
// ok: reads-clipboard
clipboardy.writeSync(text);
