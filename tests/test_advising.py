"""What the world knows of a tree: asked over real HTTP, told in the report, and never taken for clean when it is silent."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safe_install import gate, pipeline
from safe_install.doors.doorway import make_tools_here
from safe_install.doors.telling import exit_code
from safe_install.errors import ExitCode
from safe_install.model import Severity
from safe_install.story import Report
from safe_install.tools import Tools
from tests.builders import a_manifest, a_tarball, integrity
from tests.faults import Fault, Huge, Redirect, Reset, Status, WrongBytes
from tests.loopback import LoopbackRegistry, Published
from tests.osv import LoopbackOsv, a_record
from tests.test_gate import commit, git
from tests.world import World

pytestmark = [pytest.mark.npm]

MALICE = a_record("MAL-2026-1", "taken-over", "1.0.1", aliases=["GHSA-aaaa-bbbb-cccc"])
PLAIN = {"index.js": "module.exports = 1\n"}


@pytest.fixture
def osv() -> Iterator[LoopbackOsv]:
    """Serve malicious-package records on loopback."""
    with LoopbackOsv(MALICE) as service:
        yield service


@pytest.fixture
def project(world: World, osv: LoopbackOsv) -> World:
    """Give a project with one good and one malicious package, whose policy wants the records to be asked."""
    publish(world, "good", "taken-over")
    world.write("safe-install.toml", f'feeds = ["osv"]\nosv-api = "{osv.api}"\n')
    return world


def publish(world: World, *names: str) -> list[Published]:
    """Publish packages, the malicious one in its malicious version, and lock them."""
    published = [world.registry.publish(name, "1.0.1" if name == "taken-over" else "1.0.0", PLAIN) for name in names]
    world.lock(*published)
    return published


def tools_with(world: World) -> Tools:
    """Give the tools of a user whose public registry is the one on loopback."""
    return replace(make_tools_here(quiet=True), public_registry=world.registry.url)


def scan(world: World) -> Report:
    report = pipeline.scan(world.folder, (), tools_with(world))
    return replace(report, exit_code=int(exit_code(report)))


def found(report: Report) -> dict[str, tuple[str, Severity]]:
    """Give the findings that concern no script, by signature."""
    return {one.signature: (one.where, one.severity) for review in report.reviews for one in review.findings}


# ------------------------------------------------------------------ the malicious-package records


def test_a_known_malicious_package_is_refused_with_its_record_and_its_line(project: World) -> None:
    report = scan(project)
    (finding,) = report.reviews[0].findings
    assert (finding.signature, finding.severity, finding.where) == (
        "known-malicious",
        Severity.ERROR,
        "taken-over@1.0.1",
    )
    assert "MAL-2026-1 (also GHSA-aaaa-bbbb-cccc), Malicious code in taken-over (npm)" in finding.message
    assert '"node_modules/taken-over"' in project.read("package-lock.json").splitlines()[finding.line - 1]
    assert report.exit_code == ExitCode.BLOCKED


def test_nobody_is_asked_unless_somebody_wants_it(project: World, osv: LoopbackOsv) -> None:
    project.write("safe-install.toml", f'osv-api = "{osv.api}"\n')
    assert scan(project).exit_code == ExitCode.OK
    assert osv.requests == []


def test_what_was_told_is_remembered_for_a_day(project: World, osv: LoopbackOsv) -> None:
    scan(project)
    asked = len(osv.requests)
    assert found(scan(project))["known-malicious"]
    assert len(osv.requests) == asked
    tomorrow = replace(tools_with(project), now=datetime.now(UTC) + timedelta(days=1, minutes=1))
    pipeline.scan(project.folder, (), tomorrow)
    assert len(osv.requests) > asked


def test_packages_of_other_registries_are_named_to_nobody_and_that_is_told(project: World, osv: LoopbackOsv) -> None:
    said = project.run("scan", "--json")  # the public registry is not the one that this npm is configured for
    assert osv.requests == []
    assert said.code == 0
    assert any("were not asked about 2 of 2 packages" in note for note in said.report["notes"])


def test_of_somebody_with_a_login_no_scope_is_named_but_an_open_one(project: World, osv: LoopbackOsv) -> None:
    publish(project, "good", "@corp/secret", "@open/known")
    home = Path.home() / ".npmrc"
    home.write_text(home.read_text() + f"//{project.registry.host}/:_authToken=canary\n")
    text = project.read("safe-install.toml")
    scan(project)
    assert osv.names == ["good"]
    project.write("safe-install.toml", text + 'public-scopes = ["@open"]\n')
    scan(project)
    assert osv.names == ["good", "@open/known"]
    assert not any("authorization" in headers for _, _, headers in osv.requests)


def test_what_a_private_package_carries_is_as_private(project: World, osv: LoopbackOsv) -> None:
    with LoopbackRegistry() as private:
        carries = private.publish("@corp/app", "1.0.0", PLAIN)
        home = Path.home() / ".npmrc"
        home.write_text(home.read_text() + f"@corp:registry={private.url}\n")
        public = project.registry.publish("carries", "1.0.0", PLAIN)
        project.lock(carries, public)
        for name in ("@corp/app", "carries"):
            inside = f"inside-{name.rpartition('/')[2]}"
            project.locked[f"node_modules/{name}"] |= {
                "bundleDependencies": [inside],
                "dependencies": {inside: "1.0.0"},
            }
            project.locked[f"node_modules/{name}/node_modules/{inside}"] = {"version": "1.0.0", "inBundle": True}
        project.write_lock()
        scan(project)
    assert osv.names == ["carries", "inside-carries"]


def test_without_a_login_a_scope_of_the_public_registry_is_public(project: World, osv: LoopbackOsv) -> None:
    publish(project, "@corp/open")
    scan(project)
    assert osv.names == ["@corp/open"]


SILENT: list[Fault] = [
    Reset(),
    Status(500),
    Status(404),
    WrongBytes(b"<html>"),
    WrongBytes(b"[" * 100_000),
    WrongBytes(b'{"results": []}'),
    WrongBytes(b'{"results": [1, 2]}'),
    WrongBytes(b'{"results": [{"vulns": 1}, {}]}'),
    WrongBytes(b'{"results": [{"vulns": [{"id": "MAL-../../x"}]}, {}]}'),
    WrongBytes(b'{"results": [{"next_page_token": "more"}, {"next_page_token": "more"}]}'),
    Huge(17 << 20),
    Huge(17 << 20, announced=False),
    Redirect("https://elsewhere.example.test/"),
]


@pytest.mark.parametrize("fault", SILENT, ids=lambda fault: repr(fault)[:40])
def test_a_service_that_gives_no_answer_is_told_and_changes_no_exit_code(
    project: World, osv: LoopbackOsv, fault: Fault
) -> None:
    osv.fault("querybatch", fault)
    report = scan(project)
    assert report.exit_code == ExitCode.OK
    assert [note for note in report.notes if note.startswith("the malicious-package records could not be asked: ")]


def test_a_question_is_not_repeated_where_the_service_sends_it(project: World, osv: LoopbackOsv) -> None:
    with LoopbackOsv() as other:
        osv.fault("querybatch", Redirect(f"{other.api}/v1/querybatch", 307))
        report = scan(project)
        assert other.requests == []
    assert any("sends the question elsewhere" in note for note in report.notes)


def test_where_the_feeds_are_required_nothing_passes_while_one_is_silent(project: World, osv: LoopbackOsv) -> None:
    project.write("safe-install.toml", project.read("safe-install.toml") + "require-feeds = true\n")
    osv.fault("querybatch", Status(503))
    report = scan(project)
    assert report.exit_code == ExitCode.BLOCKED
    assert "could not be asked" in report.reviews[0].gaps[0].detail


def test_a_record_that_cannot_be_had_leaves_the_hit(project: World, osv: LoopbackOsv) -> None:
    osv.fault("vulns", Status(500))
    assert found(scan(project))["known-malicious"] == ("taken-over@1.0.1", Severity.ERROR)


def test_a_record_that_was_withdrawn_is_no_hit(project: World, osv: LoopbackOsv) -> None:
    osv.files["v1/vulns/MAL-2026-1"] = json.dumps({**MALICE, "withdrawn": "2026-01-02T00:00:00Z"}).encode()
    assert found(scan(project)) == {}


def test_a_record_of_another_id_is_not_believed(project: World, osv: LoopbackOsv) -> None:
    osv.files["v1/vulns/MAL-2026-1"] = json.dumps({**MALICE, "id": "MAL-1", "withdrawn": "2026-01-02"}).encode()
    assert found(scan(project))["known-malicious"]


def test_flaws_are_no_malice(project: World, osv: LoopbackOsv) -> None:
    osv.records["GHSA-1"] = a_record("GHSA-1", "good", "1.0.0")
    assert found(scan(project)).keys() == {"known-malicious"}


# ------------------------------------------------------------------ a database that lies here


def test_a_database_finds_the_same_and_asks_nobody(world: World) -> None:
    publish(world, "good", "taken-over")
    world.write("records/MAL-2026-1.json", json.dumps(MALICE))
    said = world.run("scan", "--osv", "records", "--json")
    (finding,) = said.report["findings"]
    assert finding["signature"] == "known-malicious"
    assert finding["severity"] == "WARNING"  # this registry is not the public one that the record speaks of
    assert said.code == 10


def test_what_a_package_would_bring_in_is_asked_for_before_it_is_installed(world: World) -> None:
    publish(world, "good")
    world.registry.publish("taken-over", "1.0.1", PLAIN)
    world.write("records.json", json.dumps(MALICE))
    said = world.run("preview", "taken-over@1.0.1", "--osv", "records.json", "--json")
    assert [finding["signature"] for finding in said.report["findings"]] == ["known-malicious"]
    world.write("earlier.json", world.read("package-lock.json"))
    publish(world, "good", "taken-over")
    said = world.run("diff", "earlier.json", "package-lock.json", "--osv", "records.json", "--json")
    assert [finding["signature"] for finding in said.report["findings"]] == ["known-malicious"]


def test_a_database_of_the_policy_refuses_a_public_package(project: World, osv: LoopbackOsv) -> None:
    project.write("records.json", json.dumps([MALICE]))
    project.write("safe-install.toml", 'osv-database = "records.json"\n')
    assert scan(project).exit_code == ExitCode.BLOCKED
    assert osv.requests == []


def test_a_database_that_is_not_there_is_a_mistake_and_an_empty_one_is_told(world: World) -> None:
    publish(world, "good")
    assert world.run("scan", "--osv", "nowhere.json").code == 2
    world.write("empty.json", "[]")
    said = world.run("scan", "--osv", "empty.json", "--json")
    assert any("could not be asked" in note for note in said.report["notes"])
    assert world.run("scan", "--osv", "empty.json", "--require-feeds").code == 11


def test_an_install_of_a_known_malicious_package_touches_nothing(world: World) -> None:
    publish(world, "taken-over")
    world.write("records.json", json.dumps(MALICE))
    world.write("safe-install.toml", 'block-at = "WARNING"\n')
    assert world.run("ci", "--osv", "records.json").code == 11
    assert not world.has("node_modules")


def test_a_database_that_the_change_itself_edits_is_told(world: World) -> None:
    world.write("safe-install.toml", 'osv-database = "records"\n')
    world.write("records/MAL-2026-1.json", json.dumps(MALICE))
    publish(world, "good")
    git(world, "init", "-q", "-b", "main")
    commit(world)
    assert found(judged(world)) == {}
    world.write("records/MAL-2026-1.json", json.dumps(a_record("MAL-2026-1", "nobody")))
    assert found(judged(world)) == {"settings-changed": ("records", Severity.WARNING)}
    world.write("records/MAL-2026-1.json", json.dumps(MALICE))
    world.write("records/MAL-2026-2.json", json.dumps(MALICE))
    assert found(judged(world)) == {"settings-changed": ("records", Severity.WARNING)}


def test_what_is_locked_since_long_is_found_by_the_gate_when_it_gets_known(world: World) -> None:
    world.write("safe-install.toml", 'osv-database = "../records.json"\n')
    (world.folder.parent / "records.json").write_text(json.dumps(MALICE))
    publish(world, "taken-over")
    git(world, "init", "-q", "-b", "main")
    commit(world)
    assert found(judged(world)) == {"known-malicious": ("taken-over@1.0.1", Severity.WARNING)}


# ------------------------------------------------------------------ npm itself


def advise(world: World, **advisories: list[dict[str, object]]) -> None:
    """Let the registry answer npm audit."""
    world.registry.posts["-/npm/v1/security/advisories/bulk"] = lambda _: json.dumps(advisories).encode()


def an_advisory(**more: object) -> dict[str, object]:
    return {
        "id": 1,
        "url": "https://advisories.example.test/1",
        "title": "Prototype pollution",
        "severity": "high",
        "vulnerable_versions": "<2.0.0",
        "cwe": ["CWE-1321"],
        "cvss": {"score": 7.5, "vectorString": None},
        **more,
    }


def test_npm_audit_tells_known_flaws_of_the_tree(world: World) -> None:
    publish(world, "flawed", "good")
    advise(world, flawed=[an_advisory()])
    said = world.run("scan", "--feed", "npm-audit", "--json")
    (finding,) = said.report["findings"]
    assert (finding["signature"], finding["severity"], finding["where"]) == ("npm-audit", "WARNING", "flawed@1.0.0")
    assert "Prototype pollution" in finding["message"]
    assert said.code == 10


def test_an_advisory_of_malice_refuses_the_package(world: World) -> None:
    publish(world, "flawed")
    advise(world, flawed=[an_advisory(cwe=["CWE-506"], severity="critical", title="Malware in flawed")])
    said = world.run("scan", "--feed", "npm-audit", "--json")
    assert [one["signature"] for one in said.report["findings"]] == ["known-malicious"]
    assert said.code == 11


def test_a_registry_that_knows_no_audit_is_told(world: World) -> None:
    publish(world, "good")
    said = world.run("scan", "--feed", "npm-audit", "--json")
    assert said.code == 0
    assert any(note.startswith("npm audit could not be asked: ") for note in said.report["notes"])
    assert world.run("scan", "--feed", "npm-audit", "--require-feeds").code == 11


def test_a_gate_asks_for_somebody_because_of_flaws_that_the_change_brings_in_alone(world: World) -> None:
    world.write("safe-install.toml", 'feeds = ["npm-audit"]\n')
    (old,) = publish(world, "flawed")
    advise(world, flawed=[an_advisory()], worse=[an_advisory(id=2)])
    git(world, "init", "-q", "-b", "main")
    commit(world)
    report = judged(world)
    assert found(report) == {"npm-audit": ("flawed@1.0.0", Severity.INFO)}
    assert report.exit_code == ExitCode.OK
    assert any("npm audit knows of 1 more flaws" in note for note in report.notes)
    world.lock(old, world.registry.publish("worse", "1.0.0", PLAIN))
    told = {one.where: one.severity for one in judged(world).reviews[0].findings}
    assert told == {"flawed@1.0.0": Severity.INFO, "worse@1.0.0": Severity.WARNING}


# ------------------------------------------------------------------ when and how it was published


@pytest.fixture
def base(world: World) -> World:
    """Give a committed project with one package, and a policy with a minimum age."""
    world.write("safe-install.toml", 'minimum-release-age = "3d"\nrelease-age-exclusions = ["ours", "@types/*"]\n')
    world.lock(
        world.registry.publish(
            "good", "1.0.0", PLAIN, maintainers=[{"name": "ana"}], dist={"attestations": {"url": "x"}}
        )
    )
    git(world, "init", "-q", "-b", "main")
    commit(world)
    return world


def judged(world: World) -> Report:
    report = gate.gate(world.folder, "main", make_tools_here(quiet=True))
    return replace(report, exit_code=int(exit_code(report)))


def hours_ago(number: int) -> str:
    return (datetime.now(UTC) - timedelta(hours=number)).isoformat()


def bump(world: World, name: str = "good", version: str = "1.0.1", **more: Any) -> None:  # noqa: ANN401
    world.lock(
        world.registry.publish(
            name, version, PLAIN, **{"maintainers": [{"name": "ana"}], "dist": {"attestations": {"url": "x"}}, **more}
        )
    )


def test_a_version_that_is_too_young_waits(base: World) -> None:
    base.registry.times["good", "1.0.1"] = hours_ago(50)
    bump(base)
    report = judged(base)
    assert found(report) == {"too-young": ("good@1.0.1", Severity.WARNING)}
    assert "published 2 days ago, and minimum-release-age is 3 days" in report.reviews[0].findings[0].message
    assert report.exit_code == ExitCode.REVIEW


def test_a_policy_may_refuse_what_is_too_young(base: World) -> None:
    base.write("safe-install.toml", base.read("safe-install.toml") + 'too-young = "ERROR"\n')
    commit(base)
    base.registry.times["good", "1.0.1"] = hours_ago(1)
    bump(base)
    assert judged(base).exit_code == ExitCode.BLOCKED


def test_an_older_version_passes_and_its_age_is_asked_once(base: World) -> None:
    base.registry.times["good", "1.0.1"] = hours_ago(73)
    bump(base)
    assert judged(base).exit_code == ExitCode.OK
    documents = base.registry.seen("/good")
    assert judged(base).exit_code == ExitCode.OK
    assert base.registry.seen("/good") == documents


@pytest.mark.parametrize("name", ["ours", "@types/any"])
def test_an_excluded_package_may_be_young(base: World, name: str) -> None:
    base.registry.times[name, "1.0.1"] = hours_ago(1)
    bump(base, name)
    assert found(judged(base)) == {}


@pytest.mark.parametrize(
    ("time", "fault"),
    [("yesterday", None), ("", None), (None, Status(500)), (None, WrongBytes(b"[")), (None, Huge(65 << 20))],
)
def test_an_age_that_nobody_tells_is_told(base: World, time: str | None, fault: Fault | None) -> None:
    base.registry.times["good", "1.0.1"] = time if time is not None else hours_ago(100)
    bump(base)
    pipeline.scan(base.folder, (), make_tools_here(quiet=True))
    if fault:
        base.registry.fault("/good", fault)
    report = judged(base)
    assert report.exit_code == ExitCode.OK
    assert any("the age of 1 packages could not be asked (good)" in note for note in report.notes)


def test_a_provenance_that_is_gone_waits(base: World) -> None:
    bump(base, dist={})
    report = judged(base)
    assert found(report) == {"lost-provenance": ("good@1.0.1", Severity.WARNING)}
    assert report.exit_code == ExitCode.REVIEW


def test_other_maintainers_and_a_deprecation_are_told_beside_the_change(base: World) -> None:
    bump(base, maintainers=[{"name": "bob"}], deprecated="use better instead")
    report = judged(base)
    assert {name: severity for name, (_, severity) in found(report).items()} == {
        "maintainers-changed": Severity.INFO,
        "deprecated": Severity.INFO,
    }
    (change,) = report.reviews[0].tree
    assert change.remarks == (
        "its maintainers are not those of before: bob new; ana gone",
        "deprecated: use better instead",
    )
    assert report.exit_code == ExitCode.OK


def test_an_install_of_something_too_young_is_told(base: World) -> None:
    base.registry.times["more", "1.0.0"] = hours_ago(1)
    base.registry.publish("more", "1.0.0", PLAIN)
    said = base.run("install", "more", "--dry-run", "--json")
    assert [(one["signature"], one["where"]) for one in said.report["findings"]] == [("too-young", "more@1.0.0")]


def test_what_is_locked_already_is_not_asked_for(base: World) -> None:
    base.run("ci", "--dry-run")
    asked = base.registry.seen("/good")
    assert all(path.endswith(".tgz") for path in asked)


# ------------------------------------------------------------------ what the registry signed


@dataclass
class Seal:
    """A registry's signing key."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    id: str = "SHA256:one"
    expires: str | None = None

    @property
    def published(self) -> dict[str, object]:
        """The key as the registry publishes it."""
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        kind = "ecdsa-sha2-nistp256"
        told = {"keyid": self.id, "key": base64.b64encode(der).decode(), "expires": self.expires}
        return {**told, "keytype": kind, "scheme": kind}

    def on(self, text: str) -> dict[str, object]:
        """Sign as the registry does."""
        signature = self.key.sign(text.encode(), ECDSA(SHA256()))
        return {"signatures": [{"keyid": self.id, "sig": base64.b64encode(signature).decode()}]}


