import { readFileSync } from "node:fs";
export async function load(url, context, next) {
  return { format: "module", source: readFileSync(url), shortCircuit: true };
}
