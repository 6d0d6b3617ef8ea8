// ruleid: waits-long
setTimeout(go, 60 * 1000);
// ok: waits-long
setTimeout(go, 100);
