"""The lab by itself: real clients use it, nothing stays behind, and it can be kept up."""

import imaplib
import json
import os
import poplib
import re
import shlex
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509

from mailkit.cli import lab as keep
from mailkit.cli.lab_settings import printable, settings
from mailkit.cli.lab_state import announced, ask
from mailkit.cli.main import main
from mailkit.errors import FormatError, LabError, SettingsError
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.backends.supplies import submission_server
from mailkit.lab.certificates import KINDS, TLS_KINDS
from mailkit.lab.endpoints import DEVELOPER_PORTS, OPEN, developer
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.lab.servers.sockets import Sockets
from mailkit.ports import Security

Make = Callable[..., Lab]


def context(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(lab.ca_file))


def test_imaplib_logs_in_by_implicit_tls_and_by_starttls(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "imap"))

    with imaplib.IMAP4_SSL(*lab.where("localhost", 993), ssl_context=context(lab)) as client:
        assert client.login(ADDRESS, PASSWORD)[0] == "OK"
    with imaplib.IMAP4(*lab.where("localhost", 143)) as client:
        assert "LOGINDISABLED" in client.capabilities
        client.starttls(context(lab))
        assert client.login(ADDRESS, PASSWORD)[0] == "OK"


def test_poplib_logs_in_by_implicit_tls_and_by_stls(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "pop3"))

    client = poplib.POP3_SSL(*lab.where("localhost", 995), context=context(lab))
    client.user(ADDRESS)
    assert client.pass_(PASSWORD).startswith(b"+OK")
    client.quit()
    plain = poplib.POP3(*lab.where("localhost", 110))
    plain.stls(context(lab))
    plain.user(ADDRESS)
    with pytest.raises(poplib.error_proto):
        plain.pass_("wrong")
    plain.close()


def test_smtplib_sends_and_the_message_is_kept(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "smtp"))
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ADDRESS, "lee@example.com", "hello"
    message.set_content("hi")

    with smtplib.SMTP(*lab.where("localhost", 587)) as client:
        client.starttls(context=context(lab))
        client.login(ADDRESS, PASSWORD)
        client.send_message(message)
    with smtplib.SMTP_SSL(*lab.where("localhost", 465), context=context(lab)) as client:
        with pytest.raises(smtplib.SMTPResponseException):
            client.sendmail(ADDRESS, ["lee@example.com"], b"without a login")

    ((sender, recipients, content),) = lab.messages
    assert (sender, recipients) == (ADDRESS, ("lee@example.com",))
    assert b"Subject: hello" in content


def test_two_hundred_connections_at_once(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "imap"))
    address = lab.where("localhost", 143)
    sockets = [socket.create_connection(address, 5) for _ in range(200)]

    assert all(sock.recv(100).startswith(b"* OK") for sock in sockets)

    for sock in sockets:
        sock.close()


def test_nothing_is_left_behind() -> None:
    threads = {thread.ident for thread in threading.enumerate()}
    with Lab(standard("localhost")) as lab:
        folder = lab.folder
        address = lab.where("localhost", 143)
        still_open = socket.create_connection(address, 5)
        assert folder.exists()

    assert not folder.exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address, 5)
    still_open.close()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        left = [t for t in threading.enumerate() if t.ident not in threads]
        if not left:
            break
        time.sleep(0.01)
    assert left == []


def test_a_lab_can_be_started_many_times() -> None:
    for _ in range(5):
        with Lab([Listener(protocol="smtp", host="localhost", port=465)]) as lab:
            assert lab.where("localhost", 465)[1] > 0


def test_names_of_the_lab_are_never_looked_up(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host="imap.example.com", port=993))

    (other,) = lab.connect_to[("imap.example.com", None)]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(other, 5)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_certificate_can_be_made(kind: str, make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host="a.example.com", port=993, certificate=kind))

    look = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    look.check_hostname, look.verify_mode = False, ssl.CERT_NONE
    look.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(lab.where("a.example.com", 993), 5) as plain:
        with look.wrap_socket(plain, server_hostname="a.example.com") as sock:
            assert sock.getpeercert(True)


@pytest.mark.parametrize("kind", [kind for kind in TLS_KINDS if kind])
def test_every_broken_handshake_breaks(kind: str, make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host="a.example.com", port=993, tls=kind))

    with socket.create_connection(lab.where("a.example.com", 993), 5) as plain:
        with pytest.raises(OSError):
            with context(lab).wrap_socket(plain, server_hostname="a.example.com") as sock:
                sock.settimeout(5)
                if sock.recv(100) == b"":
                    raise OSError("closed")


