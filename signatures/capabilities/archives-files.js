// ruleid: archives-files
const z = zlib.gzipSync(text);
// ok: archives-files
const z = zlib.gunzipSync(text);
