// ruleid: leaves-process-behind
exec("nohup node a.js >/dev/null 2>&1 &");
// ok: leaves-process-behind
exec("npm start");