def mailkit(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mailkit", *arguments],
        env=os.environ | {"XDG_RUNTIME_DIR": str(folder), "TMPDIR": str(folder)},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def kept(tmp_path: Path) -> object:
    """A lab that another process keeps up, and its first words."""
    started: list[subprocess.Popen[str]] = []

    def up(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        fixed = any(one.startswith("--port") for one in arguments)
        ports = () if fixed else ("--ports", "random")
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "mailkit", "lab", "up", "--for", "60", *ports, *arguments],
            env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        said = ""
        assert process.stdout is not None
        while "Stop it with Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        return process, said

    yield up
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_lab_is_kept_up_used_and_ended(kept: Callable[..., object], tmp_path: Path) -> None:
    process, said = kept()  # type: ignore[misc]
    assert "implicit TLS" in said
    url = said.split("Page      ")[1].split("\n")[0]
    with urllib.request.urlopen(f"{url}/api/v1/messages", timeout=30) as answer:
        assert json.load(answer)["total"] == 0

    again = mailkit("lab", "up", "--ports", "random", folder=tmp_path)
    assert (again.returncode, "choose another --name" in again.stderr) == (2, True)
    status = mailkit("lab", "status", folder=tmp_path)
    assert (status.returncode, "Endpoints" in status.stdout) == (0, True)
    command = said.split("mailkit diagnose ")[1].split("\n")[0].split()
    report = json.loads(mailkit("diagnose", *command, "--format", "json", folder=tmp_path).stdout)
    assert len(report["accounts"]) == 6
    assert all(account["ok"] for account in report["accounts"])

    assert mailkit("lab", "down", folder=tmp_path).returncode == 0
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert mailkit("lab", "status", folder=tmp_path).returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == []


def test_one_fault_can_be_shown(kept: Callable[..., object], tmp_path: Path) -> None:
    _, said = kept("--fault", "grt-silent-tls")  # type: ignore[misc]
    command = said.split("mailkit diagnose ")[1].split("\n")[0].split()

    done = mailkit("diagnose", *command, "--format", "json", folder=tmp_path)

    service = json.loads(done.stdout)["accounts"][0]["services"][0]
    assert service["cause"] == "grt-silent-tls"
    assert service["proposal"]["proof"] == "logged-in"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(
    number: signal.Signals, kept: Callable[..., object], tmp_path: Path
) -> None:
    process, _ = kept()  # type: ignore[misc]

    process.send_signal(number)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == []


def test_after_a_kill_the_next_one_starts(kept: Callable[..., object], tmp_path: Path) -> None:
    process, _ = kept()  # type: ignore[misc]
    process.kill()
    process.communicate(timeout=60)

    assert mailkit("lab", "status", folder=tmp_path).returncode == 1
    process, _ = kept()  # type: ignore[misc]
    assert mailkit("lab", "down", folder=tmp_path).returncode == 0


def test_a_fault_that_cannot_be_shown_says_why(tmp_path: Path) -> None:
    done = mailkit("lab", "up", "--fault", "tcp-unreach", folder=tmp_path)

    assert done.returncode == 2
    assert "cannot be made on loopback" in done.stderr


def test_a_lab_whose_sockets_cannot_be_opened_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError(24, "Too many open files")

    lab = Lab(standard("localhost", "imap"))
    monkeypatch.setattr(Sockets, "start", fail)

    with pytest.raises(LabError, match="Too many open files"):
        lab.start()
    assert not lab.folder.exists()


def test_the_embedded_lab_needs_no_other_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiosmtpd", None)

    with Lab(standard("localhost")) as lab:
        with smtplib.SMTP_SSL(*lab.where("localhost", 465), context=context(lab)) as client:
            assert client.login(ADDRESS, PASSWORD)[0] == 235


def test_dovecot_without_aiosmtpd_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mailkit.lab.servers.submission", None)

    with pytest.raises(LabError, match=r"pip install 'mailkit-lab\[lab\]'"):
        submission_server()


@pytest.mark.parametrize(
    "fault",
    ["tcp-refused", "dns-parked", "snd-relay-denied", "snd-rcpt-syntax", "mbx-quota", "snd-spam"],
)
def test_the_command_that_a_lab_prints_shows_its_fault(
    fault: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    scenario = SCENARIOS[fault]
    file = tmp_path / "accounts.toml"
    file.write_text(scenario.account, "utf-8")
    options = keep.Options(fault=fault)
    with Lab(scenario.listeners, scenario.users, scenario.zone) as lab:
        told = keep.told(lab, options, file, scenario.account)
        words = shlex.split(told.partition("\nTry\n")[2])
        assert words[0] == "mailkit"
        with announced(lab, options.name, told, threading.Event()):
            assert main(words[1:]) == 1

    assert fault in capsys.readouterr().out


def free_offset() -> int:
    """An offset at which every fixed port is free."""
    for offset in range(20_000 + os.getpid() % 1000 * 10, 60_000, 7):
        with ExitStack() as stack:
            with suppress(OSError):
                for _, _, port, _ in DEVELOPER_PORTS:
                    stack.enter_context(socket.create_server(("127.0.0.1", port + offset)))
                return offset
    raise AssertionError("no free ports")


def test_fixed_ports_take_mail_without_a_login_and_a_port_that_is_taken_is_named(
    kept: Callable[..., object], tmp_path: Path
) -> None:
    offset = free_offset()
    _, said = kept("--port-offset", str(offset), "--print", "django")  # type: ignore[misc]
    namespace: dict[str, object] = {}
    exec("\n".join(line.strip() for line in said.splitlines() if " = " in line), namespace)

    host, port = namespace["EMAIL_HOST"], namespace["EMAIL_PORT"]
    assert (host, port) == ("localhost", 1025 + offset)
    with smtplib.SMTP(str(host), 1025 + offset, timeout=30) as client:
        client.ehlo()
        assert "starttls" not in client.esmtp_features
        client.sendmail("app@example.com", ["anyone@example.net"], b"Subject: x\r\n\r\nx\r\n")
    second = mailkit("lab", "up", "--name", "b", "--port-offset", str(offset), folder=tmp_path)
    assert second.returncode == 2
    assert f"cannot listen on 127.0.0.1 port {1025 + offset} (SMTP)" in second.stderr
    assert "--port-offset 1000, or --ports random" in second.stderr


def test_several_labs_run_by_name(kept: Callable[..., object], tmp_path: Path) -> None:
    kept("--name", "a")
    _, said = kept("--name", "b")  # type: ignore[misc]
    command = said.split("mailkit diagnose ")[1].split("\n")[0].split()

    assert command[-2:] == ["--lab-name", "b"]
    done = mailkit("diagnose", *command, "--timeout", "30", "--deadline", "100", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    several = mailkit("diagnose", command[0], "--lab", folder=tmp_path)
    assert several.returncode == 2
    assert "choose one by name (a, b)" in several.stderr
    assert mailkit("lab", "down", folder=tmp_path).returncode == 2
    assert mailkit("lab", "down", "--name", "a", folder=tmp_path).returncode == 0
    unknown = mailkit("diagnose", command[0], "--lab-name", "c", folder=tmp_path)
    assert "no lab called c is running; start it: mailkit lab up --name c" in unknown.stderr


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights of files are POSIX")
@pytest.mark.parametrize("how", ["mode", "link"])
def test_a_state_file_that_others_may_have_written_is_not_used(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with Lab(developer(offset=None)) as lab:
        with announced(lab, "x", "words", threading.Event()):
            assert ask("x", "status") == "words"
            (file,) = tmp_path.glob("*.json")
            if how == "mode":
                file.chmod(0o666)
            else:
                file.rename(tmp_path / "elsewhere")
                file.symlink_to(tmp_path / "elsewhere")

            assert ask("x", "status") is None


def test_what_is_persisted_is_there_again(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Lab(developer(offset=None), persist=folder) as lab:
        before = lab.ca_file.read_bytes()
        with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as client:
            client.sendmail("a@example.com", ["b@example.com"], b"Subject: kept\r\n\r\nx\r\n")
    with Lab(developer(offset=None), persist=folder) as lab:
        (message,) = lab.sent
        assert (message.subject, message.envelope.sender) == ("kept", "a@example.com")
        assert len(lab.box("b@example.com").messages()) == 1
        assert x509.load_pem_x509_certificate(before) == x509.load_pem_x509_certificate(
            lab.ca_file.read_bytes()
        )
    assert (folder / "authority.pem").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_an_endpoint_comes_and_goes_while_the_lab_runs(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "imap"))
    for rules in (AcceptancePolicy(size=10), AcceptancePolicy()):  # each with a policy of its own
        listener = Listener(protocol="smtp", host="localhost", port=0, rules=rules, **OPEN)  # type: ignore[arg-type]
        with lab.serving(replace(listener, security=Security.CLEARTEXT)) as place:
            with smtplib.SMTP(*place, timeout=30) as client:
                client.ehlo()
                assert client.esmtp_features["size"] == str(rules.size)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place, 5)


@pytest.mark.parametrize("anyone", [False, True])
def test_open_lets_anyone_in_at_every_port(anyone: bool) -> None:
    with Lab(developer(anyone=anyone, offset=None)) as lab:
        with smtplib.SMTP(*lab.where("localhost", 587), timeout=30) as client:
            client.ehlo()
            assert client.mail("a@example.com")[0] == (250 if anyone else 530)
        with imaplib.IMAP4(*lab.where("localhost", 143)) as reader:
            if anyone:
                assert reader.login("somebody@example.net", "anything")[0] == "OK"
            else:
                with pytest.raises(imaplib.IMAP4.error):
                    reader.login(ADDRESS, PASSWORD)


WITH_PASSWORD = {
    *("django", "flask", "laravel", "dotenv", "spring", "quarkus", "jakarta", "phpmailer"),
    *("nodemailer", "rails", "symfony", "grafana", "gitea"),
}
"""Formats that hold the whole of a login; some others keep passwords elsewhere."""


@pytest.mark.parametrize("mode", ["", "starttls", "implicit-tls"])
def test_settings_can_be_printed_for_every_product(mode: str) -> None:
    pytest.importorskip("tree_sitter", reason="programs are read with tree-sitter")
    usual = {"": 25, "starttls": 587, "implicit-tls": 465}[mode]
    written: dict[str, str] = {}
    refused: list[str] = []
    with Lab(developer(offset=None)) as lab:
        port = lab.where("localhost", usual)[1]
        for name in printable():
            try:
                written[name] = settings(lab, f"{name}:{mode}" if mode else name)
            except FormatError as error:  # some have no words for it, or decide by port 465
                refused.append(str(error))

    assert all(re.search("no way to write|read something else", one) for one in refused)
    assert len(written) > 0.8 * len(printable())
    assert all("localhost" in text and str(port) in text for text in written.values())
    hold = {one for one, text in written.items() if re.search("open(?: |%20)sesame", text)}
    assert (hold >= WITH_PASSWORD - {"grafana"}) if mode else not hold


def test_an_unknown_format_names_those_there_are() -> None:
    with Lab(developer(offset=None)) as lab:
        with pytest.raises(
            SettingsError, match=r"--print does not know 'cobol'. It knows .*django"
        ):
            settings(lab, "cobol")
        with pytest.raises(SettingsError, match="starttls.*not 'ssl'"):
            settings(lab, "django:ssl")


def test_a_lab_that_nobody_asks_for_tls_makes_no_certificate() -> None:
    code = (
        "import smtplib, sys\n"
        "from mailkit.lab import Lab, catch_all\n"
        "with Lab(catch_all()) as lab:\n"
        "    where = lab.where('localhost', 25)\n"
        "    smtplib.SMTP(*where).sendmail('a@example.com', ['b@example.com'], 'Subject: s\\n\\nx')\n"
        "    assert lab.inbox()[0].subject == 's'\n"
        "    assert 'cryptography' not in sys.modules\n"
        "    assert 'BEGIN CERTIFICATE' in lab.ca_file.read_text()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_clients_that_ask_for_tls_at_once_are_shown_one_certificate() -> None:
    shown: set[bytes] = set()

    def ask(place: tuple[str, int], context: ssl.SSLContext) -> None:
        with socket.create_connection(place, 10) as sock:
            with context.wrap_socket(sock, server_hostname="mail.example.com") as tls:
                shown.add(tls.getpeercert(True) or b"")

    with Lab() as lab:
        (listener,) = (one for one in lab.listeners if one.port == 993)
        context = ssl.create_default_context(cafile=str(lab.ca_file))
        context.check_hostname = False
        place = lab.where(listener.host, 993)
        threads = [threading.Thread(target=ask, args=(place, context)) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join(60) for thread in threads]
    assert len(shown) == 1
