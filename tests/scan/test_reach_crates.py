"""A crate that cargo only compiles is a known end; whatever runs while it is built is not."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from tests.builders import Files
from tests.scan.trees import inspect, kinds, reached

CRATE = '[package]\nname = "a"\nversion = "0.1.0"\n[lib]\ncrate-type = ["cdylib"]\n'
PLAIN: Files = {"native/Cargo.toml": CRATE, "native/src/lib.rs": "pub fn a() {}"}
BUILD = "cd native && cargo build --release --locked"


def test_a_crate_alone_is_compiled() -> None:
    inspection = inspect(BUILD, PLAIN)
    assert not inspection.gaps
    assert BoundaryKind.RUNS_NATIVE in {end.kind for end in inspection.boundaries}


@pytest.mark.parametrize("setting", ["--profile release", "--target-dir target", '--target-dir "$PWD/target" --locked'])
def test_how_a_crate_is_compiled_and_where_to_changes_nothing(setting: str) -> None:
    assert not inspect(f"cd native && cargo build {setting}", PLAIN).gaps
    assert "native-code" in kinds(inspect(f"cd native && cargo build {setting}", {**PLAIN, "native/build.rs": ""}))


@pytest.mark.parametrize("flag", ["--manifest-path native/Cargo.toml", "--manifest-path=./native/Cargo.toml"])
def test_a_crate_that_is_named_by_its_manifest_is_read_as_one_that_lies_here(flag: str) -> None:
    assert not inspect(f"cargo build {flag}", PLAIN).gaps
    inspection = inspect(f"cargo build --release {flag}", {**PLAIN, "native/build.rs": "fn main() {}"})
    assert "native-code" in kinds(inspection)
    assert "native/build.rs" in reached(inspection)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("cargo build --manifest-path native/Cargo.toml --manifest-path other/Cargo.toml", {}),
        ('cargo build --manifest-path "$x/Cargo.toml"', {}),
        ("cargo build --manifest-path ../Cargo.toml", {}),
        (BUILD, {"native/build.rs": "fn main() {}"}),
        (BUILD, {"native/Build.RS": "fn main() {}"}),
        (BUILD, {"native/Cargo.toml": CRATE.replace("[lib]", 'build = "x.rs"\n[lib]')}),
        (BUILD, {"native/Cargo.toml": CRATE + "proc-macro = true\n"}),
        (BUILD, {"native/Cargo.toml": CRATE.replace("cdylib", "proc-macro")}),
        (BUILD, {"native/Cargo.toml": CRATE + '[dependencies]\nserde = "1"\n'}),
        (BUILD, {"native/Cargo.toml": CRATE + '[build-dependencies]\nserde = "1"\n'}),
        (BUILD, {"native/Cargo.toml": CRATE + '[target."cfg(unix)".dependencies]\nserde = "1"\n'}),
        (BUILD, {"native/Cargo.toml": CRATE + "[[["}),
        (BUILD, {"native/.cargo/config.toml": '[build]\nrustc-wrapper = "./x"\n'}),
        (BUILD, {".Cargo/config": '[build]\nrustc-wrapper = "./x"\n'}),
        (BUILD, {"Cargo.toml": "[workspace]\n"}),
        (BUILD, {"native/rust-toolchain.toml": '[toolchain]\npath = "x"\n'}),
        (f"RUSTC_WRAPPER=./x {BUILD}", {}),
        ("cd native && RUSTC_WRAPPER=./x cargo build", {}),
        ("export RUSTFLAGS=-Clinker=./x && " + BUILD, {}),
        ("sh a.sh", {"a.sh": f"export CARGO_BUILD_RUSTC=./x\n{BUILD}"}),
        ("node a.js", {"a.js": f"process.env[x] = './x'; require('child_process').execSync('{BUILD}')"}),
        ("cd native && cargo build --config x.toml", {}),
        ("cd native && cargo +own build", {}),
        ("cd native && cargo build --profile", {}),
        ("cd native && cargo build --profile $x", {}),
        ("cd native && cargo build --target-dir ~/.cargo/bin", {}),
        ("cd native && cargo build --target-dir --config", {}),
        ("cd native && cargo build --target-dir target --config x.toml", {}),
        ("cd native && cargo run", {}),
        ("cargo build", {}),
    ],
)
def test_a_crate_that_may_run_something_is_a_gap(command: str, files: Files) -> None:
    assert kinds(inspect(command, {**PLAIN, **files})) & {"native-code", "dynamic"}


def test_go_that_builds_what_lies_here_is_told_and_runs_nothing() -> None:
    inspection = inspect(
        "command -v go >/dev/null && go build -mod=vendor -o bin/x ./cmd/x", {"cmd/x/main.go": "package main"}
    )
    assert not inspection.gaps
    assert BoundaryKind.COMPILES in {end.kind for end in inspection.boundaries}


@pytest.mark.parametrize(
    "command",
    [
        "go build -o bin/x ./cmd/x",
        "go build -mod=vendor -toolexec ./evil ./cmd/x",
        "GOFLAGS=-toolexec=./evil go build -mod=vendor ./cmd/x",
        "go run -mod=vendor ./cmd/x",
        "go build -mod=vendor $X",
    ],
)
def test_go_that_fetches_or_runs_is_a_gap(command: str) -> None:
    assert inspect(command, {"cmd/x/main.go": "package main"}).gaps


@pytest.mark.parametrize(
    ("named", "path"),
    [("", "native/build.rs"), ('build = "own/x.rs"\n', "native/own/x.rs"), ('build = "../x.rs"\n', "x.rs")],
)
def test_the_script_that_cargo_runs_before_a_crate_is_reached(named: str, path: str) -> None:
    inspection = inspect(BUILD, {"native/Cargo.toml": CRATE.replace("[lib]", f"{named}[lib]"), path: "fn main() {}"})
    assert path in {file.path for file in inspection.files}
    assert kinds(inspection) == {"native-code"}
