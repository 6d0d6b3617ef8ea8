import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const skip = process.env.EXAMPLE_SKIP_DOWNLOAD ?? process.env.npm_config_example_skip_download;
const proxy = process.env.HTTPS_PROXY || process.env.https_proxy || process.env.npm_config_https_proxy;
const cache = process.env["EXAMPLE_CACHE_DIR"] || join(homedir(), ".cache", "example");

async function download(url, target) {
  const headers = { "user-agent": "example-installer" };
  if (process.env.GITHUB_TOKEN && new URL(url).host === "api.github.com")
    headers.authorization = `token ${process.env.GITHUB_TOKEN}`;
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  await mkdir(cache, { recursive: true });
  await pipeline(answer.body, createWriteStream(`${target}.part`));
  await rename(`${target}.part`, target);
}

if (!skip) {
  const target = join(cache, `browser-${process.platform}-${process.arch}.zip`);
  if (proxy) console.log(`Using the proxy ${new URL(proxy).host}`);
  if (!existsSync(target)) await download("https://example.test/browser/stable.zip", target);
  globalThis.process?.stdout.write("ready\n");
}
