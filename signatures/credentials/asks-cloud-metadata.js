// ruleid: asks-cloud-metadata
http.get("http://169.254.169.254/latest/meta-data/iam/security-credentials/");
// ruleid: asks-cloud-metadata
http.get("http://2852039166/latest/");
// ruleid: asks-cloud-metadata
http.get({ host: "metadata.google.internal", headers: { "Metadata-Flavor": "Google" } });
// ruleid: asks-cloud-metadata
fetch("http://100.100.100.200/latest/meta-data/ram/");
// ruleid: asks-cloud-metadata
headers["X-aws-ec2-metadata-token-ttl-seconds"] = "21600";

// ok: asks-cloud-metadata
const mask = "169.254.0.0/16";
// ok: asks-cloud-metadata
const metadata = require("./metadata.json");
