"""The static rules over a table of a million rows, beside pandas.read_csv of the same file; and the plain interface.

Usage: python benchmarks/fleet_table.py [--rows N] [--distinct N] [--dirty SHARE]

Each tool runs in a process of its own, its library loaded before the clock starts.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HEAD = "account,address,imap_host,imap_port,imap_security,smtp_host,smtp_port,smtp_security,user,password\n"

PANDAS = "import pandas as pd\nstart()\nf = pd.read_csv(file)\nend(len(f))"
ARROW = """
import pyarrow
from pyarrow import csv
start()
names = open(file).readline().strip().split(",")
texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()))
f = csv.read_csv(file, convert_options=texts)
end(len(f))
"""
OURS = """
import mailkit, pandas, pyarrow.csv, pyarrow.compute
from mailkit.fleet import frame_checks
start()
f = mailkit.check_frame(file)
end(len(f))
"""
PLAIN = """
import mailkit
from mailkit.rules.account_index import indexed
accounts = indexed(mailkit.load(file))
start()
n = sum(len(mailkit.check(a, accounts)) for a in accounts)
end(n)
"""
LOAD = "import mailkit\nstart()\nn = len(mailkit.load(file))\nend(n)"
FRAME = """
import json, resource, sys, time
file = sys.argv[1]
def start():
    global wall, cpu
    wall, cpu = time.perf_counter(), time.process_time()
def end(n):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "n": n, "MB": peak}))
"""


def write(file: Path, rows: int, distinct: int, dirty: float) -> None:
    """A hoster's table: so many distinct settings, and a share of rows with a wrong user name."""
    chance = random.Random(1)
    settings = []
    for number in range(distinct):
        imap = chance.choice((993, 993, 993, 993, 143))
        smtp = chance.choice((465, 587, 465, 465, 25))
        mode = {993: "implicit-tls", 143: "starttls", 465: "implicit-tls", 587: "starttls"}
        wrong = number % 25 == 0
        settings.append(
            (
                f"imap{number % 10}.example{number % 2000}.com",
                imap,
                "implicit-tls" if wrong else mode[imap],
                f"smtp{number % 10}.example{number % 2000}.com",
                smtp,
                mode.get(smtp, "starttls"),
                f"example{number % 2000}.com",
            )
        )
    with file.open("w") as out:
        out.write(HEAD)
        for number in range(rows):
            *own, domain = settings[number % distinct]
            user = f"mailbox{number}@{domain}"
            bad = f" {user}" if dirty and chance.random() < dirty else user
            out.write(f"account-{number},{user},{','.join(map(str, own))},{bad},env:PW_{number}\n")


def run(code: str, file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", FRAME + code, str(file)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=6000)
    parser.add_argument("--dirty", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.csv"
        write(file, options.rows, options.distinct, options.dirty)
        size = file.stat().st_size / 1e6
        print(f"### {options.rows:,} rows, {size:.0f} MB, {options.distinct:,} distinct settings\n")
        tools = {
            f"pandas.read_csv of pandas {version('pandas')}": PANDAS,
            f"pyarrow.csv.read_csv of pyarrow {version('pyarrow')}, all as text": ARROW,
            "mailkit.check_frame, reading included": OURS,
        }
        best: dict[str, dict[str, float]] = {}
        for _ in range(options.rounds):
            for name, code in tools.items():
                found = run(code, file)
                if name not in best or found["wall"] < best[name]["wall"]:
                    best[name] = found
        first = best[next(iter(tools))]
        print("| | wall | CPU | to read_csv | peak |\n|---|---:|---:|---:|---:|")
        for name, found in best.items():
            print(
                f"| {name} | {found['wall']:.2f} s | {found['cpu']:.2f} s | "
                f"{found['wall'] / first['wall']:.2f} | {found['MB']:.0f} MB |"
            )
        few = Path(folder) / "few.csv"
        write(few, min(options.rows, 100_000), options.distinct, options.dirty)
        print(
            "\n| 100,000 accounts, plain interface | CPU | findings | peak |\n|---|---:|---:|---:|"
        )
        for name, code in {"load": LOAD, "check each": PLAIN}.items():
            found = run(code, few)
            print(f"| {name} | {found['cpu']:.2f} s | {found['n']:,} | {found['MB']:.0f} MB |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
