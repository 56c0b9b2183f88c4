"""A scenario: servers with one fault, an account for it, and the expected diagnosis."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mailkit.account import SERVICE_KEYS
from mailkit.lab.listener import Listener, Users
from mailkit.lab.script import Act

if TYPE_CHECKING:
    from mailkit.lab.servers.core import Lab

__all__ = [
    "ADDRESS",
    "HOST",
    "PASSWORD",
    "USERS",
    "Scenario",
    "account",
    "for_every_client",
    "imap",
    "pop3",
    "smtp",
]

HOST = "mail.example.com"
ADDRESS = "kim@example.com"
PASSWORD = "open sesame 17"
USERS: Users = {ADDRESS: PASSWORD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fault to demonstrate.

    ``cause`` is the expected cause (empty if nothing fails), ``changes`` the expected changes of the proposal,
    ``proof`` how far it must be verified (empty without a proposal). ``program`` is another program's session with the
    lab, for faults of a program. ``role`` is the service in question, if not the first. ``zone`` is the DNS zone of
    the lab; with one, names are looked up. ``anchors`` is false if the machine must have no trust anchors.
    """

    id: str
    account: str
    listeners: Sequence[Listener]
    cause: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    proof: str = ""
    users: Users = field(default_factory=lambda: USERS)
    options: Mapping[str, Any] = field(default_factory=dict)
    program: "Callable[[Lab], Sequence[str]] | None" = None
    anchors: bool = True
    role: str = ""
    zone: Sequence[str] = ()


_OTHER_WAYS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "imap": {"AUTHENTICATE": ("LOGIN",), "EXAMINE": ("SELECT",)},
    "pop3": {"AUTH": ("PASS", "APOP")},
}
"""Commands that other clients use for the same thing."""


def for_every_client(listener: Listener) -> Listener:
    """A listener that answers every way to log in, and to open a folder, as it answers the one of a diagnosis."""
    ways = _OTHER_WAYS.get(listener.protocol, {})

    def widened(replies: Mapping[str, Sequence[Act]]) -> Mapping[str, Sequence[Act]]:
        more = {
            way: replies[name] for name, others in ways.items() if name in replies for way in others
        }
        return more | dict(replies)

    return replace(
        listener, replies=widened(listener.replies), replies_tls=widened(listener.replies_tls)
    )


def account(role: str, /, **settings: Any) -> str:
    """An account with one service, as TOML; a setting of ``None`` is left out."""
    address = settings.pop("address", ADDRESS)
    label = settings.pop("label", "kim")
    usual = {"host": HOST, "user": ADDRESS, "secret": {"value": PASSWORD}}
    merged = dict.fromkeys(SERVICE_KEYS) | usual | settings
    lines = [f"[account.{label}]", f"address = {_toml(address)}", "", f"[account.{label}.{role}]"]
    lines += [f"{key} = {_toml(value)}" for key, value in merged.items() if value is not None]
    return "\n".join(lines) + "\n"


def imap(port: Any, security: str | None, **settings: Any) -> str:
    """An account that reads by IMAP."""
    return account("incoming", protocol="imap", port=port, security=security, **settings)


def pop3(port: Any, security: str | None, **settings: Any) -> str:
    """An account that reads by POP3."""
    return account("incoming", protocol="pop3", port=port, security=security, **settings)


def smtp(port: Any, security: str | None, **settings: Any) -> str:
    """An account that sends."""
    return account("outgoing", protocol="smtp", port=port, security=security, **settings)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
