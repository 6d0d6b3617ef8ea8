export async function resolve(name, context, next) {
  // ruleid: answers-as-loader
  return { url: name, format: "module", shortCircuit: true };
}
// ok: answers-as-loader
export async function open(name) {}
