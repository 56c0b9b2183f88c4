"""Apps of several languages with a mistake in their settings or their message: the lab names the mistake."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from mailkit.cli.lab_settings import settings
from mailkit.lab import Lab
from mailkit.lab.app_settings import trust_variables
from mailkit.lab.endpoints import developer
from mailkit.lab.recording import Session
from mailkit.rules import client_tls

APPS = ("django", "phpmailer", "nodemailer", "jakarta-mail")

HEADER = "From: shop@example.com\r\nTo: customer@example.net\r\nSubject: Your order\r\nMIME-Version: 1.0\r\n"
DATED = f"{HEADER}Date: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <4711@example.com>\r\n"

Edit = Callable[[str], str]


def swapped(*pairs: tuple[str, str]) -> Edit:
    """Lines of settings with patterns replaced; each one has to be there."""

    def edit(lines: str) -> str:
        for pattern, by in pairs:
            lines, count = re.subn(pattern, by, lines)
            assert count, (pattern, lines)
        return lines

    return edit


def added(line: str) -> Edit:
    return lambda lines: f"{lines}{line}\n"


def option(line: str) -> Edit:
    """An option of Nodemailer's transport."""
    return swapped((r"\n\}\);", f"\n  {line},\n}});"))


def untouched(lines: str) -> str:
    return lines


@dataclass(frozen=True)
class Mistake:
    """A mistake: on which port of the lab, what it does to the settings of each app, and what has to be found.

    ``found`` are the findings by app where they differ, under an empty name else. ``raw`` is a message that the app sends
    as it is; with ``leave`` the app is gone after it. ``ca`` says whose certificates the app trusts. Who is silent for
    ``patience_s`` waits for a greeting; a program starts slowly on a busy machine, so the tests stay far from it.
    """

    port: str
    found: str | Mapping[str, str]
    edits: Mapping[str, Edit] = field(default_factory=lambda: dict.fromkeys(APPS, untouched))
    ca: str = "lab"
    lab: str = "healthy"
    raw: str = ""
    leave: bool = False
    patience_s: float = 60


UNVERIFIED = {
    "django": added("import ssl\nssl.create_default_context = ssl._create_unverified_context"),
    "phpmailer": added(
        "$mail->SMTPOptions = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]];"
    ),
    "nodemailer": option("tls: { rejectUnauthorized: false }"),
    "jakarta-mail": swapped(
        ("checkserveridentity=true", "checkserveridentity=false\nmail.smtp.ssl.trust=*")
    ),
}
PHP_WAITS = "$mail->Timeout = 2;\n$mail->getSMTPInstance()->Timelimit = 2;"
OLD = """\
import ssl
made = ssl.create_default_context
def old(*given, **options):
    context = made(*given, **options)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
ssl.create_default_context = old"""

