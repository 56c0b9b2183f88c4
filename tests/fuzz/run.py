"""Fuzz every parser for a bounded time: atheris where it is installed, else random changes to the corpus.

Usage: python tests/fuzz/run.py [--seconds S] [--target NAME …] [--seed N]

What crashes a target is written into ``tests/fuzz/corpus/NAME/`` and named; then the exit status is 1.
"""

import argparse
import hashlib
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from targets import CORPUS, TARGETS, corpus_of  # type: ignore[import-not-found]

PIECES = [
    *(b"\r\n", b"\n", b"\r", b"\0", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8", b"\xff", b"=?utf-8?q?"),
    *(b"(", b")", b"[", b"]", b"{", b"}", b"<", b">", b'"', b"'", b"\\", b"`", b"$", b"${", b"#"),
    *(b"=", b":", b";", b",", b".", b"@", b"%", b"*", b"+", b"-", b"&", b"/", b"!", b"|", b"?="),
    *(
        b"{9999999999}",
        b"250-",
        b"334 ",
        b"+OK ",
        b"-ERR ",
        b"* OK ",
        b"* 1 FETCH (",
        b"99999999999",
    ),
    *(
        b"[[a]]",
        b'"""',
        b"<<: *a",
        b"<!ENTITY",
        b"]]>",
        b"<?php ",
        b"?>",
        b"smtp",
        b"host = ",
        b"\t",
    ),
]


def changed(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A few random changes to an input."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(6):
            case 0:
                found[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 2, 30, 300])
            case 1:
                del found[at : at + chance.choice([1, 2, 10, 100])]
            case 2 if found:
                found[at % len(found)] = chance.randrange(256)
            case 3:
                other = chance.choice(others)
                begin = chance.randrange(len(other) + 1)
                found[at:at] = other[begin : begin + chance.randrange(1, 200)]
            case 4:
                found[at:at] = found[at : at + chance.randrange(1, 60)] * chance.choice([1, 3, 50])
            case _:
                found = found[:at]
    return bytes(found[:20_000])


def kept(name: str, data: bytes) -> Path:
    """Keep an input that crashed a target."""
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"crash-{hashlib.sha256(data).hexdigest()[:12]}"
    file.write_bytes(data)
    return file


def tried(name: str, seconds: float, chance: random.Random) -> tuple[int, int]:
    """Fuzz one target; returns how many inputs were tried and how many crashed it."""
    target, corpus = TARGETS[name], corpus_of(name) or [b""]
    others = [one for other in TARGETS for one in corpus_of(other)] or [b""]
    until, count, crashes = time.monotonic() + seconds, 0, 0
    seen: set[str] = set()
    while time.monotonic() < until:
        data = changed(chance.choice(corpus), others, chance)
        count += 1
        began = time.process_time()
        try:
            target(data)
        except BaseException as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            crash = f"{type(error).__name__} at {where.filename}:{where.lineno}"
            if crash not in seen:
                seen.add(crash)
                crashes += 1
                print(f"{name}: {crash}: {kept(name, data)}", flush=True)
            if isinstance(error, KeyboardInterrupt):
                raise
        if (took := time.process_time() - began) > 5:
            crashes += 1
            print(f"{name}: took {took:.1f} s: {kept(name, data)}", flush=True)
    return count, crashes


def by_atheris(name: str, seconds: float) -> int:
    """Fuzz one target by atheris, in a process of its own; returns its status.

    What it finds on the way is thrown away; what crashes the target is kept.
    """
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); name = sys.argv[2]\n"
        "import atheris\n"
        "with atheris.instrument_imports(include=['mailkit']):\n"
        "    from targets import TARGETS\n"
        "atheris.Setup([sys.argv[0], *sys.argv[3:]], TARGETS[name]); atheris.Fuzz()\n"
    )
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={max(1, int(seconds))}", "-timeout=10", "-max_len=20000"]
    with tempfile.TemporaryDirectory() as found:
        options = [*limits, f"-artifact_prefix={folder}/", "-verbosity=0", found, str(folder)]
        command = [sys.executable, "-c", code, str(Path(__file__).parent), name, *options]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    print(f"{name}: atheris, status {done.returncode}", flush=True)
    if done.returncode:
        print("\n".join([*done.stdout.splitlines()[-20:], *done.stderr.splitlines()[-20:]]))
    if not any(folder.iterdir()):
        folder.rmdir()
    return done.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together (60)")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    names = options.target or sorted(TARGETS)
    each = options.seconds / len(names)
    failed = 0
    print(f"seed {options.seed}, {each:.1f} s for each of {len(names)} targets", flush=True)
    for name in names:
        if importlib.util.find_spec("atheris") is not None:
            failed += by_atheris(name, each) != 0
            continue
        count, crashes = tried(name, each, random.Random(options.seed))
        print(f"{name}: {count:,} inputs, {crashes} crashes", flush=True)
        failed += crashes > 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
