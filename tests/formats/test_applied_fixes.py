"""``diagnose --apply`` on a wrong file of every product that has a written form: the next diagnosis finds it healthy."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailkit.account import Account, Service
from mailkit.cli.accounts import apply_fixes
from mailkit.cli.main import main
from mailkit.errors import FormatError
from mailkit.fleet.run import diagnose_all
from mailkit.formats import load
from mailkit.formats.dialects import dialects
from mailkit.formats.writing import written, written_formats
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import HOST, PASSWORD
from mailkit.ports import Protocol, Security
from mailkit.report import Report

TLS_AT_ONCE = {"smtp": 587, "imap": 143, "pop3": 110}
UPGRADED = {"smtp": 465, "imap": 993, "pop3": 995}
"""Ports that expect the other encryption mode."""

NO_LOGIN = {"elastalert", "emacs", "geary", "postfix", "roundcube", "snappymail"}
"""They keep no password in the file, and no fix is verified by a login."""

CANNOT_BE_WRONG = (
    *("gatus", "gogs", "grafana", "grafana-helm"),  # the port alone decides
    *("infisical", "lightdash", "twenty", "zitadel"),
    *("ckan", "elasticsearch", "esmtp", "odoo", "trac"),  # they have STARTTLS only
)
"""They cannot say implicit TLS on the ports of STARTTLS."""


def user_of(name: str) -> str:
    """A mail user of its own, so that diagnoses need not wait for each other's logins."""
    return f"{name}@example.com"


def password_of(name: str) -> str:
    """sSMTP has no way to write a password with a blank."""
    return PASSWORD.replace(" ", "-") if name == "ssmtp" else PASSWORD


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(
        standard(HOST, users={user_of(name): password_of(name) for name in written_formats()})
    ) as running:
        yield running


def wrong_files(
    name: str, folder: Path, ports: dict[str, int], security: Security
) -> Iterator[Path]:
    """A file for each protocol that a product keeps, if the product can say the wrong mode."""
    dialect = dialects()[name]
    for protocol, port in ports.items():
        if not any(protocol in (one.protocol, *one.protocols.values()) for one in dialect.services):
            continue
        service = Service(
            protocol=Protocol(protocol),
            host=HOST,
            port=port,
            security=security,
            user=user_of(name),
        )
        account = Account(label="kim", address=user_of(name), **{service.role: service})
        text = ""
        with suppress(FormatError):
            text = written(dialect, [account], name, password_of(name))
        if not text:
            continue  # the product has no words for it
        file = folder / f"{name}-{protocol}"
        file.touch(0o600)
        file.write_text(text, "utf-8")
        yield file


@pytest.mark.parametrize("name", written_formats())
def test_an_applied_fix_makes_the_file_healthy(
    name: str, lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--from", name, "--ca", str(lab.ca_file)]
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            options += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
    files = [*wrong_files(name, tmp_path, TLS_AT_ONCE, Security.IMPLICIT_TLS)]
    assert bool(files) is (name not in CANNOT_BE_WRONG)
    for file in files:
        before = file.read_bytes()
        assert main(["diagnose", str(file), "--apply", *options]) == 1
        assert "rehearsed" not in capsys.readouterr().out  # no message was
        again = main(["diagnose", str(file), *options])
        assert (file.read_bytes() == before) is (name in NO_LOGIN)
        assert again == (name in NO_LOGIN)


def test_an_applied_fix_makes_a_file_with_starttls_on_a_tls_port_healthy(
    lab: Lab, tmp_path: Path
) -> None:
    """All at once, because each has to wait for a port that is silent."""
    files = [
        file
        for name in written_formats()
        for file in wrong_files(name, tmp_path, UPGRADED, Security.STARTTLS)
    ]
    before = {file: file.read_bytes() for file in files}
    for file, report in diagnosed(files, lab).items():
        assert not report.ok, file
        assert not apply_fixes(report, product_of(file)), file
    for file, report in diagnosed(files, lab).items():
        untouched = product_of(file) in NO_LOGIN
        assert report.ok is not untouched, file
        assert (file.read_bytes() == before[file]) is untouched, file
    assert len(files) > len(written_formats()) * 3 // 4


def product_of(file: Path) -> str:
    return file.name.rpartition("-")[0]


def diagnosed(files: list[Path], lab: Lab) -> dict[Path, Report]:
    """The report on each file, which has one account."""
    accounts = [account for file in files for account in load(file, product_of(file))]
    reports = diagnose_all(accounts, ca=lab.ca_file, connect_to=lab.connect_to, ordered=True)
    return dict(zip(files, reports, strict=True))
