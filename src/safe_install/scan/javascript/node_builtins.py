"""Node's own modules and global names, and which of them can run code that is not seen here.

A symbol is a dotted name of something of Node's, as this package spells it: ``require``, ``process.env``,
``node:child_process.exec``. Several roads to one thing are one symbol: ``module.parent.require`` is ``require``.
"""

from __future__ import annotations

_MODULES = """
assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns
dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path path/posix
path/win32 perf_hooks process punycode querystring readline readline/promises repl stream stream/consumers
stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty url util util/types v8 vm wasi
worker_threads zlib
"""
_INTERNAL = ("_http_", "_stream_", "_tls_")
_DEEPEST = 6  # members of a symbol that are told apart

MODULES = frozenset(_MODULES.split())

_SAME_MODULE = {
    "fs/promises": "node:fs",
    "inspector/promises": "node:inspector",
    "path/posix": "node:path",
    "path/win32": "node:path",
    "process": "process",
    "console": "console",
    "sys": "node:util",
}
_SAME_SYMBOL = {
    "Function.prototype.constructor": "Function",
    "module.require": "require",
    "module.parent": "module",
    "module.constructor": "node:module",
    "node:child_process.promises": "node:child_process",
    "node:fs.promises": "node:fs",
    "node:module.Module": "node:module",
    "node:module.prototype.constructor": "node:module",
    "node:path.posix": "node:path",
    "node:path.win32": "node:path",
    "process.mainModule": "module",
    "require.main": "module",
    **{f"{around}.{inner}": "globalThis" for around in ("globalThis", "this") for inner in ("global", "globalThis")},
    **{f"this.{name}": name for name in ("eval", "Function")},
}
GLOBALS = {
    **{name: name for name in ("require", "module", "process", "eval", "Function", "WebAssembly", "console", "fetch")},
    **{name: name for name in ("globalThis", "URL", "String", "Reflect", "Object", "setTimeout")},
    **{name: name for name in ("Bun", "Deno", "ShadowRealm", "setInterval", "setImmediate")},
    "Worker": "node:worker_threads.Worker",
    "global": "globalThis",
    "__require": "require",  # esbuild's name for it
    "__non_webpack_require__": "require",
}
"""Global names that mean a symbol."""

MANIFEST = "manifest"
"""The package's own package.json, where it is required."""

_SAFE = {
    "require": "resolve",
    "module": "exports id filename path paths loaded hot isPreloading",
    "process": (
        "_tickCallback env argv argv0 execPath execArgv exit exitCode cwd chdir platform arch version versions release config features title"
        " pid ppid stdin stdout stderr on once off emit addListener removeListener removeAllListeners listeners listenerCount"
        " prependListener setMaxListeners nextTick hrtime uptime memoryUsage cpuUsage resourceUsage umask getuid geteuid getgid"
        " getegid getgroups kill abort emitWarning connected send disconnect channel noDeprecation report _rawDebug"
        " allowedNodeEnvironmentFlags constrainedMemory availableMemory browser type isBun isDeno throwDeprecation"
    ),
    "eval": "",
    "Function": "prototype name length toString",
    "WebAssembly": "compile compileStreaming validate",  # which run nothing of it
    "Bun": "version revision env argv main nanoseconds sleep",
    "Deno": "version env args build pid",
    "ShadowRealm": "",
    "node:child_process": "",
    "node:sea": "isSea getAsset",
    "node:cluster": "isMaster isPrimary isWorker worker workers on",
    "node:ffi": "",
    "node:inspector": "url",
    "node:module": "builtinModules isBuiltin findPackageJSON enableCompileCache getCompileCacheDir",
    "node:repl": "",
    "node:sqlite": "",
    "node:test": "",
    "node:v8": "getHeapStatistics getHeapSpaceStatistics serialize deserialize cachedDataVersionTag",
    "node:vm": "createContext isContext constants",
    "node:wasi": "",
    "node:worker_threads": (
        "isMainThread parentPort workerData threadId MessageChannel MessagePort BroadcastChannel markAsUntransferable"
        " resourceLimits SHARE_ENV receiveMessageOnPort"
    ),
}
_NAMED_OTHERWISE = (
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ _channel _debugEnd _debugProcess"
    " _disconnect _eval _events _eventsCount _exiting _fatalException _getActiveHandles _getActiveRequests _handleQueue _kill"
    " _linkedBinding _makeCallback _maxListeners _nextDomainTick _pendingMessage _preload_modules _send _setupDomainUse"
    " _setupNextTick _startProfilerIdleNotifier _stopProfilerIdleNotifier _usingDomains addUncaughtExceptionCaptureCallback"
    " assert binding constructor crash debugPort dlopen domain eventNames execve finalization getActiveResourcesInfo"
    " getBuiltinModule getMaxListeners hang hasOwnProperty hasUncaughtExceptionCaptureCallback initgroups installPrefix"
    " isPrototypeOf loadEnvFile mainModule moduleLoadList openStdin parentPort permission prependOnceListener"
    " propertyIsEnumerable rawListeners reallyExit ref resourcesPath setSourceMapsEnabled"
    " setUncaughtExceptionCaptureCallback setegid seteuid setgid setgroups setuid sourceMapsEnabled stdio threadCpuUsage"
    " toLocaleString toString traceDeprecation traceProcessWarnings unref valueOf wrap"
)
"""What Node's ``process`` has beside what is safe, in any version from 0.10 to 25, and Electron's."""
_OF_PROCESS = frozenset(_NAMED_OTHERWISE.split())
_SAFE_MEMBERS = {root: frozenset(names.split()) for root, names in _SAFE.items()}


