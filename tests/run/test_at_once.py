"""What npm asks of the file system is answered at once: with Node's own answers, in Node's order, while that pays."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from safe_install.run import calls
from safe_install.run.process import run_to_end

AT_ONCE = Path(calls.__file__).with_name("at_once.cjs")
ASKED = """
const fs = require("node:fs"), { promisify, isDeepStrictEqual } = require("node:util")
process.chdir(process.argv[2])
const said = []
const told = (name) => (error, ...values) => said.push([
  name, error ? [error.code, error.errno, error.syscall, error.path && error.path.replace(process.cwd(), "."), error.message.replace(process.cwd(), ".")] : null,
  ...values.map((one) => (one instanceof fs.Stats ? ["stats", one.size, one.isFile(), one.mode] : ArrayBuffer.isView(one) ? one.toString() : one)),
])
async function ask(name, ...given) {
  await new Promise((done) => fs[name](...given, (...values) => { told(name)(...values); done() }))
}
async function main() {
  const fd = fs.openSync("made", "w+")
  await ask("write", fd, Buffer.from("hello"), 0, 5, null)
  await ask("write", fd, " there")
  await ask("writev", fd, [Buffer.from(", "), Buffer.from("you")])
  await ask("read", fd, Buffer.alloc(8), 0, 8, 0)
  await ask("read", fd, { buffer: Buffer.alloc(4), position: 1 })
  await ask("close", fd)
  await ask("close", fd)
  await ask("stat", "made")
  await ask("lstat", "nothing")
  await ask("mkdir", "folder")
  await ask("mkdir", "folder")
  await ask("mkdir", "folder/a/b", { recursive: true, mode: 0o700 })
  await ask("open", "folder/none", "r")
  await ask("open", "folder", "w")
  for (const wrong of [() => fs.open(), () => fs.open({}, "r", () => {}), () => fs.stat("made"), () => fs.close("x", () => {})]) {
    try { wrong(); said.push("went well") } catch (error) { said.push([error.code, error.message]) }
  }
  const later = promisify(fs.read), opened = fs.openSync("made", "r")
  said.push(Object.keys(await later(opened, Buffer.alloc(5), 0, 5, 0)))
  said.push([fs.open.name.length > 0, fs.lstat.length, Error.stackTraceLimit])
  console.log(JSON.stringify(said))
}
main()
"""


def node(folder: Path, script: str, *loaded: str, words: tuple[str, ...] = ()) -> list[object]:
    """Run a script on node with what is loaded before it, and give what it says as JSON."""
    (folder / "script.cjs").write_text(script, encoding="utf-8")
    program = shutil.which("node")
    assert program is not None
    argv = (program, *(word for one in loaded for word in ("--require", one)), str(folder / "script.cjs"), *words)
    ran = run_to_end(argv, cwd=folder, env={"PATH": os.environ["PATH"]}, time_limit=60)
    assert ran.exit_code == 0, ran.output
    answer: list[object] = json.loads(ran.output)
    return answer


def test_every_answer_is_the_one_that_node_gives(tmp_path: Path) -> None:
    answers = []
    for name, loaded in (("own", ()), ("ours", (str(AT_ONCE),))):
        place = tmp_path / name / "a b"
        place.mkdir(parents=True)
        answers.append(node(tmp_path, ASKED, *loaded, words=(str(place),)))
    own, ours = answers
    assert ours == own
    assert len(own) == 20


def test_an_answer_comes_after_the_call_has_returned(tmp_path: Path) -> None:
    script = """
    const fs = require("node:fs"), order = []
    fs.lstat(__filename, () => { order.push("answer"); console.log(JSON.stringify(order)) })
    order.push("returned")
    """
    assert node(tmp_path, script, str(AT_ONCE)) == ["returned", "answer"]


def test_it_is_the_same_thread_that_answers(tmp_path: Path) -> None:
    assert node(tmp_path, counting("plain"), counted(tmp_path), str(AT_ONCE)) == [100, 100]


def test_timers_have_their_turn_among_many_answers(tmp_path: Path) -> None:
    script = """
    const fs = require("node:fs")
    let over = false, asked = 0
    setTimeout(() => { over = true }, 0)
    const again = () => (over || ++asked > 1e6 ? console.log(JSON.stringify([over])) : fs.lstat(__filename, again))
    again()
    """
    assert node(tmp_path, script, str(AT_ONCE)) == [True]


def test_where_opening_takes_long_node_does_as_it_always_does(tmp_path: Path) -> None:
    at_once, opened = node(tmp_path, counting("slow"), counted(tmp_path), slow_clock(tmp_path), str(AT_ONCE))
    assert (at_once, opened) == (64, 100)


def test_one_slow_opening_changes_nothing(tmp_path: Path) -> None:
    at_once, opened = node(tmp_path, counting("one"), counted(tmp_path), slow_clock(tmp_path, every=40), str(AT_ONCE))
    assert (at_once, opened) == (100, 100)


def test_after_many_openings_it_is_tried_again(tmp_path: Path) -> None:
    at_once, opened = node(
        tmp_path, counting("slow", times=8100), counted(tmp_path), slow_clock(tmp_path), str(AT_ONCE)
    )
    assert (at_once, opened) == (100, 8100)


def counted(folder: Path) -> str:
    """Write what counts the openings that the thread of the script makes itself."""
    path = folder / "counted.cjs"
    path.write_text(
        'const fs = require("node:fs"), open = fs.openSync\nglobalThis.atOnce = 0\n'
        "fs.openSync = (...given) => { globalThis.atOnce += 1; return open(...given) }\n",
        encoding="utf-8",
    )
    return str(path)


def slow_clock(folder: Path, every: int = 2) -> str:
    """Write a clock by which a second passes at every other look at it, or more rarely."""
    path = folder / "clock.cjs"
    path.write_text(
        'const { performance } = require("node:perf_hooks")\nlet looks = 0, now = 0\n'
        f"performance.now = () => (++looks % {every} === 0 ? (now += 1000) : now)\n",
        encoding="utf-8",
    )
    return str(path)


def counting(name: str, times: int = 100) -> str:
    """Write a script that opens a file so many times, and says how many of them were made at once."""
    return f"""
    const fs = require("node:fs")
    let opened = 0
    const again = (error, fd) => {{
      if (error) throw error
      if (fd !== undefined) {{ fs.closeSync(fd); opened += 1 }}
      if (opened === {times}) console.log(JSON.stringify([globalThis.atOnce, opened]))
      else fs.open("{name}", "w", again)
    }}
    again()
    """
