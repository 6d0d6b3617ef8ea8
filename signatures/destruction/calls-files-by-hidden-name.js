// ruleid: calls-files-by-hidden-name
fs[name](place, { recursive: true });
// ok: calls-files-by-hidden-name
fs["rmSync"](place);
// ok: calls-files-by-hidden-name
list[name](place);
