"""What the words of a row say together in a text in words."""

from mailkit.formats.syntax._note_words import NoteWord

__all__ = ["LONGEST_ROW", "PORTS", "PROTECTIONS", "ROLES", "is_about_ports", "protocol_of"]

PORTS = {143: "imap", 993: "imap", 110: "pop3", 995: "pop3"} | dict.fromkeys(
    (25, 465, 587, 2525, 2587), "smtp"
)

LONGEST_ROW = 16
"""The most words of a row in which an encryption is that of a service; more are a sentence about it."""

PROTECTIONS = ("security", "sure", "none", "off")
"""Words for an encryption: one that could be two, one that could not, one for none, and a switch that is off."""

ROLES = ("incoming", "outgoing", "protocol")


def is_about_ports(words: list[NoteWord], kinds: frozenset[str]) -> bool:
    """Whether a row lists ports of several protocols and names none: it says which are open, and sets nothing."""
    ports = {
        PORTS[int(one.value)] for one in words if one.kind == "number" and int(one.value) in PORTS
    }
    return len(ports) > 1 and not kinds & {*ROLES, "host", "host_label"}


def protocol_of(words: list[NoteWord]) -> str:
    """The protocol of a host in words that name none, but one of the usual ports, or its encryption beside it."""
    if len(words) > LONGEST_ROW:
        return ""
    ports = {PORTS.get(int(one.value), "") for one in words if one.kind in ("number", "at")} - {""}
    kinds = {one.kind for one in words}
    told = kinds & {"port_label", "at", *PROTECTIONS}
    login = kinds & {"user_label", "secret_label"}
    return ports.pop() if told and not login and len(ports) == 1 else ""