@pytest.fixture
def sealed(base: World) -> tuple[World, Seal]:
    """Give a project whose registry publishes a key, and whose policy wants signatures."""
    seal = Seal()
    base.registry.files["-/npm/v1/keys"] = json.dumps({"keys": [seal.published]}).encode()
    base.write("safe-install.toml", 'feeds = ["npm-signatures"]\n')
    commit(base)
    return base, seal


def signed_bump(world: World, seal: Seal, text: str = "") -> None:
    """Bump to a version that is signed, or whose signature is of another text."""
    tarball = a_tarball({**PLAIN, "package.json": a_manifest("good", "1.0.1")})
    dist = {"attestations": {"url": "x"}, **seal.on(text or f"good@1.0.1:{integrity(tarball)}")}
    world.lock(
        world.registry.publish("good", "1.0.1", PLAIN, tarball=tarball, dist=dist, maintainers=[{"name": "ana"}])
    )


def test_a_version_that_the_registry_signed_passes(sealed: tuple[World, Seal]) -> None:
    world, seal = sealed
    signed_bump(world, seal)
    report = judged(world)
    assert (found(report), report.notes, report.exit_code) == ({}, (), ExitCode.OK)


def test_a_publication_that_was_remembered_before_signatures_were_wanted_is_asked_again(
    sealed: tuple[World, Seal],
) -> None:
    world, seal = sealed
    world.write("safe-install.toml", 'minimum-release-age = "1d"\n')
    signed_bump(world, seal)
    world.run("diff", "main", "--json")
    assert found(judged(world)).keys() == {"authority-changed"}


