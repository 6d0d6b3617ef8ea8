"""An address leads us where it leads npm, or it is refused."""

from __future__ import annotations

import pytest

from safe_install.scan.lock.origins import Origin, origin_of
from tests.scan.npm_itself import npm_itself

ADDRESSES = {
    "https://registry.example.test/x/-/x-1.0.0.tgz": Origin.WEB,
    "HTTP://registry.example.test:80/x.tgz": Origin.WEB,
    "https://[::1]:4873/x.tgz": Origin.WEB,
    "https://user:pass@host.example.test/x.tgz?a=b#c": Origin.WEB,
    "https://codeload.github.com/o/r/tar.gz/v1": Origin.WEB,
    "https://github.com/o/r/archive/v1.tar.gz": Origin.WEB,
    "https://github.com/o": Origin.WEB,
    "https://gitlab.com/api/v4/projects/1/packages/npm/@s/p/-/@s/p-1.0.0.tgz": Origin.WEB,
    "https://gitlab.com/o/r/repository/archive.tar.gz": Origin.WEB,
    "http://gitlab.com/o/r": Origin.WEB,
    "https://bitbucket.org/o/r/get/v1.tar.gz": Origin.WEB,
    "https://gist.github.com/o/1/raw/x": Origin.WEB,
    "https://git.sr.ht/~o/r/archive/v1.tar.gz": Origin.WEB,
    "https://github.com/o/r": Origin.GIT,
    "http://www.github.com/o/r.git": Origin.GIT,
    "HTTPS://GITHUB.COM/o/r/tree/main": Origin.GIT,
    "https://user:pass@github.com:443/o/r#main": Origin.GIT,
    "https://gitlab.com/g/s/r.git": Origin.GIT,
    "https://bitbucket.org/o/r": Origin.GIT,
    "https://gist.github.com/1": Origin.GIT,
    "https://git.sr.ht/~o/r": Origin.GIT,
    "git+ssh://git@host.example.test/o/r.git#abc": Origin.GIT,
    "git+file:///tmp/r": Origin.GIT,
    "git://host.example.test/o/r": Origin.GIT,
    "ssh://git@github.com/o/r": Origin.GIT,
    "github:o/r": Origin.GIT,
    "gist:1": Origin.GIT,
    "o/r#semver:^1": Origin.GIT,
    "git@github.com:o/r.git": Origin.GIT,
    "file:x.tgz": Origin.TARBALL,
    "FILE:../x.tar.gz": Origin.TARBALL,
    "./x.TAR": Origin.TARBALL,
    "/x.tgz": Origin.TARBALL,
    "file:x": Origin.DIRECTORY,
    "../x": Origin.DIRECTORY,
    "~/x": Origin.DIRECTORY,
    "npm:evil@1.0.0": Origin.UNKNOWN,
    "1.0.0": Origin.UNKNOWN,
    "latest": Origin.UNKNOWN,
    "ftp://host.example.test/x.tgz": Origin.UNKNOWN,
    "ext::sh -c evil": Origin.UNKNOWN,
    "data:x": Origin.UNKNOWN,
}
REPAIRED_BY_NPM = [
    "https:github.com/o/r",
    "https:\\\\github.com\\o\\r",
    "https://gith%75b.com/o/r",
    "https://\uff47ithub.com/o/r",
    "https://host.example.test/x y.tgz",
    " https://host.example.test/x.tgz",
    "https://host.example.test/x.tgz\n",
    "ht\ttps://host.example.test/x.tgz",
    "file:x\n.tgz",
    "git+ssh://host.example.test/o/r\u202e",
    "@s/p",
    "a/b/c",
    "",
]


@pytest.mark.parametrize(("address", "origin"), ADDRESSES.items())
def test_an_address_is_taken_as_npm_takes_it(address: str, origin: Origin) -> None:
    assert origin_of(address) is origin


@pytest.mark.parametrize("address", REPAIRED_BY_NPM)
def test_what_npm_would_first_repair_is_refused(address: str) -> None:
    assert origin_of(address) is Origin.UNKNOWN


@pytest.mark.npm
def test_npm_itself_takes_the_addresses_so() -> None:
    answers = npm_itself("scan/npm_readers.cjs", list(ADDRESSES), "address")
    assert answers == [origin.name.lower() for origin in ADDRESSES.values()]