MISTAKES = {
    "TLS on the STARTTLS port": Mistake(
        "starttls",
        "clt-tls-on-starttls-port",
        {
            "django": swapped(("EMAIL_USE_TLS", "EMAIL_USE_SSL")),
            "phpmailer": swapped(("'tls'", "'ssl'")),
            "nodemailer": swapped(("secure: false", "secure: true")),
            "jakarta-mail": swapped(
                ("starttls.enable=true", "ssl.enable=true"), (r"mail.smtp.starttls.*\n", "")
            ),
        },
    ),
    "plain text on the TLS port": Mistake(
        "implicit-tls",
        "clt-plain-on-tls-port",
        {
            "django": swapped(("EMAIL_USE_SSL = True", "EMAIL_TIMEOUT = 2")),
            "phpmailer": swapped((r".*'ssl'.*", f"$mail->SMTPAutoTLS = false;\n{PHP_WAITS}")),
            "nodemailer": swapped(("secure: true", "secure: false,\n  greetingTimeout: 2000")),
            "jakarta-mail": swapped(("mail.smtp.ssl.enable=true", "mail.smtp.timeout=2000")),
        },
        patience_s=0.1,
    ),
    "STARTTLS on the TLS port": Mistake(
        "implicit-tls",
        "clt-plain-on-tls-port",
        {
            "django": swapped(("EMAIL_USE_SSL", "EMAIL_TIMEOUT = 2\nEMAIL_USE_TLS")),
            "phpmailer": swapped(("'ssl';", f"'tls';\n{PHP_WAITS}")),
            "nodemailer": swapped(("secure: true", "requireTLS: true,\n  greetingTimeout: 2000")),
            "jakarta-mail": swapped(("ssl.enable", "timeout=2000\nmail.smtp.starttls.enable")),
        },
        patience_s=0.1,
    ),
    "an unknown CA": Mistake(
        "starttls",
        {
            "": "clt-unknown-ca",
            "nodemailer": "clt-bad-certificate",
            "jakarta-mail": "clt-bad-certificate",
        },
        ca="none",
    ),
    "the CA of another lab": Mistake(
        "implicit-tls",
        {
            "": "clt-unknown-ca",
            "nodemailer": "clt-bad-certificate",
            "jakarta-mail": "clt-bad-certificate",
        },
        ca="another",
    ),
    "no verification": Mistake("starttls", "clt-no-verification", UNVERIFIED, lab="tempting"),
    "a wrong password": Mistake(
        "starttls", "clt-login-refused", dict.fromkeys(APPS, swapped(("sesame", "simsim")))
    ),
    "no login": Mistake(
        "starttls",
        "clt-no-login",
        {
            "django": swapped((r"EMAIL_HOST_(USER|PASSWORD).*\n", "")),
            "phpmailer": swapped((r".*(SMTPAuth|Username|Password).*\n", "")),
            "nodemailer": swapped((r"auth: \{[^}]*\},", "")),
            "jakarta-mail": swapped(("auth=true", "auth=false"), (r".*(user|password)=.*\n", "")),
        },
    ),
    "no STARTTLS": Mistake(
        "starttls",
        {
            "": "clt-left-before-starttls",
            "nodemailer": "clt-no-starttls",
            "jakarta-mail": "clt-no-starttls",
        },
        {
            "django": swapped((r"EMAIL_USE_TLS.*\n", "")),
            "phpmailer": swapped((r"\$mail->SMTPSecure.*", "$mail->SMTPAutoTLS = false;")),
            "nodemailer": swapped(("requireTLS: true", "ignoreTLS: true")),
            "jakarta-mail": swapped((r"mail.smtp.starttls.*\n", "")),
        },
    ),
    "a mechanism that is not offered": Mistake(
        "starttls",
        "clt-gave-up",
        {
            "nodemailer": option("authMethod: 'NTLM'"),
            "jakarta-mail": added("mail.smtp.auth.mechanisms=NTLM"),
        },
    ),
    "an old version of TLS": Mistake(
        "implicit-tls",
        {"": "clt-old-tls", "jakarta-mail": "clt-no-hello"},
        {
            "django": added(OLD),
            "phpmailer": added(
                "$mail->SMTPOptions = ['ssl' => ['crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT, "
                "'ciphers' => 'ALL:@SECLEVEL=0']];"
            ),
            "nodemailer": option(
                "tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }"
            ),
            "jakarta-mail": added("mail.smtp.ssl.protocols=TLSv1.1"),
        },
    ),
    "a name in EHLO that is none": Mistake(
        "",
        "clt-helo",
        {
            "django": added(
                "from django.core.mail.utils import DNS_NAME\nDNS_NAME._fqdn = 'my_app'"
            ),
            "phpmailer": added("$mail->Helo = 'my_app';"),
            "nodemailer": option("name: 'my_app'"),
            "jakarta-mail": added("mail.smtp.localhost=my_app"),
        },
    ),
    "localhost in EHLO": Mistake(
        "",
        "clt-helo-local",
        {
            "django": added(
                "from django.core.mail.utils import DNS_NAME\nDNS_NAME._fqdn = 'localhost'"
            ),
            "phpmailer": added("$mail->Helo = 'localhost';"),
            "nodemailer": option("name: 'localhost'"),
            "jakarta-mail": added("mail.smtp.localhost=localhost"),
        },
    ),
    "no Date and no Message-ID": Mistake("", "clt-missing-header", raw=f"{HEADER}\r\nHello\r\n"),
    "a long line": Mistake(
        "",
        "clt-line-length",
        {app: untouched for app in APPS if app != "phpmailer"},  # which breaks long lines
        raw=f"{DATED}\r\n{'x' * 1500}\r\n",
    ),
    "a header that is not encoded": Mistake(
        "", "clt-raw-header", raw=f"{DATED}Comments: Grüße\r\n\r\nHello\r\n"
    ),
    "bare line feeds": Mistake(
        "",
        "clt-bare-lf",
        {"django": untouched},  # the others write CR LF
        raw=f"{DATED}\r\nHello\r\nKim\r\n".replace("\r\n", "\n"),
    ),
    "no QUIT": Mistake("", "clt-no-quit", raw=f"{DATED}\r\nHello\r\n", leave=True),
}
CASES = [(name, app) for name, one in MISTAKES.items() for app in APPS if app in one.edits]