@pytest.mark.parametrize("text", ["good@1.0.1:sha512-AAAA", "other@1.0.1:x"])
def test_a_signature_of_something_else_is_refused(sealed: tuple[World, Seal], text: str) -> None:
    world, seal = sealed
    signed_bump(world, seal, text)
    report = judged(world)
    assert found(report) == {"registry-signature-invalid": ("good@1.0.1", Severity.ERROR)}
    assert report.exit_code == ExitCode.BLOCKED


def test_a_signature_by_a_key_that_had_ended_is_refused(sealed: tuple[World, Seal]) -> None:
    world, seal = sealed
    seal.expires = "2019-01-01T00:00:00.000Z"
    world.registry.files["-/npm/v1/keys"] = json.dumps({"keys": [seal.published]}).encode()
    signed_bump(world, seal)
    assert found(judged(world)).keys() == {"registry-signature-invalid"}


def test_a_version_without_a_signature_waits_where_the_registry_has_keys(sealed: tuple[World, Seal]) -> None:
    world, _ = sealed
    bump(world)
    assert found(judged(world)) == {"registry-signature-missing": ("good@1.0.1", Severity.WARNING)}


def test_a_signature_by_a_key_of_somebody_else_waits(sealed: tuple[World, Seal]) -> None:
    world, _ = sealed
    signed_bump(world, Seal(id="SHA256:another"))
    assert found(judged(world)) == {"registry-signature-missing": ("good@1.0.1", Severity.WARNING)}


@pytest.mark.parametrize(
    "answer", [None, b"", b"{}", b'{"keys": []}', b'{"keys": [{"keyid": "a", "key": "!"}]}', b"[" * 99_999]
)
def test_a_registry_without_keys_is_told(sealed: tuple[World, Seal], answer: bytes | None) -> None:
    world, seal = sealed
    del world.registry.files["-/npm/v1/keys"]
    if answer is not None:
        world.registry.files["-/npm/v1/keys"] = answer
    signed_bump(world, seal)
    report = judged(world)
    assert report.exit_code == ExitCode.OK
    assert any("registry signatures of 1 packages could not be asked" in note for note in report.notes)


def test_signatures_of_a_tree_that_is_compared_with_nothing_are_not_taken_for_good(world: World) -> None:
    publish(world, "good")
    said = world.run("scan", "--feed", "npm-signatures", "--json")
    assert any("registry signatures could not be asked" in note for note in said.report["notes"])
