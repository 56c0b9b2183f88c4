"""Recognise the product of a file, by evidence with a margin, or not at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from mailkit.errors import FormatError
from mailkit.formats.carriers import CARRIERS, scopes
from mailkit.formats.dialect import Dialect, ServiceWords, segments
from mailkit.formats.dialects import dialects_for
from mailkit.formats.document import Document
from mailkit.formats.file_names import named
from mailkit.formats.following import followed
from mailkit.formats.importing import with_imported
from mailkit.formats.inclusion import with_included
from mailkit.formats.scope import Instance, Keys, Scope, instances
from mailkit.formats.syntax import is_guess, likely_syntaxes, parse
from mailkit.formats.templates import without_dummies
from mailkit.formats.url_groups import with_each_url

__all__ = ["Recognised", "recognise"]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A product, and its services in a scope."""

    dialect: Dialect
    scope: Scope
    found: tuple[Instance, ...]


def recognise(text: str, file: str, wanted: Dialect | None = None) -> list[Recognised]:
    """The products whose mail settings a text holds; empty where there is none.

    Args:
        text: the text.
        file: its name: a hint, and where files beside it are looked for.
        wanted: the named dialect; then no evidence is needed.

    Raises:
        FormatError: the text is broken in its syntax.
    """
    names = likely_syntaxes(text, file)
    if wanted is not None:
        own = [name for name in names if name in wanted.syntaxes]
        names = list(dict.fromkeys([*own, *names])) if own else [*wanted.syntaxes[:1]]
    read = False
    for name in names:
        if wanted is None and not _worth_parsing(text, file, name):
            continue
        try:
            document = parse(text, file, name, wanted.flavour if wanted else "")
        except FormatError:
            if read or (wanted is None and is_guess(file, name)):  # it is in another syntax
                continue
            raise
        read, document = True, _whole(document)
        found = [
            product for scope in scopes(document) if (product := _product(followed(scope), wanted))
        ]
        if found:
            return _told_apart(found)
    return []


def _told_apart(found: list[Recognised]) -> list[Recognised]:
    """The products without those whose servers another one has as well.

    A map of variables may be a part of a file that a product knows: then they are the file's, else the variables'.
    """
    of_variables = [product for product in found if product.scope.environment]
    by_file = {
        host
        for product in found
        if product.dialect.marks and not product.scope.environment
        for host in _hosts(product)
    }
    by_variables = {host for product in of_variables for host in _hosts(product)}
    if not by_variables or len(of_variables) == len(found):
        return found
    others = {True: by_file, False: by_variables}
    return [
        product
        for product in found
        if (product.dialect.marks and not product.scope.environment)
        or not _hosts(product) & others[product.scope.environment]
    ]


def _hosts(product: Recognised) -> frozenset[tuple[int, str]]:
    """Where the servers of a product are written in its file."""
    entries = (one.get(*one.words.host, *one.words.url) for one in product.found)
    return frozenset((one.line, one.raw) for one in entries if one and one.origin is None)


def _whole(document: Document) -> Document:
    """A document with what other files have for it, and without what a person has to fill in."""
    return with_each_url(without_dummies(with_imported(with_included(document))))


def _worth_parsing(text: str, file: str, syntax: str) -> bool:
    """Whether the keys that a dialect needs may be in the text; it saves most files the parser."""
    path = PurePath(file)
    folded = f"{path.name} {text}".casefold()
    telling, own = _telling(syntax)
    if not any(word in folded for word in _MAIL):
        return any(word in folded for word in _INCLUDES) and named(path, own)
    if syntax not in _LITERAL or named(path, telling) or _VARIABLES.get(syntax, "\0") in folded:
        return True
    needs = _needs(syntax)
    there = {word for word in _words_of(syntax) if word in folded}
    return any(
        any(key <= there for key in need.keys)
        and (not need.marks or any(mark <= there for mark in need.marks) or named(path, need.own))
        and (need.section is None or need.section.search(folded) is not None)
        for need in needs
    )


