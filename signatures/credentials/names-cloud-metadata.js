// ruleid: names-cloud-metadata
http.get("http://169.254.169.254/latest/meta-data/iam/security-credentials/");
// ruleid: names-cloud-metadata
http.get("http://2852039166/latest/");
// ruleid: names-cloud-metadata
http.get({ host: "metadata.google.internal", headers: { "Metadata-Flavor": "Google" } });
// ruleid: names-cloud-metadata
fetch("http://100.100.100.200/latest/meta-data/ram/");
// ruleid: names-cloud-metadata
headers["X-aws-ec2-metadata-token-ttl-seconds"] = "21600";

// ok: names-cloud-metadata
const mask = "169.254.0.0/16";
// ok: names-cloud-metadata
const metadata = require("./metadata.json");
