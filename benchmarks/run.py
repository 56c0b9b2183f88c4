"""Round trips and times, beside what people use, in one run, as ratios.

Usage: python benchmarks/run.py [--rounds N]

Absolute numbers belong to the machine of the run; ratios within a table compare. Every tool logs in
over verified TLS to the same servers, which run in a process of their own.
"""

import argparse
import base64
import errno
import imaplib
import json
import os
import shutil
import smtplib
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mailkit
from mailkit.net.trust import Trust

World = dict[str, Any]


@contextmanager
def servers(*rtts: int) -> Iterator[World]:
    command = [sys.executable, str(Path(__file__).with_name("servers.py")), *map(str, rtts)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # otherwise each start would compile the library again
    with servers(0, 50) as world:
        diagnosis(world, options.rounds)
    start_up(options.rounds)
    return 0


# One diagnosis


def diagnosis(world: World, rounds: int) -> None:
    tools = {
        "by hand: raw sockets, both at once": by_hand,
        "mailkit.diagnose, both at once": ours,
        "mailkit diagnose FILE, the command": command_line,
        "imaplib then smtplib": stdlib,
        "openssl s_client, IMAP login typed": openssl,
        "curl imaps + smtps, one after the other": curl,
        "swaks, SMTP only": swaks,
    }
    times: dict[tuple[str, str], list[float]] = {}
    skipped: dict[str, str] = {}
    for round_ in range(rounds + 1):
        for name, tool in tools.items():
            for rtt in world["ports"]:
                if name in skipped:
                    continue
                began = time.perf_counter()
                try:
                    tool(world, world["ports"][rtt])
                except FileNotFoundError as error:
                    skipped[name] = f"{error.filename} is not installed"
                    continue
                if round_:
                    times.setdefault((name, rtt), []).append(time.perf_counter() - began)
    print(
        "### One look at a healthy account: IMAP on 993 with a login and the inbox opened, SMTP on 465 with a login"
    )
    print()
    print("| tool | 0 ms | 50 ms | round trips | to by hand at 50 ms |")
    print("|---|---:|---:|---:|---:|")
    first = next(iter(tools))
    floor = statistics.median(times[(first, "50")])
    for name in tools:
        if name in skipped:
            print(f"| {name} | {skipped[name]} | | | |")
            continue
        near = statistics.median(times[(name, "0")])
        far = statistics.median(times[(name, "50")])
        trips = (far - near) / 0.050
        print(
            f"| {name} | {near * 1000:.0f} ms | {far * 1000:.0f} ms | {trips:.1f} | {far / floor:.2f} |"
        )
    print()
    print(
        "The protocol's minimum, both at once: 5 round trips, those of SMTP (TCP, TLS 1.3, greeting, EHLO, AUTH); "
        "IMAP needs 5 too, with the inbox opened for reading, for its capabilities come with the greeting. Processes pay their start."
    )
    print()


def account(world: World, number: int = 0, *, both: bool = True) -> mailkit.Account:
    return mailkit.loads(settings(world, number, both=both), "benchmark.toml")[0]


def settings(world: World, number: int = 0, *, both: bool = True) -> str:
    outgoing = f"""
[account.a{number}.outgoing]
protocol = "smtp"
host = "{world["host"]}"
port = 465
security = "implicit-tls"
user = "{world["user"]}"
secret = {{ value = "{world["password"]}" }}
"""
    return f"""
[account.a{number}.incoming]
protocol = "imap"
host = "{world["host"]}"
port = 993
security = "implicit-tls"
user = "{world["user"]}"
secret = {{ value = "{world["password"]}" }}
{outgoing if both else ""}"""


def routes(world: World, ports: dict[str, int]) -> dict[Any, Any]:
    return {(world["host"], int(port)): ("127.0.0.1", real) for port, real in ports.items()}


_TRUST: dict[str, Trust] = {}


def ours(world: World, ports: dict[str, int]) -> None:
    if world["ca"] not in _TRUST:
        _TRUST[world["ca"]] = Trust(world["ca"])
    trust = _TRUST[world["ca"]]
    report = mailkit.diagnose(account(world), connect_to=routes(world, ports), trust=trust)
    assert report.ok, report.to_text()


def command_line(world: World, ports: dict[str, int]) -> None:
    file = Path(world["ca"]).with_name("benchmark.toml")
    if not file.exists():
        file.write_text(settings(world), "utf-8")
    command = [sys.executable, "-m", "mailkit", "diagnose", str(file), "--ca", world["ca"]]
    for port, real in ports.items():
        command += ["--connect-to", f"{world['host']}:{port}:127.0.0.1:{real}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


_CONTEXT: dict[str, ssl.SSLContext] = {}


def context(world: World) -> ssl.SSLContext:
    if world["ca"] not in _CONTEXT:
        _CONTEXT[world["ca"]] = ssl.create_default_context(cafile=world["ca"])
    return _CONTEXT[world["ca"]]


def by_hand(world: World, ports: dict[str, int]) -> None:
    threads = [
        threading.Thread(target=imap_by_hand, args=(world, ports["993"])),
        threading.Thread(target=smtp_by_hand, args=(world, ports["465"])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def imap_by_hand(world: World, port: int) -> None:
    with _tls(world, port) as sock:
        sock.recv(4096)
        sock.sendall(b"a1 AUTHENTICATE PLAIN " + _plain(world) + b"\r\n")
        assert b" OK" in sock.recv(4096)
        sock.sendall(b"a2 EXAMINE INBOX\r\n")
        heard = sock.recv(4096)
        while b"a2 OK" not in heard:
            piece = sock.recv(4096)
            assert piece
            heard += piece
        sock.sendall(b"a3 LOGOUT\r\n")


def smtp_by_hand(world: World, port: int) -> None:
    with _tls(world, port) as sock:
        sock.recv(4096)
        sock.sendall(b"EHLO [127.0.0.1]\r\n")
        sock.recv(4096)
        sock.sendall(b"AUTH PLAIN " + _plain(world) + b"\r\n")
        assert sock.recv(4096).startswith(b"235")
        sock.sendall(b"QUIT\r\n")


def _tls(world: World, port: int) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", port), 10)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context(world).wrap_socket(plain, server_hostname=world["host"])


def _plain(world: World) -> bytes:
    return base64.b64encode(f"\0{world['user']}\0{world['password']}".encode())


class _Imap(imaplib.IMAP4_SSL):
    """imaplib under the logical name, at the real port."""

    def __init__(self, world: World, port: int) -> None:
        self.world = world
        super().__init__("127.0.0.1", port, ssl_context=context(world), timeout=10)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = socket.create_connection((self.host, self.port), timeout)
        return self.ssl_context.wrap_socket(plain, server_hostname=self.world["host"])


class _Smtp(smtplib.SMTP_SSL):
    """smtplib likewise."""

    def __init__(self, world: World, port: int) -> None:
        self.world = world
        super().__init__("127.0.0.1", port, "client", context=context(world), timeout=10)

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        plain = socket.create_connection((host, port), timeout)
        return context(self.world).wrap_socket(plain, server_hostname=self.world["host"])


def stdlib(world: World, ports: dict[str, int]) -> None:
    imap = _Imap(world, ports["993"])
    imap.login(world["user"], world["password"])
    imap.select("INBOX", readonly=True)
    imap.logout()
    smtp = _Smtp(world, ports["465"])
    smtp.login(world["user"], world["password"])
    smtp.quit()


def openssl(world: World, ports: dict[str, int]) -> None:
    login = f'a1 LOGIN {world["user"]} "{world["password"]}"\r\na2 EXAMINE INBOX\r\na3 LOGOUT\r\n'
    command = ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{ports['993']}"]
    command += ["-CAfile", world["ca"], "-verify_return_error", "-servername", world["host"]]
    done = subprocess.run(
        command, input=login, capture_output=True, text=True, timeout=20, check=False
    )
    assert "a1 OK" in done.stdout, done.stderr


def curl(world: World, ports: dict[str, int]) -> None:
    for scheme, port, request in (("imaps", "993", "EXAMINE INBOX"), ("smtps", "465", "NOOP")):
        host = world["host"]
        command = [
            "curl",
            "-s",
            "--cacert",
            world["ca"],
            "-u",
            f"{world['user']}:{world['password']}",
        ]
        command += ["--connect-to", f"{host}:{port}:127.0.0.1:{ports[port]}", "-X", request]
        subprocess.run(
            [*command, f"{scheme}://{host}:{port}"], capture_output=True, timeout=20, check=True
        )


def swaks(world: World, ports: dict[str, int]) -> None:
    command = ["swaks", "--server", "127.0.0.1", "-p", str(ports["465"]), "--tls-on-connect"]
    command += ["--auth", "PLAIN", "-au", world["user"], "-ap", world["password"]]
    command += ["--tls-verify", "--tls-ca-path", world["ca"], "--quit-after", "AUTH"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if "requires Net::SSLeay" in done.stdout + done.stderr:
        raise FileNotFoundError(errno.ENOENT, "", "Net::SSLeay")
    assert "235 " in done.stdout, done.stdout + done.stderr


# Start-up


def start_up(rounds: int) -> None:
    rows = {"python -c pass": [sys.executable, "-c", "pass"]}
    program = shutil.which("mailkit", path=str(Path(sys.executable).parent)) or "mailkit"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.toml"
        file.write_text('[account.a.incoming]\nhost = "imap.example.com"\n', "utf-8")
        rows["mailkit --help"] = [program, "--help"]
        rows["mailkit check FILE"] = [program, "check", str(file)]
        print("### Start-up")
        print()
        print("| command | median |")
        print("|---|---:|")
        for name, command in rows.items():
            times = []
            for _ in range(rounds + 1):
                began = time.perf_counter()
                subprocess.run(command, capture_output=True, check=False)
                times.append(time.perf_counter() - began)
            print(f"| {name} | {statistics.median(times[1:]) * 1000:.0f} ms |")


if __name__ == "__main__":
    sys.exit(main())
