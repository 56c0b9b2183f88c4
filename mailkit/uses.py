"""What an account is used for: sending, processing incoming mail, and storing it.

Each is a table of an account, ``[account.NAME.delivery]`` and so on; its keys are the fields here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

__all__ = [
    "CHOICES",
    "USES",
    "USE_KEYS",
    "ChannelOptions",
    "FolderOptions",
    "OutgoingOptions",
    "used",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingOptions:
    """How mail is sent.

    ``via`` is the transport: a server (``smtp``), the sendmail program, or Maildirs on this machine (``local``);
    ``engine`` is the library for SMTP. ``mode`` is ``immediate`` (the call waits for the result) or ``daemon`` (a
    worker sends). ``server`` is ``own``, or ``system`` for the system's default server. Every message is ``header``,
    its text and ``footer``; ``signature`` ends it, unless ``signatures`` has one for the sender. ``bcc`` gets a copy
    of everything. ``receipts`` asks for ``read`` and ``delivered`` receipts.
    """

    via: str = "smtp"
    engine: str = "smtplib"
    mode: str = "immediate"
    server: str = "own"
    label: str = ""
    reply_to: str = ""
    charset: str = "utf-8"
    bcc: tuple[str, ...] = ()
    header: str = ""
    footer: str = ""
    signature: str = ""
    signatures: Mapping[str, str] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()
    host_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOptions:
    """How incoming mail is processed. With ``exclusive`` every message is processed and deleted on the server,
    otherwise only those with ``keyword`` in the subject. ``allowed`` and
    ``blocked`` are addresses, domains (``example.com``), or domains with their subdomains (``.example.com``).
    ``pre_script`` runs before the
    process, ``post_script`` after it and before the answer goes out from ``answer_from``; with ``standard_script`` those that all channels
    share do. Each has ``script_seconds``. An interrupted script runs again only if it is ``repeatable``.
    ``answer_to`` is
    ``reply-to`` (the address there, where the channel lets it in) or ``from``; one address gets at most ``answers_per_hour``.
    """

    exclusive: bool = False
    keyword: str = ""
    allowed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    pre_script: str = ""
    post_script: str = ""
    standard_script: bool = False
    script_seconds: float = 60.0
    answer_from: str = ""
    answer_to: str = "reply-to"
    answers_per_hour: float = 50.0
    repeatable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """Where mail is stored. ``roles`` maps roles to folders (``sent = "Sendte"``); ``fetch`` lists the folders to
    fetch, by default the subscribed ones;
    ``keep`` is the local mail directory. With ``link`` messages are linked to correspondents. ``rules`` are for POP3
    only: text in the subject or sender, and the folder for it.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    fetch: tuple[str, ...] = ()
    keep: str = ""
    link: bool = True
    rules: Mapping[str, str] = field(default_factory=dict)


USES: dict[str, type] = {
    "delivery": OutgoingOptions,
    "channel": ChannelOptions,
    "folders": FolderOptions,
}
CHOICES: dict[str, tuple[str, ...]] = {
    "delivery.via": ("smtp", "sendmail", "local"),
    "delivery.engine": ("smtplib", "aiosmtplib"),
    "delivery.mode": ("immediate", "daemon"),
    "delivery.server": ("own", "system"),
    "delivery.receipts": ("read", "delivered"),
    "channel.answer_to": ("reply-to", "from"),
}
"""Keys with a fixed set of values."""

_KINDS: dict[str, type] = {"bool": bool, "float": float, "str": str}


def _kind(annotation: object) -> type:
    name = getattr(annotation, "__name__", str(annotation))
    if "Mapping" in name:
        return dict
    return list if "tuple" in name else _KINDS[name]


USE_KEYS: dict[str, type] = {
    f"{use}.{field.name}": _kind(field.type) for use, made in USES.items() for field in fields(made)
}
"""All keys with their types: ``delivery.via`` is text."""

Use = TypeVar("Use")


_USUAL: dict[type, Any] = {made: made() for made in USES.values()}
"""The defaults, shared by all accounts without their own."""


def used(made: type[Use], use: str, table: object) -> Use:
    """Return a use from its table; values of a wrong type or outside the set are left at their default."""
    found: dict[str, Any] = {}
    rows: Mapping[str, Any] = table if isinstance(table, Mapping) else {}
    for key, value in rows.items():
        kind = USE_KEYS.get(f"{use}.{key}")
        fits: Any = (int, float) if kind is float else kind
        if kind is None or not isinstance(value, fits):
            continue
        words = CHOICES.get(f"{use}.{key}")
        if kind is list:
            many = tuple(word for word in value if isinstance(word, str))
            found[key] = tuple(word for word in many if words is None or word in words)
        elif kind is dict:
            found[key] = {str(k): v for k, v in value.items() if isinstance(v, str)}
        elif words is None or value in words:
            found[key] = value
    if not found:
        usual: Use = _USUAL[made]
        return usual
    return made(**found)


Channel, Delivery, Folders = ChannelOptions, OutgoingOptions, FolderOptions
"""The name in version 0.1; it goes away with version 0.3."""
