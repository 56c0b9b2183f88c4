"""Every check behind one command: style, types, floors, the suite; and what could not run, and why.

Usage: python tests/run.py [--workers N|auto] [--strict]
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="auto")
    parser.add_argument("--strict", action="store_true", help="a skipped test is a failure")
    options = parser.parse_args()
    checks = [
        ("format", ["ruff", "format", "--check", "."]),
        ("style", ["ruff", "check", "."]),
        ("types", ["mypy"]),
        ("floors", ["lint-imports"]),
    ]
    failed = []
    for name, command in checks:
        if not _run(name, [str(BIN / command[0]), *command[1:]], quiet=True):
            failed.append(name)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        suite = [sys.executable, "-m", "pytest", "-q", "-n", options.workers]
        if not _run("suite", [*suite, f"--junitxml={results}"], quiet=False):
            failed.append("suite")
        skipped = len(re.findall(r"<skipped\b", results.read_text("utf-8")))
    if skipped and options.strict:
        failed.append(f"{skipped} tests that were skipped")
    for what, why in _not_run():
        print(f"not run: {what} ({why})")
    print(f"failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _run(name: str, command: list[str], *, quiet: bool) -> bool:
    began = time.monotonic()
    print(f"{name} ...", flush=True, end="\n" if not quiet else " ")
    done = subprocess.run(
        command, cwd=ROOT, check=False, text=True, capture_output=quiet, env=os.environ | _colour()
    )
    if quiet:
        print(f"{'ok' if not done.returncode else 'FAILED'} {time.monotonic() - began:.1f} s")
        if done.returncode:
            print(done.stdout + done.stderr)
    return done.returncode == 0


def _colour() -> dict[str, str]:
    return {} if sys.stdout.isatty() else {"NO_COLOR": "1"}


def _not_run() -> list[tuple[str, str]]:
    """Parts that this machine has no means for; pytest's own list of skips has the rest."""
    missing = []
    if sys.platform != "linux":
        missing.append(("faults on several loopback addresses", "only Linux has all of 127/8"))

    return missing


if __name__ == "__main__":
    sys.exit(main())