def builtin(specifier: str) -> str | None:
    """Name the builtin module that a specifier means, None when it means a package."""
    name = specifier.removeprefix("node:")
    if specifier.startswith("node:"):
        return name
    return name if name in MODULES or name.startswith(_INTERNAL) else None


def module_symbol(name: str) -> str:
    """Give the symbol of a builtin module, named without ``node:``."""
    return _SAME_MODULE.get(name, f"node:{name}")


_AS_MODULES = ("process", "console")


def member(symbol: str, name: str) -> str:
    """Give the symbol of a member."""
    if symbol == "globalThis" and name in GLOBALS:
        return GLOBALS[name]
    if ((symbol.startswith("node:") or symbol in _AS_MODULES) and name == "default") or symbol.count(".") >= _DEEPEST:
        return symbol
    whole = f"{symbol}.{name}"
    return _SAME_SYMBOL.get(whole, whole)


_STEERING = {
    MANIFEST: "name version",
    "module": "paths",
    "node:child_process": "exec execFile execFileSync execSync fork spawn spawnSync",
    "node:fs": (
        "createReadStream existsSync lstat lstatSync mkdtemp mkdtempSync open openSync read readFile readFileSync readSync realpath realpathSync"
        " stat statSync"
    ),
    "node:os": "EOL homedir tmpdir",
    "node:path": "basename delimiter dirname extname join normalize relative resolve sep toNamespacedPath",
    "process": "argv0 cwd env.NODE env.npm_node_execpath execArgv execPath",
    "Array": "from of",
    "Buffer": "alloc concat from",
    "JSON": "parse stringify",
    "Object": "entries freeze fromEntries keys values",
    "String": "fromCharCode fromCodePoint raw",
}
"""What texts are read by: where one puts another value in the place of such a member, the others mean something else."""
_STEERING_MEMBERS = {root: frozenset(names.split()) for root, names in _STEERING.items()}


def steers(symbol: str) -> bool:
    """Tell whether another value in the place of this one changes what runs, or what is read."""
    root, _, rest = symbol.partition(".")
    return rest in _STEERING_MEMBERS.get(root, ())


EVERYBODYS = frozenset(
    (
        *(
            "Array",
            "Buffer",
            "JSON",
            "Object",
            "String",
            "Symbol",
            "TextDecoder",
            "URL",
            "atob",
            "btoa",
            "decodeURI",
            "decodeURIComponent",
        ),
        *("encodeURIComponent", "escape", "parseInt", "unescape"),
    )
)
"""Global names likewise."""


def steered_module(symbol: str) -> bool:
    """Tell whether members of this value are such ones, so that who may change any of them may change those."""
    return symbol in _STEERING_MEMBERS and symbol not in {MANIFEST, "module"}


def can_hide(symbol: str) -> bool:
    """Tell whether one who holds this value can run code that this reading would not see."""
    if symbol == "globalThis":
        return True
    root, dot, rest = symbol.partition(".")
    safe = _SAFE_MEMBERS.get(root)
    return safe is not None and (not dot or rest.partition(".")[0] not in safe)


def is_put_there(symbol: str) -> bool:
    """Tell whether a member of ``process`` is none of Node's: somebody put it there, and was told of when it could hide."""
    root, _, rest = symbol.partition(".")
    name = rest.partition(".")[0]
    return root == "process" and name != "" and name not in _OF_PROCESS and name not in _SAFE_MEMBERS[root]
