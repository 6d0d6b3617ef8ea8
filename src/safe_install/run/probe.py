"""One real try of a sandbox before anything is trusted to it: what it must keep out is really there to be found."""

from __future__ import annotations

import json
import socket

from safe_install.errors import SandboxError
from safe_install.run.files import private_folder
from safe_install.run.npm import Npm
from safe_install.run.walls import Access, Sandbox, View, Walls, tool_views

_TIME_LIMIT = 30.0
_PROGRAM = """
const fs = require("node:fs"), net = require("node:net")
const [secret, outside, inside, port] = process.argv.slice(1)
const can = (act) => { try { act(); return true } catch { return false } }
const wrong = []
if (Object.keys(process.env).some((name) => name !== "PATH" && name !== "PWD")) wrong.push("variables are seen")
if (can(() => fs.readFileSync(secret))) wrong.push("hidden files can be read")
if (can(() => fs.accessSync("/usr", fs.constants.W_OK))) wrong.push("the system can be written")
if (can(() => fs.closeSync(fs.openSync("/proc/sys/kernel/core_pattern", "r+")))) wrong.push("the kernel can be set")
can(() => fs.writeFileSync(outside, ""))
can(() => fs.writeFileSync(inside, ""))
const end = (open) => { if (open) wrong.push("the network is open"); console.log(JSON.stringify(wrong)); process.exit() }
net.connect(Number(port), "127.0.0.1").on("connect", () => end(true)).on("error", () => end(false))
"""


def probe(sandbox: Sandbox, npm: Npm) -> None:
    """Run a small program that tries to get out; raise `SandboxError` when it can, or when it cannot work at all."""
    with private_folder() as place, socket.create_server(("127.0.0.1", 0)) as server:
        (place / "secret").write_text("canary")
        (place / "shown").mkdir()
        (place / "scratch").mkdir()
        views = (*tool_views(npm), View(place / "shown", Access.WRITE))
        names = (place / "secret", place / "outside", place / "shown" / "inside", server.getsockname()[1])
        ran = sandbox.run(
            (str(npm.node), "-e", _PROGRAM, "--", *map(str, names)),
            cwd=place / "shown",
            env={"PATH": "/usr/bin:/bin"},
            walls=Walls(views=views, scratch=place / "scratch", time_limit=_TIME_LIMIT),
        )
        written = {path.name for path in place.rglob("*")}
    try:
        wrong = json.loads(ran.output)
    except ValueError:
        raise SandboxError(
            f"node does not run inside {sandbox.name}: {ran.output.strip()[-200:] or 'it said nothing'}",
            hint="A node below /usr, or an official build from nodejs.org in a folder of its own, works.",
        ) from None
    wrong += ["files outside can be written"] if "outside" in written else []
    wrong += ["its own folder cannot be written"] if "inside" not in written else []
    if wrong:
        raise SandboxError(f"{sandbox.name} does not hold: {', '.join(wrong)}. No script was run.")
