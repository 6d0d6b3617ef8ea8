# ruleid: runs-under-second-runtime
bun run index.js
# ruleid: runs-under-second-runtime
npx --yes bun@latest run payload.ts
# ruleid: runs-under-second-runtime
deno run -A main.ts
# ok: runs-under-second-runtime
command -v bun
# ok: runs-under-second-runtime
node index.js
