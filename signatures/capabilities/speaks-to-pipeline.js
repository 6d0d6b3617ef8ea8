// ruleid: speaks-to-pipeline
fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, text);
// ok: speaks-to-pipeline
const token = process.env.GITHUB_ACTIONS;
