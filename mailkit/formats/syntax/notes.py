"""Settings in people's words: a provider's mail, a help page, a table pasted from one, the text of a dialog.

The text is cut into rows and cells (lines, columns of Markdown, tabs, rows of an HTML table). Each cell is searched
for words of nine languages that name a protocol, a direction, a label or an encryption, and for host names, ports and
addresses. A protocol or a direction begins a service; what follows belongs to it. Where the head of a table has
several of them, each column is one. The entries are ``(NUMBER, PROTOCOL, KEY)``; passwords are not read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._note_kinds import (
    LONGEST_ROW,
    PORTS,
    PROTECTIONS,
    ROLES,
    is_about_ports,
    protocol_of,
)
from mailkit.formats.syntax._note_rows import rows_of, without_entities
from mailkit.formats.syntax._note_words import BEGINS_WITH_ANSWER, NoteWord, is_server

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_IMPLICIT = (465, 993, 995)
_LONGEST_LABEL = 7
"""The most words of a row that may be the label of the next row's value."""
_HEADING = re.compile(
    r"settings|einstellungen|paramètres|configura|ajustes|impostazioni|instellingen|ustawienia|definições|inställningar",
    re.I,
)
_MOST_SERVICES = 12
"""A text with more is a page of documentation."""
_SPARSE = 20
"""Rows of a text for each value in it; a text with more is a page about something else."""
_FARTHEST = 12
"""Rows between the name of a service and its port."""
_PERSON = Reference("person", "who has the account")
"""Where a user name comes from that a text leaves to its readers."""
_TRACE = re.compile(
    r"^(?:X-)?(?:Received|Received-SPF|Authentication-Results|(?:DKIM|DomainKey)-Signature|ARC-[A-Za-z-]{1,40}"
    r"|Return-Path|Delivered-To|Message-ID|References|In-Reply-To):[^\n]*(?:\n[ \t][^\n]*)*",
    re.I | re.M,
)
"""Fields of a saved message that tell of its way, and of no account (RFC 5322 §3.6.7)."""


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


