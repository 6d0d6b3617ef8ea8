// ruleid: names-script-address
import(`data:text/javascript,${text}`);
// ok: names-script-address
const picture = "data:image/png;base64,AAAA";
