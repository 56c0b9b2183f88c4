"""SORT and THREAD: messages in an order, or in conversations (RFC 5256)."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import mktime_tz, parsedate_tz

from mailkit.lab.mailstore.envelope import addresses
from mailkit.lab.mailstore.folder import Message as Kept
from mailkit.lab.mailstore.folder import Refused
from mailkit.lab.servers.imap import search
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.lab.servers.imap.session import ImapSession

__all__ = ["ALGORITHMS", "COMMANDS", "base_subject"]

Numbered = tuple[int, Kept]

_FORWARDED = re.compile(r"(?:\s|\(fwd\))+\Z", re.I)
_LEADER = re.compile(r"\s+|(?:\[[^\[\]]*\]\s*){0,20}(?:re|fwd?)\s*(?:\[[^\[\]]*\])?:", re.I)
_BLOB = re.compile(r"\[[^\[\]]*\]\s*")
_ID = re.compile(r"<([^<>\s]+)>")


def sort(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """SORT."""
    cursor.want(b"(")
    criteria: list[tuple[str, bool]] = []
    while not criteria or not cursor.skip(b")"):
        if criteria:
            cursor.space()
        name, backward = cursor.word(), False
        if name == "REVERSE":
            cursor.space()
            name, backward = cursor.word(), True
        if name not in _KEYS:
            raise Bad(f"unknown sort key {name}")
        criteria.append((name, backward))
    cursor.space()
    found = _searched(session, cursor)
    for name, backward in reversed(
        criteria
    ):  # stable: what is equal stays in the order of the numbers
        key = _KEYS[name]
        found.sort(key=lambda item: key(item[1]), reverse=backward)  # type: ignore[arg-type, return-value]
    numbers = "".join(f" {m.uid if by_uid else n}" for n, m in found)
    session.say(f"* SORT{numbers}\r\n".encode())
    return "Sort completed."


def thread(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """THREAD."""
    algorithm = cursor.word()
    if algorithm not in ALGORITHMS:
        raise Bad(f"unknown thread algorithm {algorithm}")
    cursor.space()
    found = _searched(session, cursor)
    roots = ALGORITHMS[algorithm](found)

    def number(one: Numbered) -> str:
        return str(one[1].uid if by_uid else one[0])

    shown = "".join(f"({_shown(root, number)})" for root in roots)
    session.say(f"* THREAD{' ' if shown else ''}{shown}\r\n".encode())
    return "Thread completed."


def _searched(session: ImapSession, cursor: Cursor) -> list[Numbered]:
    charset = cursor.astring().decode("latin-1").upper()
    cursor.space()
    if charset not in search.CHARSETS:
        raise Refused(f"BADCHARSET ({' '.join(search.CHARSETS)})", "Unknown charset")
    test = search.keys(cursor, session.view, charset)
    cursor.end()
    with session.store.lock:
        return [(n, m) for n, m in enumerate(session.view.known, 1) if test(n, m)]


def base_subject(subject: str) -> tuple[str, bool]:
    """A subject without what replies and forwards add to it, and whether they added something (RFC 5256 §2.1)."""
    text, changed = " ".join(subject.split()), False
    while True:
        text, before = _FORWARDED.sub("", text), text
        changed = changed or "(fwd)" in before[len(text) :].lower()
        while True:
            if leader := _LEADER.match(text):
                changed = changed or bool(leader[0].strip())
                text = text[leader.end() :]
            elif (blob := _BLOB.match(text)) and blob.end() < len(text):
                text = text[blob.end() :]
            else:
                break
        if text[:5].lower() == "[fwd:" and text.endswith("]"):
            text, changed = text[5:-1], True
            continue
        return _collated(text), changed


def _collated(text: str) -> str:
    """What texts are compared by: i;unicode-casemap, in which ``a`` stands before ``_`` (RFC 5051 §2)."""
    return unicodedata.normalize("NFKD", "".join(map(str.title, text)))


def _field(m: Kept, name: str) -> str:
    return next(
        (value for field, value in m.once("decoded", search.decoded_fields) if field == name), ""
    )


def _subject(m: Kept) -> tuple[str, bool]:
    found: tuple[str, bool] = m.once("base", lambda _: base_subject(_field(m, "subject")))
    return found


def _sent(m: Kept) -> float:
    """When a message was sent: its Date, or when it arrived (RFC 5256 §2.2)."""

    def read(_: bytes) -> float:
        parsed = parsedate_tz(_field(m, "date"))
        try:
            return float(mktime_tz(parsed)) if parsed is not None else m.date.timestamp()
        except (ValueError, OverflowError):
            return m.date.timestamp()

    found: float = m.once("sent", read)
    return found


def _mailbox(name: str) -> Callable[[Kept], str]:
    """The local part of the first address of a field."""

    def key(m: Kept) -> str:
        value = _field(m, name).encode("utf-8", "surrogateescape")
        first = next((address[2] for address in addresses(value) if address[2] is not None), b"")
        return _collated(first.decode("utf-8", "replace"))

    return key


_KEYS: dict[str, Callable[[Kept], object]] = {
    "ARRIVAL": lambda m: int(m.date.timestamp()),  # as INTERNALDATE says it
    "CC": _mailbox("cc"),
    "DATE": _sent,
    "FROM": _mailbox("from"),
    "SIZE": lambda m: len(m.content),
    "SUBJECT": lambda m: _subject(m)[0],
    "TO": _mailbox("to"),
}


@dataclass(eq=False)
class _Node:
    """A message of a conversation, or the place of one that is not here."""

    message: Numbered | None = None
    parent: "_Node | None" = None
    children: list["_Node"] = field(default_factory=list)

    def within(self, other: "_Node") -> bool:
        """Whether it is the other, or somewhere below it."""
        node: _Node | None = self
        while node is not None:
            if node is other:
                return True
            node = node.parent
        return False

    def attach(self, child: "_Node") -> None:
        """Make another one a child of this one, unless that would be a loop."""
        if self.within(child):
            return
        if child.parent is not None:
            child.parent.children.remove(child)
        child.parent = self
        self.children.append(child)

    def first(self) -> Kept:
        """The message, or the first one below."""
        node = self
        while node.message is None:
            node = node.children[0]
        return node.message[1]

    @property
    def order(self) -> tuple[float, int]:
        """Return the sort key: when it was sent, then its number."""
        node = self
        while node.message is None:
            node = node.children[0]
        return _sent(node.message[1]), node.message[0]


def _by_subject(found: list[Numbered]) -> list[_Node]:
    """ORDEREDSUBJECT: the first message of each subject, and all others below it."""
    roots: dict[str, _Node] = {}
    for row in sorted(found, key=lambda row: (_sent(row[1]), row[0])):
        subject = _subject(row[1])[0]
        node = _Node(row)
        if subject in roots:
            roots[subject].attach(node)
        else:
            roots[subject] = node
    return [*roots.values()]


def _by_references(found: list[Numbered]) -> list[_Node]:
    """REFERENCES: by Message-ID, References and In-Reply-To, then by subject (RFC 5256 §3)."""
    nodes: dict[str, _Node] = {}
    every: list[_Node] = []
    for row in found:
        own = next(iter(_ID.findall(_field(row[1], "message-id"))), "")
        node = nodes.get(own) if own else None
        if node is None or node.message is not None:  # a repeated ID is ignored
            node = _Node()
            if own and own not in nodes:
                nodes[own] = node
        node.message = row
        every.append(node)
        above: _Node | None = None
        for name in _references(row[1]):
            other = nodes.setdefault(name, _Node())
            if above is not None and other.parent is None and other is not above:
                above.attach(other)
            above = other
        if node.parent is not None:
            node.parent.children.remove(node)
            node.parent = None
        if above is not None and above is not node:
            above.attach(node)
    roots = [*_pruned({id(_root(node)): _root(node) for node in every}.values())]
    roots.sort(key=lambda node: node.order)
    roots = _merged(roots)
    for root in roots:
        _sorted(root)
    return sorted(roots, key=lambda node: node.order)


def _references(m: Kept) -> list[str]:
    named = _ID.findall(_field(m, "references"))
    return named or _ID.findall(_field(m, "in-reply-to"))[:1]


def _root(node: _Node) -> _Node:
    while node.parent is not None:
        node = node.parent
    return node


def _pruned(nodes: Iterable[_Node], *, top: bool = True) -> Iterator[_Node]:
    """The same without places that hold nothing together."""
    for node in nodes:
        node.children = [*_pruned(node.children, top=False)]
        for child in node.children:
            child.parent = node
        if node.message is not None:
            yield node
        elif node.children and top and len(node.children) > 1:
            _sorted(node)
            yield node
        else:
            for child in node.children:
                child.parent = None
                yield child


def _sorted(node: _Node) -> None:
    for child in node.children:
        _sorted(child)
    node.children.sort(key=lambda child: child.order)


def _merged(roots: list[_Node]) -> list[_Node]:
    """Conversations with one subject made one (RFC 5256 §3, step 5)."""
    table: dict[str, _Node] = {}
    for root in roots:
        subject, reply = _subject(root.first())
        known = table.get(subject)
        if not subject:
            continue
        if (
            known is None
            or (root.message is None and known.message is not None)
            or (known.message is not None and _subject(known.first())[1] and not reply)
        ):
            table[subject] = root
    kept: list[_Node] = []
    for root in roots:
        subject, reply = _subject(root.first())
        known = table.get(subject)
        if not subject or known is None or known is root:
            kept.append(root)
        elif known.message is None and root.message is None:
            for child in [*root.children]:
                known.attach(child)
        elif known.message is None or (reply and not _subject(known.first())[1]):
            known.attach(root)
        else:
            both = _Node()
            kept[kept.index(known) : kept.index(known) + 1] = [both] if known in kept else []
            both.attach(known)
            both.attach(root)
            table[subject] = both
    return kept


def _shown(node: _Node, number: Callable[[Numbered], str]) -> str:
    """A conversation as THREAD answers: a line of messages, branches in parentheses."""
    parts: list[str] = []
    at: _Node | None = node
    while at is not None:
        if at.message is not None:
            parts.append(number(at.message))
        if len(at.children) > 1 or (at.message is None and at.children):
            branches = "".join(f"({_shown(child, number)})" for child in at.children)
            return " ".join(parts) + (" " if parts else "") + branches
        at = at.children[0] if at.children else None
    return " ".join(parts)


ALGORITHMS: dict[str, Callable[[list[Numbered]], list[_Node]]] = {
    "ORDEREDSUBJECT": _by_subject,
    "REFERENCES": _by_references,
}
COMMANDS = {"SORT": sort, "THREAD": thread}