@dataclass(slots=True)
class _Service:
    """A service that is being read.

    ``host`` is that of its side, where it has none of its own; ``named`` that it was named since its port was read.
    """

    side: str
    protocol: str = ""
    host: NoteWord | None = None
    named: bool = True
    row: int = 0
    found: dict[str, NoteWord] = field(default_factory=dict)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a text; none where no service has a host and a port or an encryption."""
    base, reader = without_entities(text), _NoteReader()
    for row in rows_of(_TRACE.sub(_blank, base)):
        reader.read_row(row)
    return [*_entries(reader.finished(), Lines(base), exact=base is text)]


class _NoteReader:
    """The services so far, and which of them the next word belongs to."""

    def __init__(self) -> None:
        self.services: list[_Service] = []
        self.current: list[_Service] = []
        self.hosts: dict[str, NoteWord] = {}
        self.user: NoteWord | None = None
        self.names: list[NoteWord] = []
        self.locals: set[str] = set()
        self.security: NoteWord | None = None
        self._switches: list[tuple[_Service, NoteWord]] = []
        self._waiting: frozenset[str] = frozenset()
        self._columns: Mapping[int, _Service] = {}
        self._width = 0
        self._port_column = -1
        self._row = self._filled = 0

    def read_row(self, cells: list[list[NoteWord]]) -> None:
        """Read the words of a row."""
        words = [word for cell in cells for word in cell]
        kinds = frozenset(word.kind for word in words)
        self._row += 1
        self._filled += bool(words)
        sentence = len(words) > LONGEST_ROW and not kinds & {"number", "at"}
        if not words or sentence or is_about_ports(words, kinds) or self._is_answer(words):
            return
        if self._is_head(cells, kinds):
            return
        if self._columns and len(cells) == self._width:
            label = kinds & {"port_label", "user_label", "secret_label"}
            for at, cell in enumerate(cells):
                if (service := self._columns.get(at)) is not None:
                    self.current = [service]
                    self._read_words(cell, kinds | {"host_label"}, next(iter(label), ""))
            return
        self._columns = {}
        if not kinds & {*ROLES, "host", "at", "number", "port_label", "host_label", "user_label"}:
            said = [word for word in words if word.kind in PROTECTIONS]
            if said and any(_HEADING.match(word.value) for word in words):
                self.current, self.security = [], said[0]
                return
        before = self._waiting
        waited = next(
            (one for one in ("port_label", "user_label", "secret_label") if one in before), ""
        )
        labelled = [kind for kind in kinds if kind.endswith("_label")]
        last = "" if labelled else waited
        for at, cell in enumerate(cells):
            column = at == self._port_column and len(cells) == self._width
            last = self._read_words(cell, kinds | before, "port_label" if column else last)
        values = kinds & {"host", "number", "address", *PROTECTIONS}
        short = len(words) <= _LONGEST_LABEL
        self._waiting = kinds & {*ROLES, *labelled} if short and not values else frozenset()

    def _is_answer(self, words: list[NoteWord]) -> bool:
        """Whether a row is the state of the switch in the row above, which is off then: ``SSL``, ``No``."""
        switches, self._switches = self._switches, []
        answer = BEGINS_WITH_ANSWER.fullmatch(words[0].value) if len(words) == 1 else None
        if answer is None or not switches:
            return False
        for service, word in switches if answer["no"] else ():
            if service.found.get("security") is word:
                off = f"{word.value}: {words[0].value}"
                service.found["security"] = replace(words[0], kind="off", value=off)
        return True

    def _is_head(self, cells: list[list[NoteWord]], kinds: frozenset[str]) -> bool:
        """Whether a row is the head of a table; what its columns are is kept."""
        if kinds & {"host", "number", "address", *PROTECTIONS} or len(cells) < 2:
            return False
        roles = {at: [one for one in cell if one.kind in ROLES] for at, cell in enumerate(cells)}
        if sum(map(bool, roles.values())) >= 2:
            known: dict[tuple[str, str], _Service] = {}
            columns = {}
            for at, words in roles.items():
                if words:
                    self.current = []
                    self._begin(words)
                    service = self.current[-1]
                    same = known.setdefault((service.side, service.protocol), service)
                    if same is not service:
                        self.services.remove(service)
                    columns[at] = same
            self._columns, self._width, self._port_column = columns, len(cells), -1
            return True
        ports = [at for at, cell in enumerate(cells) if any(w.kind == "port_label" for w in cell)]
        if len(cells) >= 3 and ports and "host_label" in kinds:
            self._port_column, self._width, self._columns = ports[0], len(cells), {}
            return True
        return False

    def _read_words(self, words: list[NoteWord], kinds: frozenset[str], label: str) -> str:
        """Read the words of a cell behind a label, and return the last label."""
        last = ""
        paired = self._pair_hosts(words)
        for word in words:
            if word in paired:
                continue
            if word.kind in ROLES:
                self._begin([word], joined=last in ROLES)
                label = label if label == "port_label" else ""
            elif word.kind.endswith("_label"):
                label = word.kind
            elif label == "secret_label":
                continue
            elif word.kind == "host":
                self._read_host(word, words, kinds)
            elif word.kind in ("number", "at"):
                number = int(word.value)
                listed = number in PORTS and kinds & {*ROLES, "host", *PROTECTIONS}
                if number > 0 and (word.kind == "at" or label == "port_label" or listed):
                    self._add_port(word)
            elif word.kind in PROTECTIONS:
                self._read_security(word, words)
            else:
                self._read_user(word, words, kinds, label)
            if word.kind != "word":
                last = word.kind
        return label

    def _read_host(self, word: NoteWord, words: list[NoteWord], kinds: frozenset[str]) -> None:
        if not is_server(word.value):
            return
        if kinds & {*ROLES, "host_label"}:
            self._add_host(word)
        elif protocol := protocol_of(words):
            self._begin([replace(word, kind="protocol", value=protocol)])
            self._add_host(word)

    def _read_security(self, word: NoteWord, words: list[NoteWord]) -> None:
        for one in self.current if len(words) <= LONGEST_ROW else ():
            before = one.found.get("security")
            other = before is not None and before.kind == "off" and word.kind == "security"
            if word.kind == "sure" or before is None or other:
                one.found["security"] = word
                if word is words[-1]:
                    self._switches.append((one, word))

    def _read_user(
        self, word: NoteWord, words: list[NoteWord], kinds: frozenset[str], label: str
    ) -> None:
        if word.kind == "word" and label == "user_label" and len(words) <= 2:
            self.names.append(word)
        elif word.kind == "address":
            self.locals.add(word.value.partition("@")[0].casefold())
            if label == "user_label":
                self.user = self.user or word
                for one in self.current if kinds & {*ROLES} else ():
                    one.found.setdefault("user", word)

    def _begin(self, words: list[NoteWord], *, joined: bool = False) -> None:
        """Turn to the service that a protocol or a direction names."""
        for word in words:
            protocol = _protocol(word.value) if word.kind == "protocol" else ""
            side = word.kind if not protocol else "outgoing" if protocol == "smtp" else "incoming"
            secure = word if protocol and word.value.lower().endswith("s") else None
            fitting = [one for one in self.current if one.side == side]
            if fitting and (not protocol or fitting[-1].protocol in ("", protocol)):
                service = fitting[-1]
                self.current = self.current if joined else [service]
            else:
                service = self._again(side, protocol)
                keep = joined and not any(one.found for one in self.current)
                self.current = [*self.current, service] if keep else [service]
            service.protocol = service.protocol or protocol
            service.named, service.row = True, self._row
            if secure is not None:
                service.found.setdefault("security", secure)

    def _again(self, side: str, protocol: str) -> _Service:
        """The last service of a side that may be meant once more, or a new one."""
        last = None
        for one in reversed(self.services):
            if one.side != side:
                continue
            last = last or one
            if one.protocol == protocol or not protocol or (not one.protocol and one is last):
                return one
        return self._new(side, protocol)

    def _new(self, side: str, protocol: str) -> _Service:
        service = _Service(side, protocol, self.hosts.get(side) or self.hosts.get(""))
        if self.security is not None:
            service.found["security"] = self.security
        self.services.append(service)
        return service

    def _add_host(self, word: NoteWord) -> None:
        if not self.current:
            self.hosts[""] = word
        for at, one in enumerate(self.current):
            service = one
            if "host" in one.found:
                if one.found["host"].value == word.value and "port" not in one.found:
                    continue
                service = self.current[at] = self._new(one.side, one.protocol if one.named else "")
            service.found["host"] = self.hosts[one.side] = word
            service.row = self._row

    def _pair_hosts(self, words: list[NoteWord]) -> set[NoteWord]:
        """Give each of several services its host, where a row has one for each: ``Server imap.… smtp.…``."""
        hosts = [word for word in words if word.kind == "host" and is_server(word.value)]
        kinds = {word.kind for word in words}
        services = self.current
        if not len(hosts) == len(services) > 1 or "host_label" not in kinds or kinds & {*ROLES}:
            return set()
        for service, word in zip(services, hosts, strict=True):
            service.found["host"] = self.hosts[service.side] = word
            service.row = self._row
        return {*hosts}

    def _add_port(self, word: NoteWord) -> None:
        usual = PORTS.get(int(word.value), "")
        fitting = [one for one in self.current if one.protocol == usual] or [
            one for one in self.current if "port" not in one.found
        ]
        for one in fitting[:1] or self.current[-1:]:
            service = one
            if self._row - one.row > _FARTHEST:
                return
            if "port" in one.found:
                if not one.named:
                    return
                service = self._new(one.side, one.protocol)
                self.current = [service]
            service.found["port"] = word
            service.named = False

    def finished(self) -> list[_Service]:
        """The services with a host, if half of them have a port or an encryption and they are not many; else none."""
        hosts = {
            one.found["host"].value: one.found["host"]
            for one in self.services
            if "host" in one.found
        }
        only = next(iter(hosts.values())) if len(hosts) == 1 else self.hosts.get("")
        told = []
        self.user = self.user or self._plain_user()
        for one in self.services:
            own = one.found.keys() & {"host", "port"}
            host = one.found.get("host") or one.host or only
            if own and host is not None:
                one.host = host
                one.protocol = one.protocol or _guessed(one)
                if self.user is not None:
                    one.found.setdefault("user", self.user)
                told.append(one)
        known = sum(1 for one in told if one.found.keys() & {"port", "security"})
        is_page = self._filled > _SPARSE * sum(len(one.found) for one in told)
        return (
            told
            if known * 2 >= len(told) > 0 and len(told) <= _MOST_SERVICES and not is_page
            else []
        )

    def _plain_user(self) -> NoteWord | None:
        """A user name that is no address: with a digit, or the local part of an address in the text; else it may be
        a word about the user name.
        """
        sure = {
            word.value: word
            for word in self.names
            if word.value.isascii()
            and (re.search(r"[a-z]\w*\d", word.value, re.I) or word.value.casefold() in self.locals)
        }
        return next(iter(sure.values())) if len(sure) == 1 else None


def _says_nothing(service: _Service, switch: NoteWord) -> bool:
    """Whether STARTTLS is off on a port where TLS is from the first byte."""
    port = service.found.get("port")
    return "starttls" in switch.value.lower() and port is not None and int(port.value) in _IMPLICIT


def _protocol(word: str) -> str:
    lower = word.lower()
    return "imap" if lower.startswith("imap") else "pop3" if lower.startswith("pop") else "smtp"


def _guessed(service: _Service) -> str:
    """The protocol of a service that only has a direction: by its port, or its host's name."""
    if service.side == "outgoing":
        return "smtp"
    port = service.found.get("port")
    by_port = PORTS.get(int(port.value), "") if port is not None else ""
    name = service.host.value.lower() if service.host is not None else ""
    return by_port if by_port in ("imap", "pop3") else "pop3" if name.startswith("pop") else "imap"


def _entries(services: list[_Service], lines: Lines, *, exact: bool) -> Iterator[Entry]:
    count: dict[str, int] = {}
    for service in services:
        number = count[service.protocol] = count.get(service.protocol, 0) + 1
        assert service.host is not None
        if "user" not in service.found:
            line = lines.number(service.host.span[0])
            yield Entry((str(number), service.protocol, "user"), None, line, reference=_PERSON)
        for key, word in ({"host": service.host} | service.found).items():
            own = exact and key in service.found
            if word.kind == "off" and _says_nothing(service, word):
                continue
            raw = word.value
            value: Scalar = raw
            if key == "port":
                value = int(raw)
            elif word.kind == "sure":
                value = "implicit-tls" if "imp" in raw.lower() else "starttls"
            elif key == "security":
                value = "none" if word.kind in ("none", "off") else re.sub(r"\s", "", raw)
            yield Entry(
                (str(number), service.protocol, key),
                value,
                lines.number(word.span[0]),
                word.span if own and word.kind not in ("none", "off") else None,
                raw,
            )


def render(value: Scalar, entry: Entry) -> str:
    """A value as a word."""
    return str(value)
