"""The keys of an .npmrc by what they do, as npm 10 to 12 define them; spelt with hyphens and in lower case.

Every key that npm defines is in exactly one of these, as tests/scan/test_npmrc.py checks against the npm in use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_STARTS = "npm would start this program of the project's choice"
_LOADS = "npm would load this file as code"

EXECUTES: Mapping[str, str] = {
    "git": f"{_STARTS} in place of git, even with scripts switched off.",
    "script-shell": f"{_STARTS} for every script.",
    "node-options": "Every node that npm starts would take these options, and options can load code.",
    "node-gyp": f"{_STARTS} in place of node-gyp.",
    "python": "node-gyp would start this program in place of Python.",
    "shell": f"{_STARTS} for `npm explore`.",
    "editor": f"{_STARTS} as the editor.",
    "viewer": f"{_STARTS} to show help.",
    "browser": f"{_STARTS} in place of the browser.",
    "call": "`npm exec` would run this command.",
    "init-module": f"{_LOADS}, in `npm init`.",
    "onload-script": f"{_LOADS}.",
    "extension-file": f"{_LOADS} while it resolves (npm 12).",
}

REDIRECTS: Mapping[str, str] = {
    "proxy": "npm would send its requests through this host.",
    "http-proxy": "npm would send its requests through this host.",
    "https-proxy": "npm would send its requests through this host.",
    "ca": "npm would trust whoever has a certificate of this authority.",
    "cafile": "npm would trust whoever has a certificate of these authorities.",
    "cert": "npm would present this certificate to registries.",
    "key": "npm would use this private key.",
    "local-address": "npm would send its requests from this address.",
    "replace-registry-host": "npm would fetch from other hosts than the lockfile says.",
    "cache": "npm would take packages from a cache that the project can fill.",
    "userconfig": "npm would read this file in place of your own .npmrc.",
    "globalconfig": "npm would read this file in place of the machine's npmrc.",
    "prefix": "npm would install elsewhere.",
    "logs-dir": "npm would write its logs there.",
    "disturl": "node-gyp would fetch the headers that native code is built with from there.",
    "dist-url": "node-gyp would fetch the headers that native code is built with from there.",
    "nodedir": "node-gyp would build native code with the headers there.",
    "devdir": "node-gyp would build native code with the headers there.",
    "patches-dir": "npm 12 would change packages by the patches there.",
    "tmp": "npm would write temporary files there.",
}

_GATE = "npm would let dependencies run scripts that nobody approved."
_SOURCES = "npm would take packages from sources that it refuses by default from version 12 on."
WEAKENS: Mapping[str, str] = {
    "ignore-scripts": "This switches scripts on again for whoever has switched them off.",
    "dangerously-allow-all-scripts": _GATE,
    "allow-scripts": _GATE,
    "allow-git": _SOURCES,
    "allow-remote": _SOURCES,
    "strict-ssl": "npm would not check who answers its requests.",
    "unsafe-perm": "Scripts would run as root where npm does.",
    "ignore-extension": "npm 12 would load the project's .npm-extension for whoever has switched that off.",
    "ignore-patch-failures": "npm 12 would go on when a patch of the project does not fit.",
}

_ON = ("true", "1", "")
_OFF = ("false", "0", "null")
HARMLESS_VALUES: Mapping[str, tuple[str, ...]] = {
    "ignore-scripts": _ON,
    "strict-ssl": _ON,
    "ignore-extension": _ON,
    "dangerously-allow-all-scripts": _OFF,
    "unsafe-perm": _OFF,
    "ignore-patch-failures": _OFF,
    "allow-scripts": ("", "null"),
    "allow-git": ("none",),
    "allow-remote": ("none",),
    "replace-registry-host": ("npmjs", "never"),
}

CREDENTIALS = frozenset(
    {"-auth", "-authtoken", "-password", "_auth", "_authtoken", "_password", "username", "email", "certfile", "keyfile"}
)
"""The last part of a key that says who one is to a registry."""

NOT_FOR_A_REGISTRY = re.compile(
    r"^(?:AWS_|ANTHROPIC|OPENAI|GEMINI|GOOGLE_|CLOUDFLARE|STRIPE|TWILIO|SENDGRID|SLACK|DATABASE|VAULT|KUBE|SSH_|GPG|HF_)"
    r"|API_?KEY$|PRIVATE_?KEY|SECRET_ACCESS",
    re.IGNORECASE,
)
"""Names of variables that hold secrets of something else than a package registry."""

MIRROR = re.compile(
    r"(?:^|-)(?:mirror|binary-host|binary-host-mirror|binary-site|binary-url|cdnurl|cdn-url|download-host|download-url|dist-base-url)$"
)
"""Keys by which install scripts that download programs choose the address."""

HARMLESS = frozenset(
    """access all allow-directory allow-file allow-same-version allow-scripts-pending allow-scripts-pin allow-unused-patches also audit
    audit-level auth-type before bin-links bypass-2fa cache-max cache-min cidr color commit-hooks cpu depth description dev diff
    diff-dst-prefix diff-ignore-all-space diff-name-only diff-no-prefix diff-src-prefix diff-text diff-unified dry-run edit-dir
    engine-strict expect-result-count expect-results expires fetch-retries fetch-retry-factor fetch-retry-maxtimeout fetch-retry-mintimeout
    fetch-timeout force foreground-scripts format-package-lock fund git-tag-version global global-ignore-file global-style heading if-present
    ignore-existing include include-attestations include-staged include-workspace-root init-author-email init-author-name init-author-url
    init-license init-private init-type init-version install-links install-strategy json keep-edit-dir legacy-bundling legacy-peer-deps libc
    link location lockfile-version loglevel logs-max long maxsockets message min-release-age min-release-age-exclude name noproxy offline
    omit omit-lockfile-registry-resolved only optional orgs orgs-permission os otp pack-destination package package-lock
    package-lock-only packages packages-all packages-and-scopes-permission parseable password prefer-dedupe prefer-offline prefer-online
    preid production progress provenance provenance-file read-only rebuild-bundle save save-bundle save-dev save-exact save-optional save-peer
    save-prefix save-prod sbom-format sbom-type scope scopes searchexclude searchlimit searchopts searchstaleness shrinkwrap
    sign-git-commit sign-git-tag strict-allow-scripts strict-npmrc strict-peer-deps tag tag-version-prefix timing to token-description umask
    unicode update-notifier usage user-agent version versions which workspace workspaces workspaces-update yes
    always-auth auto-install-peers dedupe-peer-dependents dedupe-direct-deps enable-pre-post-scripts hoist hoist-pattern
    ignore-workspace-root-check link-workspace-packages lockfile manage-package-manager-versions network-concurrency node-linker
    prefer-frozen-lockfile prefer-workspace-packages public-hoist-pattern recursive-install resolution-mode resolve-peers-from-workspace-root
    save-workspace-protocol shamefully-hoist shared-workspace-lockfile side-effects-cache strict-peer-dependencies use-node-version
    node-version inject-workspace-packages minimum-release-age verify-deps-before-run package-manager-strict engine-strict-node
    send-metrics metrics-registry sso-type sso-poll-frequency scripts-prepend-node-path""".split()  # noqa: SIM905 - a list of words reads best as words
)
"""npm's other keys, and those of pnpm and old npms that honest projects have.

Some of npm's steer npm itself (``force``, ``global``, ``dry-run``, ``umask``): every npm call of this program gives them on the
command line, which comes before any file.
"""