@pytest.fixture(scope="module")
def labs() -> Iterator[dict[str, Lab]]:
    tempting = [replace(one, certificate="other-host") for one in developer(offset=None)]
    with (
        Lab(developer(offset=None)) as healthy,
        Lab(tempting) as tempted,
        Lab(developer(offset=None)) as another,
    ):
        yield {"healthy": healthy, "tempting": tempted, "another": another}


def over(lab: Lab, before: int) -> list[Session]:
    """The sessions after a number, when they are over."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        new = [one for one in lab.sessions if one.number > before]
        if new and all(one.closed for one in new):
            return new
        time.sleep(0.02)
    raise AssertionError("the app did not connect, or stayed")


@pytest.mark.parametrize(("name", "app"), CASES, ids=[f"{app}: {name}" for name, app in CASES])
def test_the_lab_names_the_mistake(
    name: str,
    app: str,
    labs: dict[str, Lab],
    tmp_path: Path,
    app_command: Any,
    app_done: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mistake = MISTAKES[name]
    monkeypatch.setattr(client_tls, "PATIENCE_S", mistake.patience_s)
    lab = labs[mistake.lab]
    lines = settings(lab, f"{app}:{mistake.port}" if mistake.port else app)
    command = app_command(app, tmp_path, mistake.edits[app](lines))
    if mistake.raw:
        (tmp_path / "message").write_bytes(mistake.raw.encode())
        command += [str(tmp_path / "message"), *(["leave"] if mistake.leave else [])]
    trusted = labs["another"] if mistake.ca == "another" else lab
    variables = {} if mistake.ca == "none" else trust_variables(trusted.ca_file, tmp_path)
    before = max((one.number for one in lab.sessions), default=0)

    app_done(command, tmp_path, variables)

    found = [one for session in over(lab, before) for one in session.findings]
    wanted = mistake.found
    wanted = wanted if isinstance(wanted, str) else wanted.get(app, wanted[""])
    assert wanted in [one.id for one in found]
    others = {one.id for one in found if one.severity != "note"} - {wanted}
    assert not others, "a mistake that was not made"
    (named,) = [one for one in found if one.id == wanted]
    assert named.change, "no line to change"


@pytest.mark.parametrize("port", ["", "starttls", "implicit-tls"])
@pytest.mark.parametrize("app", APPS)
def test_an_app_without_a_mistake_has_notes_at_most(
    app: str,
    port: str,
    labs: dict[str, Lab],
    tmp_path: Path,
    app_command: Any,
    app_done: Any,
) -> None:
    lab = labs["healthy"]
    command = app_command(app, tmp_path, settings(lab, f"{app}:{port}" if port else app))
    before = max((one.number for one in lab.sessions), default=0)

    app_done(command, tmp_path, trust_variables(lab.ca_file, tmp_path))

    (session,) = over(lab, before)
    assert len(session.messages) == 1
    assert [one for one in session.findings if one.severity != "note"] == []


@pytest.mark.parametrize("app", APPS)
def test_an_app_that_verifies_is_not_tempted(
    app: str, labs: dict[str, Lab], tmp_path: Path, app_command: Any, app_done: Any
) -> None:
    lab = labs["tempting"]
    command = app_command(app, tmp_path, settings(lab, f"{app}:starttls"))
    before = max((one.number for one in lab.sessions), default=0)

    app_done(command, tmp_path, trust_variables(lab.ca_file, tmp_path))

    (session,) = over(lab, before)
    assert session.attempts == ()
    assert [one for one in session.findings if one.severity != "note"] == []
