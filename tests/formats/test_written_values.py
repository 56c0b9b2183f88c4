"""Converting: whatever a value holds, a new file says that value and nothing else, or it is not written."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats import named
from mailkit.formats.forms import FORMS
from mailkit.formats.writing import written_formats
from mailkit.ports import Protocol, Security
from mailkit.secret import Secret
from mailkit.text import inert, one_line
from mailkit.uses import OutgoingOptions

FORMATS = ("native", "csv", *(one.NAME for one in FORMS), *written_formats())
ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
SYNTAX = [
    *ENDS,
    *('"', "'", "`", '"""', "\\", "$", "${SMTP_PASSWORD}", "$HOME", "$(id)", "%(user)s", "%s"),
    *("#", " #", ";", " ;", "!", "-", "=", ":", ": ", ",", "\t", " ", "[smtp]", "]", "}", "{"),
    *("<?php", "?>", "');", "\0", "\ufeff", "\ud800", "{{x}}", "&amp;", "|", "*", "#{1}"),
    *("\nSMTP Host: evil.example.net\n", "\nSMTP_HOST=evil.example.net\n", "\n[smtp]\nhost = evil"),
    *("\nhost = evil.example.net", "\nspring.mail.host=evil", "');\ndefine('A', 'evil", "\\\n"),
]
VALUE = st.lists(
    st.sampled_from([*SYNTAX, "kim", "@", "example.com", "é"]), min_size=1, max_size=5
).map("".join)


def account(format_: str = "", **outgoing: Any) -> Account:
    usual: dict[str, Any] = {"host": "smtp.example.com", "port": 465, "user": "kim@example.com"}
    if format_ in (
        "airflow",
        "ckan",
        "elasticsearch",
        "esmtp",
        "gitea",
        "gitea-helm",
        "gogs",
        "grafana",
        "grafana-helm",
        "odoo",
        "trac",
    ):
        usual |= {"port": 587, "security": Security.STARTTLS}
    if format_ in (
        "ashop",
        "fetchmail",
        "getmail",
        "mbsync",
        "mpop",
        "offlineimap",
    ):  # they have no server for sending
        imap = format_ in ("fetchmail", "getmail", "mbsync", "offlineimap")
        ways = {"port": 993 if imap else 995}
        protocol = Protocol.IMAP if imap else Protocol.POP3
        service = Service(protocol=protocol, **(usual | ways | outgoing))
        return Account(label="kim", address="kim@example.com", incoming=service)
    service = Service(protocol=Protocol.SMTP, **(usual | outgoing))
    return Account(label="kim", address="kim@example.com", outgoing=service)


def facts(one: Account) -> dict[str, Any]:
    service = one.outgoing or one.services[0]
    return {
        "host": service.host,
        "port": service.port,
        "security": service.security,
        "user": service.user,
        "address": one.address,
        "others": (service.role, service.secret, service.allow_cleartext_login),
    }


def read_back(format_: str, text: str) -> list[Account]:
    return list(named(format_).read(text, f"converted.{format_}"))


PLAIN = {one: read_back(one, named(one).written([account(one)])) for one in FORMATS}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("setting", ["host", "user", "address"])
@settings(max_examples=12)
@given(value=VALUE)
@example(value="x\nSMTP Host: evil.example.net")
@example(value="x\r\nSMTP_HOST=evil.example.net\r\n")
@example(value="$SMTP_PASSWORD")
@example(value="kim # nobody")
@example(value="'kim'")
@example(value="=HYPERLINK(1)")
@example(value="\x00")
@example(value="a\x00b")
def test_no_value_is_read_as_anything_else(format_: str, setting: str, value: str) -> None:
    plain, *others = PLAIN[format_]
    given_ = account(format_, **({setting: value} if setting != "address" else {}))
    if setting == "address":
        given_ = replace(given_, address=value)
    text, why = "", ""
    try:
        text = named(format_).written([given_])
    except FormatError as error:
        why = str(error)
    assert one_line(why) == why
    if not text:
        return
    found, *more = read_back(format_, text)
    assert len(more) == len(others)
    before, after = facts(plain), facts(found)
    wanted = value if setting == "address" else getattr(given_.services[0], setting)
    same = after.pop(setting)
    if before[setting] and one_line(wanted).strip():  # the format holds it
        shown = {one_line(wanted), inert(wanted)} if format_ == "csv" else {wanted}
        shown |= {one.strip() for one in shown} if format_ == "csv" else set()
        shown |= {one.strip("[]") for one in shown} if setting == "host" else set()
        assert same in shown or (setting == "address" and one_line(same) in one_line(wanted))
    if setting == "address":
        after.pop("user")  # it may stand for it
    assert after == {key: before[key] for key in after}


@pytest.mark.parametrize("end", ENDS)
def test_line_ends_of_a_signature_are_blanks_in_a_form(end: str) -> None:
    signature = OutgoingOptions(signature=f"Kim{end}SMTP Host: evil.example.net")
    given_ = replace(account(), delivery=signature)
    text = named("djaboo").written([given_])
    (found,) = read_back("djaboo", text)
    assert found.outgoing is not None
    assert found.outgoing.host == "smtp.example.com"
    assert found.delivery.signature == "Kim SMTP Host: evil.example.net"


@pytest.mark.parametrize("format_", FORMATS)
def test_a_password_is_never_written(format_: str) -> None:
    secret = "Zq7 never written"
    text = named(format_).written([account(format_, secret=Secret.value(secret))])
    assert secret not in text
