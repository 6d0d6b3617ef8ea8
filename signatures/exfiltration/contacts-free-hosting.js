// ruleid: contacts-free-hosting
fetch("https://a.workers.dev/c");
// ok: contacts-free-hosting
fetch("https://files.example.test/c");
