"""Every check behind one command: style, types, layers, the suite; and what could not run, and why.

Usage: python tests/run.py [--workers N] [--strict | --pure [--coverage] | --core | --rest]

As root on Debian or Ubuntu it installs Dovecot where there is none; DOVECOT=skip leaves the system
alone, DOVECOT=PROGRAM takes another one. Where a Docker engine answers, the images of the lab are built
(DOCKER=skip does without). Cyrus, Courier, Postfix and Exim are tested where their packages were fetched
(python tests/integration/real_servers.py); SERVERS=skip does without.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from functools import partial
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

CORE = (
    *("tests/protocol", "tests/net", "tests/client", "tests/flow", "tests/lab", "tests/diagnosis"),
    *("tests/formats", "tests/cli/test_first_contact.py", "tests/test_safety.py"),
    "tests/test_front_door.py",
)
"""What runs on the newest versions of Python, in a few minutes."""

RUN_AGAIN = 3
"""How many failed tests are run once more; more of them are no accident."""

CANNOT = ("no network namespace:", "no real server:", "no runtime:")
"""How reasons begin that nothing can be done against: what a strict run does not count as a failure."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="a test that was skipped although this machine could run it is a failure, as is a make of "
        "the lab that did not run",
    )
    parser.add_argument(
        "--pure",
        action="store_true",
        help="only what needs nothing but Python: for another version of it",
    )
    parser.add_argument("--core", action="store_true", help=f"of that only {', '.join(CORE)}")
    parser.add_argument("--rest", action="store_true", help="of that what is not in --core")
    parser.add_argument(
        "--coverage", action="store_true", help="measure which branches the suite reaches"
    )
    options = parser.parse_args()
    options.pure |= options.core or options.rest
    checks = [
        ("format", ["ruff", "format", "--check", "."]),
        ("style", ["ruff", "check", "."]),
        ("types", ["mypy"]),
        ("layers", ["lint-imports"]),
    ]
    if options.pure:
        checks = []
        os.environ["DOVECOT"] = os.environ["DOCKER"] = os.environ["SERVERS"] = "skip"
    # The suite starts hundreds of processes, and each would compile the library again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    running = {name: _started([str(BIN / command[0]), *command[1:]]) for name, command in checks}
    dovecot, docker = _dovecot(), _docker()
    failed = [name for name, process in running.items() if not _passed(name, process)]
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        suite = [sys.executable, "-m", "pytest", "-q", "-n", options.workers or _workers()]
        # A worker takes tests that stand together, so that they share the labs of their module.
        suite += ["--dist", "worksteal"]
        if options.pure:
            suite += ["--ignore=tests/network", "--ignore=tests/notebooks/test_browser.py", "-rfE"]
        if options.core:
            suite += [one for one in CORE if not _missing(one)]
        if options.rest:
            suite += [f"--ignore={one}" for one in CORE]
        if options.coverage:
            suite += ["--cov=mailkit", "--cov-branch", "--cov-report="]
        print("suite ...", flush=True)
        if not _suite_passed([*suite, "-o", f"cache_dir={folder}/cache"], Path(folder), results):
            failed.append("suite")
        why = re.findall(r'<skipped\b[^>]*message="([^"]*)"', results.read_text("utf-8"))
    if options.coverage:
        _print_coverage()
    skipped = [reason for reason in why if not reason.startswith(CANNOT)]
    if skipped and options.strict:
        failed.append(f"{len(skipped)} tests that were skipped ({', '.join(sorted(set(skipped)))})")
    if options.pure:
        part = (
            f"the core ({', '.join(CORE)})" if options.core else "the part that needs nothing else"
        )
        without = " without the core" if options.rest else ""
        print(f"Python {sys.version.split()[0]}: {part}{without}")
    else:
        print(f"servers: embedded ran; dovecot {dovecot}; docker {docker}")
    for what, why in _not_run():
        print(f"not run: {what} ({why})")
    print(f"failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _suite_passed(suite: list[str], folder: Path, results: Path) -> bool:
    """Run the suite. Of a few tests that failed each is run again, alone, as CPython's own suite does: on a busy machine
    the next one may come late. What passes then is printed, and is still a fault: of the test, or a race.
    """
    ran = partial(subprocess.run, cwd=ROOT, check=False, env=os.environ | _colour())
    code = ran([*suite, f"--junitxml={results}"]).returncode
    record = folder / "cache" / "v" / "cache" / "lastfailed"
    failures = [*json.loads(record.read_text("utf-8"))] if record.exists() else []
    if code != 1 or not 0 < len(failures) <= RUN_AGAIN:
        return code == 0
    print("once more, alone ...", flush=True)
    apart = ["--no-cov"] if "--cov=mailkit" in suite else []  # what was measured stays
    if ran([*suite, "-n", "0", "--last-failed", *apart]).returncode:
        return False
    for name in failures:
        print(f"UNSTABLE: {name} failed among the others and passed alone")
    return True


def _workers() -> str:
    """Three for two processors: the tests wait for servers and processes for half of their time."""
    return str(max(2, (os.cpu_count() or 1) * 3 // 2))


def _dovecot() -> str:
    """See to it that there is a Dovecot; returns what became of it."""
    wanted = os.environ.get("DOVECOT", "")
    if wanted == "skip":
        return "did not run (DOVECOT=skip)"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    program = wanted or shutil.which("dovecot", path=path)
    if not program and hasattr(os, "getuid") and os.getuid() == 0 and shutil.which("apt-get"):
        packages = ["dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd"]
        print(
            f"installing {' '.join(packages)} (DOVECOT=skip leaves the system alone) ...",
            flush=True,
        )
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, **quiet)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(install, env=environment, **quiet)
        # The distribution starts it for the machine; the lab brings its own.
        subprocess.run(["service", "dovecot", "stop"], **quiet) if shutil.which("service") else None
        program = shutil.which("dovecot", path=path)
    if not program:
        return "did not run (not installed: dovecot-imapd dovecot-pop3d dovecot-lmtpd)"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return f"{said.stdout.split()[0] if said.stdout else program} ran"


def _docker() -> str:
    """Build the images of the lab, where there is an engine; returns what became of it."""
    from mailkit.errors import LabError
    from mailkit.lab.backends.docker import build, engine_missing

    if os.environ.get("DOCKER") == "skip":
        return "did not run (DOCKER=skip)"
    if reason := engine_missing():
        return f"did not run ({reason})"
    print("building the images of the lab (DOCKER=skip does without) ...", flush=True)
    try:
        build()
    except LabError as error:
        os.environ["DOCKER"] = "skip"
        return f"did not run (its images cannot be built: {str(error)[-300:]})"
    return "ran"


def _started(command: list[str]) -> subprocess.Popen[str]:
    """Start a check beside the others, and beside what the suite needs."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | _colour(),
    )


def _passed(name: str, process: subprocess.Popen[str]) -> bool:
    """Wait for a check, and print its result; what it said, only where it failed."""
    said, _ = process.communicate()
    print(f"{name} ... {'FAILED' if process.returncode else 'ok'}", flush=True)
    if process.returncode:
        print(said)
    return process.returncode == 0


def _colour() -> dict[str, str]:
    return {} if sys.stdout.isatty() else {"NO_COLOR": "1"}


def _missing(tests: str) -> str:
    """Why a folder of tests cannot run on this Python; empty where it can."""
    if tests == "tests/formats" and find_spec("tree_sitter") is None:
        return "tree-sitter is not to be had for this Python"
    return ""


def _print_coverage() -> None:
    """Print the share of statements and branches that the suite reached, by package."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)]
        subprocess.run(command, cwd=ROOT, check=True)
        files = json.loads(report.read_text("utf-8"))["files"]
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, file in files.items():
        parts = Path(name).parts
        for package in (parts[1] if len(parts) > 2 else "top level", "in all"):
            sums[package].update({key: file["summary"][key] for key in _REACHED} | {"files": 1})
    print("coverage: package, files, statements reached, branches reached")
    for package, found in sorted(sums.items(), key=lambda row: (row[0] == "in all", row[0])):
        lines = found["covered_lines"] / max(found["num_statements"], 1)
        branches = found["covered_branches"] / max(found["num_branches"], 1)
        print(f"  {package:12} {found['files']:4} {lines:7.1%} {branches:7.1%}")


_REACHED = ("covered_lines", "num_statements", "covered_branches", "num_branches")


def _not_run() -> list[tuple[str, str]]:
    """Parts that this machine has no means for; pytest's own list of skips has the rest."""
    missing = []
    if sys.platform != "linux":
        missing.append(("faults on several loopback addresses", "only Linux has all of 127/8"))
    missing += [(tests, why) for tests in CORE if (why := _missing(tests))]
    return missing


if __name__ == "__main__":
    sys.exit(main())
