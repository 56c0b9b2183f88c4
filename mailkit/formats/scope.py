"""The keys of one program in a document: the whole of it, or one container's environment."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mailkit.formats.dialect import Dialect, ServiceWords, segments
from mailkit.formats.document import Document, Entry, KeyPath
from mailkit.formats.values import PROGRAMS, as_word

__all__ = ["Instance", "Keys", "Scope", "instances"]


_SUFFIX = re.compile(
    r"(?:(.+?)_)??((?:SMTP|MAIL|EMAIL|MAILER|IMAP|POP3?|NODEMAILER|OUTGOING_MAIL)_.*)", re.I
)


_BRACKETS = re.compile(r"[\[\]]")
"""``properties[mail.smtp.auth]`` is another way to write ``properties.mail.smtp.auth``."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Entries that belong to one program.

    ``environment`` says that they are variables; ``image`` is the container's image; ``label`` names
    the accounts, if the containing document has a name for the program. ``name`` is that of a file
    within the document, ``syntax`` the syntax whose dialects know its keys, if that is not the document's.
    """

    document: Document
    entries: tuple[Entry, ...]
    environment: bool = False
    image: str = ""
    label: str = ""
    name: str = ""
    syntax: str = ""


class Keys:
    """The keys of a scope, as a dialect names them."""

    paths: tuple[KeyPath, ...]
    _by_path: dict[KeyPath, Entry]
    _by_last: dict[str, list[KeyPath]]
    _by_joined: dict[str, Entry]

    def __init__(
        self, scope: Scope, dialect: Dialect, others: "dict[object, Keys] | None" = None
    ) -> None:
        """Read the keys; of ``others``, those of the same scope, one that names them alike is used again."""
        self.scope, self.dialect = scope, dialect
        self._recent: tuple[KeyPath, dict[tuple[str, ...], Entry | None]] = ((), {})
        environment = scope.environment and dialect.env is not None
        self._any_case = dialect.ignore_case or environment
        variables = dialect.env if scope.environment else None
        naming = (dialect.fold, self._any_case, variables, dialect.suffixes, dialect.nulls)
        same = others.setdefault(naming, self) if others is not None else self
        if same is not self:
            self._by_path, self.paths, self._by_last = same._by_path, same.paths, same._by_last
            self._by_joined = same._by_joined
            return
        self._by_path = {}
        for entry in scope.entries:
            path = entry.path
            if variables is not None:
                named = variables.path(path[-1])
                if named is None:
                    continue
                path = named
            elif scope.environment and not dialect.suffixes and "." in path[-1]:
                path = tuple(path[-1].split("."))
            if dialect.suffixes and (named_ := _SUFFIX.fullmatch(path[-1])) is not None:
                path = tuple(filter(None, named_.groups()))
            if dialect.nulls and as_word(entry.value) in dialect.nulls:
                entry = replace(entry, value="")
            self._by_path[self.folded(path)] = entry
        self.paths = tuple(self._by_path)
        joined = variables is not None and dialect.fold  # START_TLS is start-tls
        self._by_joined = {"".join(p): e for p, e in self._by_path.items()} if joined else {}
        self._by_last = {}
        for path in self.paths:
            self._by_last.setdefault(path[-1] if path else "", []).append(path)

    def recent(self, prefix: KeyPath) -> dict[tuple[str, ...], Entry | None]:
        """What was looked up below a prefix, which stays until another one is asked about: each mode of a service asks
        for the same keys.
        """
        if self._recent[0] != prefix:
            self._recent = (prefix, {})
        return self._recent[1]

    def folded(self, path: Sequence[str]) -> KeyPath:
        """A path as it is compared."""
        return _folded(path, self.dialect.fold, self._any_case)

    def pattern(self, text: str) -> KeyPath:
        """A dotted pattern as a path."""
        return _pattern(text, self.dialect.fold, self._any_case)

    def get(self, name: str, prefix: KeyPath = ()) -> Entry | None:
        """The entry of a key below a prefix; of a key with ``/`` from the root."""
        pattern = self.pattern(name)
        if name.startswith("/"):
            if "*" not in name:
                return self._by_path.get(pattern)
            return next((self._by_path[p] for p in self.paths if _matches(p, pattern)), None)
        path = (*prefix, *pattern)
        return self._by_path.get(path) or self._by_joined.get("".join(path))

    def _ending(self, below: KeyPath) -> Sequence[KeyPath]:
        """The existing paths that may end in a pattern."""
        last = below[-1] if below else "*"
        return self.paths if "*" in last else self._by_last.get(last, ())

    def places(self, above: tuple[str, ...], name: str) -> Iterator[tuple[str, KeyPath]]:
        """Return the paths above a key that match a pattern, each with the first one it matches."""
        if name.startswith("/"):
            yield from ((at, prefix) for at in above for prefix in self.prefixes(at, name))
            return
        below = self.pattern(name)
        for path in self._ending(below):
            cut = len(path) - len(below)
            if cut < 0 or path[cut:] != below:
                continue
            exact, patterns = _patterns(above, self.dialect.fold, self._any_case)
            prefix = path[:cut]
            first = exact.get(prefix, len(above))
            for at, pattern in patterns:
                if at >= first:
                    break
                if _matches(prefix, pattern):
                    first = at
            if first < len(above):
                yield above[first], prefix

    def prefixes(self, at: str, name: str) -> Iterator[KeyPath]:
        """Return the existing paths that match a pattern and have a key."""
        if name.startswith("/"):
            if self.get(name) is not None:
                yield self.pattern(at) if "*" not in at else ()
            return
        above, below = self.pattern(at), self.pattern(name)
        if "*" not in at and "#" not in above:
            if (*above, *below) in self._by_path:
                yield above
            return
        for path in self._ending(below):
            cut = len(path) - len(below)
            if cut >= 0 and path[cut:] == below and _matches(path[:cut], above):
                yield path[:cut]


@cache
def _pattern(text: str, fold: bool, any_case: bool) -> KeyPath:
    name = text.strip("/")
    return _folded(segments(name), fold, any_case) if name else ()


@cache
def _patterns(
    above: tuple[str, ...], fold: bool, any_case: bool
) -> tuple[dict[KeyPath, int], tuple[tuple[int, KeyPath], ...]]:
    """Of some patterns those that are one path, by path, and the others; each with its number."""
    exact: dict[KeyPath, int] = {}
    others: list[tuple[int, KeyPath]] = []
    for at, text in enumerate(above):
        pattern = _pattern(text, fold, any_case)
        if "*" in text or "#" in pattern:
            others.append((at, pattern))
        else:
            exact.setdefault(pattern, at)
    return exact, tuple(others)


def _folded(path: Sequence[str], fold: bool, any_case: bool) -> KeyPath:
    if fold:
        dotted = [part for segment in path for part in _BRACKETS.sub(".", segment).split(".")]
        return tuple(part.casefold().replace("-", "").replace("_", "") for part in dotted if part)
    return tuple(part.casefold() for part in path) if any_case else tuple(path)


def _matches(path: KeyPath, pattern: KeyPath) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        if "**" not in pattern[1:]:
            at = len(path) + 1 - len(pattern)
            return at >= 0 and _matches(path[at:], pattern[1:])
        return any(_matches(path[at:], pattern[1:]) for at in range(len(path) + 1))
    if not path:
        return False
    first = pattern[0] in ("*", path[0]) or (pattern[0] == "#" and path[0].isdecimal())
    return first and _matches(path[1:], pattern[1:])


@dataclass(frozen=True)
class Instance:
    """One service as it is written: the words, and where its keys are."""

    keys: Keys
    words: ServiceWords
    prefix: KeyPath
    captured: KeyPath = ()
    label: str = ""
    reading: int = 0
    reading_known: bool = False

    def get(self, *names: str) -> Entry | None:
        """The first of these keys that is there and has a value or a source."""
        known = self.keys.recent(self.prefix)
        if names not in known:
            entries = [entry for name in names if (entry := self.keys.get(name, self.prefix))]
            useful = [one for one in entries if one.value not in (None, "") or one.reference]
            known[names] = next(iter(useful or entries), None)
        return known[names]


def instances(keys: Keys) -> list[Instance]:
    """The services of a dialect that are there, in the order of the file."""
    found: dict[tuple[int, KeyPath], Instance] = {}
    for number, words in enumerate(keys.dialect.services):
        for name in words.anchor or (*words.host, *words.url):
            for at, prefix in keys.places(words.at, name):
                if (number, prefix) not in found:
                    pattern = keys.pattern(at)
                    captured = tuple(part for part in prefix if part not in pattern)
                    label = _label(prefix, pattern)
                    found[number, prefix] = Instance(keys, words, prefix, captured, label)
    if keys.dialect.suffixes:
        found = _without_doubles(found)
    elif keys.scope.document.syntax in PROGRAMS and len(found) > 1:
        found = _without_copies(found)
    order: dict[KeyPath, int] = {}
    lengths = {len(reading.prefix) for reading in found.values()}
    for position, path in enumerate(keys.paths):
        for length in lengths:
            order.setdefault(path[:length], position)
    return sorted(found.values(), key=lambda reading: order.get(reading.prefix, 0))


def _without_copies(
    found: dict[tuple[int, KeyPath], Instance],
) -> dict[tuple[int, KeyPath], Instance]:
    """The services without those that are another one under the name of a variable; the last use counts."""
    last: dict[object, tuple[int, KeyPath]] = {}
    for key, one in found.items():
        words = one.words
        names = (words.host, words.port, words.user, words.secret, words.url)
        entries = (one.get(*name) if name else None for name in names)
        last[key[0], *(entry and (entry.line, entry.span) for entry in entries)] = key
    return {key: found[key] for key in last.values()}


def _label(prefix: KeyPath, pattern: KeyPath) -> str:
    """Return what a ``*`` matches, if it is a name."""
    if "**" in pattern or len(prefix) != len(pattern):
        return ""
    names = [a for a, b in zip(prefix, pattern, strict=True) if b == "*" and not a.isdecimal()]
    return names[-1] if names else ""


def _without_doubles(
    found: dict[tuple[int, KeyPath], Instance],
) -> dict[tuple[int, KeyPath], Instance]:
    """Of several readings of one host, the one that explains most keys."""
    best: dict[int, tuple[int, tuple[int, KeyPath], Instance]] = {}
    for key, reading in found.items():
        words = reading.words
        host = reading.get(*words.url, *words.host)
        known = sum(
            reading.get(*names) is not None
            for names in (words.host, words.port, words.user, words.secret, words.url)
            if names
        )
        if host is not None and known > best.get(id(host), (0,))[0]:
            best[id(host)] = (known, key, reading)
    return {key: reading for _, key, reading in best.values()}
