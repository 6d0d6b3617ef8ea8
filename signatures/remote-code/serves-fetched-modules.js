export async function load(url, context, next) {
  const source = await (await fetch("https://m.example.test/v.mjs")).text();
  return { format: "module", source, shortCircuit: true };
}
