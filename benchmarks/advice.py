"""How long reading malicious-package records takes: an export of as many records as npm's, made here, and a large tree.

python benchmarks/advice.py [RECORDS]
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from safe_install.advise.kept import Kept
from safe_install.advise.osv_database import known_in
from safe_install.advise.records import Named

RECORDS = 230_000
KNOWN = 5
TREE = [Named(f"package-{number}", "1.0.0") for number in range(1_763)]
DETAILS = "A paragraph of the analysis, as long as they are. " * 30


def main(records: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "all.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for number in range(records):
                archive.writestr(f"MAL-{number}.json", json.dumps(record(number)))
        for times in ("first", "again"):
            began = time.perf_counter()
            found, _ = known_in(path, TREE, Kept(path=Path(folder, "kept.json"), now=datetime.now(UTC)))
            seconds, most = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            size = path.stat().st_size >> 20
            print(f"{times}: {records:,} records in {size} MB: {seconds:.1f} s, {most} MB, {len(found)} known")


def record(number: int) -> dict[str, object]:
    name = f"package-{number * 100}" if number < KNOWN else f"bad-{number}"
    affected = {"package": {"ecosystem": "npm", "name": name}, "versions": ["1.0.0"]}
    return {
        "id": f"MAL-{number}",
        "summary": f"Malicious code in {name} (npm)",
        "details": DETAILS,
        "affected": [affected],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else RECORDS)