@cache
def _telling(syntax: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The file names that dialects of a syntax use, and those with the names that one has to itself."""
    known = dialects_for(syntax)
    telling = (*CARRIERS, *(name for dialect in known for name in dialect.files))
    return telling, (*telling, *(name for dialect in known for name in dialect.own_files))


_LITERAL = frozenset(
    ("hcl", "ini", "javascript", "json", "lua", "nix", "php", "python", "ruby", "xml", "yaml")
)
"""Syntaxes with slow parsers, whose keys are literally in the text."""

_VARIABLES = {"hcl": "helm_release", "ini": "environment=", "python": "basesettings"}
"""What a text in a syntax has that may carry any environment."""

_MOST_SERVICES = 20_000
"""More are a table of accounts, which is read as one."""

_INCLUDES = ("include", "require", "source ", "import ", "cfg_file", "cfg_dir", "env_file")

_MAIL = ("smtp", "mail", "imap", "pop3", "pop.", "mpop", "relayhost", "smarthost", "recv")


class _Need(NamedTuple):
    """What a text must have for a dialect: the words of a key and of a mark, a section, or a name of its own."""

    keys: frozenset[frozenset[str]]
    marks: frozenset[frozenset[str]]
    section: re.Pattern[str] | None
    own: tuple[str, ...]


@cache
def _needs(syntax: str) -> tuple[_Need, ...]:
    """What each dialect of a syntax needs.

    A dialect that an image may tell has no marks, and YAML and HCL may carry any environment.
    """
    needs: dict[_Need, None] = {}
    for dialect in (
        *dialects_for(syntax),
        *(dialects_for("dotenv") if syntax in ("hcl", "yaml") else ()),
    ):
        keys = frozenset(
            _words(dialect, f"{'' if name.startswith('/') else at}.{name}")
            for service in dialect.services
            for name in (service.anchor or (*service.host, *service.url))
            for at in service.at
        )
        if dialect.traces:
            keys = frozenset(frozenset((trace,)) for trace in dialect.traces)
        marks = frozenset(_words(dialect, mark) for mark in dialect.marks)
        if dialect.images or frozenset() in marks:
            marks = frozenset()
        needs[_Need(keys, marks, _section(dialect), dialect.own_files)] = None
    return tuple(needs)


@cache
def _words_of(syntax: str) -> frozenset[str]:
    """All words of the keys and marks of a syntax's dialects."""
    return frozenset(w for need in _needs(syntax) for part in need.keys | need.marks for w in part)


def _section(dialect: Dialect) -> re.Pattern[str] | None:
    """A pattern for the name of a section as it has to be somewhere, where nothing else tells the product."""
    if dialect.marks or dialect.traces or not dialect.fold:
        return None
    ends = {at.removesuffix(".#").rpartition(".")[2] for keys in dialect.services for at in keys.at}
    names = "|".join(sorted({re.split(r"[_-]", end)[-1] for end in ends}))
    ends_in = r"[\"'],|[\"')]{0,2}[ \t]*(?:[:=\]{\[]|\.[\w-]+[\w.-]*[ \t]*[:=])"
    return re.compile(f"(?:{names})(?:{ends_in})")


def _words(dialect: Dialect, key: str) -> frozenset[str]:
    """The words of a key and of the sections above it, as they have to be somewhere in a text."""
    if dialect.suffixes:  # variables, whose names are put together
        key = key.rpartition(".")[2]
    words = (re.split(r"[^\w-]", part.strip("/@?$<"))[0].strip("-_*") for part in segments(key))
    folded = (word.casefold() for word in words)
    if dialect.fold:  # dashes and underscores may be elsewhere
        folded = (max(re.split("[-_]", word), key=len) for word in folded)
    return frozenset(filter(None, folded))


def _product(scope: Scope, wanted: Dialect | None) -> Recognised | None:
    candidates: list[tuple[int, Recognised]] = []
    syntax = "dotenv" if scope.environment else scope.syntax or scope.document.syntax
    last = {entry.path[-1].rpartition(".")[2].casefold() for entry in scope.entries if entry.path}
    folded = {_without_dashes(word) for word in last}
    read: dict[object, Keys] = {}
    for dialect in (wanted,) if wanted is not None else dialects_for(syntax):
        there = folded if dialect.fold else last
        if not _possible(dialect, there, scope) or not (wanted or _marked(dialect, there, scope)):
            continue
        keys = Keys(scope, dialect, read)
        found = tuple(instances(keys))
        if not found:
            continue
        if len(found) > _MOST_SERVICES:
            raise FormatError(scope.document.file, "has too many servers to be settings")
        points = _points(keys, found) if wanted is None else 1
        if points > 0:
            candidates.append((points, Recognised(dialect, scope, found)))
    if not candidates:
        return None
    candidates.sort(key=lambda candidate: -candidate[0])
    best = _with_login([product for _, product in candidates])
    flavour = best.dialect.flavour
    if (
        flavour
        and not wanted
        and not scope.name
        and scope.document.syntax == best.dialect.syntaxes[0]
    ):
        document = _whole(
            parse(scope.document.text, scope.document.file, scope.document.syntax, flavour)
        )
        again = followed(
            Scope(document, document.entries, scope.environment, scope.image, scope.label)
        )
        return Recognised(best.dialect, again, tuple(instances(Keys(again, best.dialect))))
    return best


def _with_login(products: list[Recognised]) -> Recognised:
    """The first product; another one, if it has the user name of the same server that the first does not read.

    One mark is then not enough: ``MAIL_ENCRYPTION`` beside ``MAIL_USER``, which Laravel does not read.
    """
    best = products[0]
    keys = best.found[0].keys
    if sum(_is_there(keys, mark) for mark in best.dialect.marks) != 1:
        return best
    lacking = {
        id(one.get(*one.words.host))
        for one in best.found
        if one.words.user and one.get(*one.words.secret) and not one.get(*one.words.user)
    }
    for other in products[1:]:
        known = {id(one.get(*one.words.host)) for one in other.found if one.get(*one.words.user)}
        if lacking & known - {id(None)}:
            return other
    return best


def _possible(dialect: Dialect, last: set[str], scope: Scope) -> bool:
    """Whether the last segment of any anchor is there; it saves most dialects the whole match."""
    if dialect.suffixes:
        return True
    if scope.environment and (variables := dialect.env) is not None:
        return any(variables.prefix_of(entry.key) is not None for entry in scope.entries)
    anchors = _anchors(dialect)
    return not anchors.isdisjoint(last) or ("" in anchors and not scope.environment)


def _without_dashes(word: str) -> str:
    return word.replace("-", "").replace("_", "")


@cache
def _ends(names: tuple[str, ...], fold: bool) -> frozenset[str]:
    """The last segments of some patterns, as they are compared."""
    ends = (name.rpartition(".")[2].strip("/").casefold() for name in names)
    return frozenset(map(_without_dashes, ends) if fold else ends)


def _anchors(dialect: Dialect) -> frozenset[str]:
    """The last segments of the keys that a dialect's services are there for."""
    names = tuple(
        name
        for service in dialect.services
        for name in (service.anchor or (*service.host, *service.url))
    )
    return _ends(names, dialect.fold)


def _marked(dialect: Dialect, last: set[str], scope: Scope) -> bool:
    """Whether the last segment of any mark may be there, or something else that tells the product."""
    if not dialect.marks or dialect.images or dialect.suffixes:
        return True
    if (scope.environment and dialect.env) or named(_path(scope), dialect.own_files):
        return True
    ends = _ends(dialect.marks, dialect.fold)
    return any("*" in end for end in ends) or not ends.isdisjoint(last)


def _path(scope: Scope) -> PurePath:
    return PurePath(scope.name or scope.document.file)


def _points(keys: Keys, found: Iterable[Instance]) -> int:
    """Return the evidence for a dialect; 0 if it is not enough."""
    dialect, scope = keys.dialect, keys.scope
    path = _path(scope)
    by_image = any(
        fnmatch(scope.image.partition("@")[0].rpartition(":")[0] or scope.image, image)
        or fnmatch(scope.image, image)
        for image in dialect.images
    )
    own = not scope.image and named(path, dialect.own_files)
    marks = sum(1 for mark in dialect.marks if _is_there(keys, mark))
    if dialect.marks and not (marks or own or by_image):
        return 0
    known = {
        key
        for reading in found
        for key in _names(reading.words)
        if reading.keys.get(key, reading.prefix)
    }
    if len(known) < dialect.least or (dialect.suffixes and _is_host_alone(found)):
        return 0
    return (
        len(known)
        + 4 * bool(marks)
        + marks
        + 10 * by_image
        + 6 * own
        + 3 * named(path, dialect.files)
    )


def _is_host_alone(found: Iterable[Instance]) -> bool:
    """Whether the only sign of mail are names of hosts, which may be those of web pages: ``MAILER_HOST``."""
    for reading in found:
        said = [reading.get(name) for name in _names(reading.words)]
        values = {id(entry): str(entry.value) for entry in said if entry is not None}
        if len(values) > 1 or any(":" in value for value in values.values()):
            return False
    return True


def _is_there(keys: Keys, mark: str) -> bool:
    if "*" not in mark:
        return keys.get(mark) is not None
    above, below = _last_dot().split(mark, maxsplit=1)
    return next(keys.prefixes(above, below), None) is not None


@cache
def _last_dot() -> re.Pattern[str]:
    """The last dot of a pattern between two segments."""
    return re.compile(r"(?<!\\)\.(?=(?:[^.]|(?<=\\)\.)*$)")


def _names(words: ServiceWords) -> set[str]:
    modes = [*words.modes, *(mode for reading in words.readings for mode in reading.modes)]
    flags = {key for mode in modes for key in mode.when if key[0] not in "@?"}
    return flags.union(
        words.host, words.port, words.user, words.secret, words.url, words.auth, words.address
    )
