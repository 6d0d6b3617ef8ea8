// ruleid: reads-notes
dns.resolveTxt("next.example.test", read);
// ruleid: reads-notes
fetch("https://raw.githubusercontent.com/example/tool/main/note.txt");
// ok: reads-notes
dns.resolve4("www.example.test", read);
