"""Write accounts as a new file of a product, with :mod:`~mailkit.formats.emitters`.

The result is read again and compared, as values and as settings.
"""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import quote, urlencode

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats.dialect import ABSENT, OTHERS, Dialect, Mode, ServiceWords, segments
from mailkit.formats.dialects import dialects
from mailkit.formats.document import Scalar
from mailkit.formats.emitters import EMITTERS, Pairs, UnsayableError
from mailkit.formats.syntax import syntax
from mailkit.formats.values import as_flag, as_word
from mailkit.ports import Security

__all__ = ["written", "written_formats"]

_Put = Callable[[str, Scalar], None]

_FLAT = ("dotenv", "properties")


@cache
def written_formats() -> tuple[str, ...]:
    """The dialects that have a written form for a new file, by name."""
    return tuple(sorted(name for name, dialect in dialects().items() if dialect.new_file))


def written(dialect: Dialect | None, accounts: list[Account], name: str, password: str = "") -> str:
    """Return a new file of a product. Passwords are left out, except that of a test server.

    Args:
        dialect: the product.
        accounts: one account with a server that the product has.
        name: the name of the format, for an error.
        password: the password of a test server.

    Raises:
        FormatError: the product has no written form, or has no way to write a setting.
    """
    if dialect is None or not dialect.new_file:
        raise FormatError(name, "has no written form for a new file; see mailkit formats")
    roles = {words.role for words in dialect.services}
    told = [
        account
        for account in accounts
        if any(service.role in roles for service in account.services)
    ]
    if not told:
        what = "sending" if "outgoing" in roles else "reading"
        raise FormatError(
            name, f"{dialect.title} keeps a server for {what}, and no account has one"
        )
    if len(told) > 1:
        raise FormatError(name, f"{dialect.title} keeps one account; choose it with --account")
    (account,) = told
    pairs: list[tuple[tuple[str, ...], Scalar]] = []
    wrong: FormatError | None = None
    for service in account.services:
        candidates = [keys for keys in dialect.services if _fits(keys, service)]
        for words in candidates:
            try:
                pairs += _pairs(dialect, words, account, service, password)
                break
            except FormatError as error:
                wrong = wrong or error
    if not pairs:
        told_of = " and ".join(str(service.protocol).upper() for service in account.services)
        raise wrong or FormatError(name, f"{dialect.title} has no settings for {told_of}")
    text = _as_text(dialect, [*dict.fromkeys(pairs)])
    _compare(dialect, account, text)
    return text


def _as_text(dialect: Dialect, pairs: Pairs) -> str:
    """A file that holds the values and nothing else.

    It has the same keys as with harmless values, and each value as it was.
    """
    write = EMITTERS[dialect.syntaxes[0]]
    try:
        text = write(pairs)
    except UnsayableError as error:
        raise _refused(dialect, str(error)) from None
    marks: dict[Scalar, tuple[str, Scalar]] = {
        f"x{number}": (path[-1], value)
        for number, (path, value) in enumerate(pairs)
        if isinstance(value, str)
    }
    harmless = [
        (path, f"x{number}" if isinstance(value, str) else value)
        for number, (path, value) in enumerate(pairs)
    ]
    read = syntax(dialect.syntaxes[0]).read
    found = read(text, dialect.name, dialect.flavour)
    wanted = read(write(harmless), dialect.name, dialect.flavour)
    if [entry.path for entry in found] != [entry.path for entry in wanted]:
        raise _refused(dialect, "a setting")
    for entry, same in zip(found, wanted, strict=True):
        key, value = marks.get(same.value, ("", entry.value))
        if entry.value != value or (key and entry.reference is not None):
            raise _refused(dialect, key)
    return text


def _refused(dialect: Dialect, key: str) -> FormatError:
    why = f"{dialect.title} would read something else than the value of {key}; change it first"
    return FormatError(dialect.name, why)


def _fits(words: ServiceWords, service: Service) -> bool:
    protocol = service.protocol
    if isinstance(words.protocol, str):
        schemes = {known for known, _ in words.schemes.values()} if not words.host else set()
        return str(protocol) in (words.protocol, *schemes)
    return str(protocol) in words.protocols.values()


def _compare(dialect: Dialect, account: Account, text: str) -> None:
    """Read the text again; what it says has to be what was asked for."""
    from mailkit.formats.product import Product

    read = Product(dialect).read(text, dialect.example or "settings")
    if not all(again.active and again.services for again in read) or not read:
        raise FormatError(dialect.name, f"{dialect.title} would not use these settings")
    for again in read:
        for service in again.services:
            asked = getattr(account, service.role)
            if asked is None:
                raise _cannot(dialect, service)
            same = service.host == asked.host.strip("[]")
            if not same or (service.user and service.user != asked.user):
                why = (
                    f"{dialect.title} would read another host or user out of it; change them first"
                )
                raise FormatError(dialect.name, why)
            if (service.port, service.security) != (asked.port, asked.security):
                raise _cannot(dialect, asked)


def _cannot(dialect: Dialect, service: Service) -> FormatError:
    mode = service.security
    security = "no encryption" if mode is Security.CLEARTEXT else str(mode)
    why = f"{dialect.title} has no way to write {security} on port {service.port}"
    return FormatError(dialect.name, why)


def _pairs(
    dialect: Dialect, words: ServiceWords, account: Account, service: Service, password: str
) -> list[tuple[tuple[str, ...], Scalar]]:
    label = re.sub(r"[^\w-]", "-", account.label) or "default"
    at = _place(dialect, words.at[0], label)

    def path(key: str) -> tuple[str, ...]:
        if key.startswith("/"):
            inner = tuple(part for part in segments(key[1:]) if part not in ("*", "**"))
        else:
            inner = (*at, *segments(key))
        if dialect.new_dotted:
            return (".".join(inner),)
        if dialect.syntaxes[0] in _FLAT and dialect.syntaxes[0] != "properties":
            return inner[-1:]
        return inner

    found: dict[tuple[str, ...], Scalar] = {}

    def put(key: str, value: Scalar) -> None:
        found.setdefault(path(key), value)

    modes = words.readings[0].modes if words.readings else words.modes
    decides = {key for mode in modes for key in mode.when}
    for key, word in _switched_on(words).items():
        if key not in decides:
            put(key, word)
    for key, word in words.needs.items():
        put(key, word)
    if not isinstance(words.protocol, str) and words.protocol[0] not in decides:
        meant = {meaning: word for word, meaning in reversed([*words.protocols.items()])}
        put(words.protocol[0], meant[str(service.protocol)])
    if words.host:
        _endpoint(dialect, words, service, put)
    else:
        put(words.url[0], _url(dialect, words, service, password))
    if service.user and words.user:
        for flag in words.login_flag:
            put(flag, True)
        put(words.user[0], service.user)
        if words.auth and words.defaults.get(words.auth[0]) is False:
            put(words.auth[0], True)
    for key, word in words.login_needs.items() if service.user else ():
        put(key, word)
    if password and words.secret:
        put(words.secret[0], password)
    if account.address and words.address:
        put(words.address[0], account.address)
    return [*found.items()]


def _switched_on(words: ServiceWords) -> dict[str, Scalar]:
    """The switches that are off where nothing is said; of several that may be missing, the first."""
    found: dict[str, Scalar] = {}
    optional = [key for key, allowed in words.enabled.items() if "" in allowed]
    for key, allowed in words.enabled.items():
        choices = [word for word in allowed if word not in ("", ABSENT)]
        default = words.defaults.get(key)
        if not choices or key in optional[1:] or (default is not None and default in allowed):
            continue
        found[key] = True if choices[0] == OTHERS else choices[0]
    return found


def _place(dialect: Dialect, at: str, label: str) -> tuple[str, ...]:
    """Return the path above the keys, with a name instead of the wildcard."""
    if dialect.new_at:
        return dialect.new_at
    number = "0" if dialect.syntaxes[0] in ("yaml", "json") else label
    names = [segment for segment in segments(at.strip("/")) if segment and segment != "**"]
    if not names and at == "**" and dialect.syntaxes[0] == "yaml":
        return ("env",)
    return tuple(number if name == "*" else name for name in names)


def _endpoint(dialect: Dialect, words: ServiceWords, service: Service, put: _Put) -> None:
    modes = words.readings[0].modes if words.readings else words.modes
    prefix = ""
    mode = _mode(modes, service)
    if mode is None and words.prefixes:
        prefix = next((p for p, m in words.prefixes.items() if m is service.security), "")
    if mode is None and not prefix and dialect.name not in ("env", "sections"):
        raise _cannot(dialect, service)
    together = words.joined or (words.host_port and not words.port)
    host = f"[{service.host.strip('[]')}]" if words.bracketed else service.host
    put(words.host[0], f"{prefix}{host}" + (f":{service.port}" if together else ""))
    if words.port and not together:
        put(words.port[0], service.port)
    for key, value in _said(mode).items() if mode is not None else ():
        if not _same(words.defaults.get(key), value):
            put(key, value)


def _said(mode: Mode) -> dict[str, Scalar]:
    if mode.writes is not None:
        return dict(mode.writes)
    return {
        key: value[0] if isinstance(value, tuple) else value
        for key, value in mode.when.items()
        if key[0] not in "@?" and value != ABSENT
    }


def _same(default: Scalar, value: Scalar) -> bool:
    if isinstance(value, bool):
        return as_flag(default, text_counts=False) is value
    return default is not None and as_word(default) == as_word(value)


def _mode(modes: tuple[Mode, ...], service: Service) -> Mode | None:
    def fits(mode: Mode) -> bool:
        ports = mode.when.get("@port")
        wanted = ports if isinstance(ports, tuple) else (ports,)
        of_url = any(key == "@scheme" or key[0] == "?" for key in mode.when)
        right = mode.security is service.security and not of_url
        return right and (ports is None or service.port in wanted)

    return next(
        iter(sorted(filter(fits, modes), key=lambda mode: (mode.optional, mode.writes == {}))), None
    )


def _url(dialect: Dialect, words: ServiceWords, service: Service, password: str) -> str:
    protocol, security = str(service.protocol), service.security
    schemes = words.schemes.items()
    exact = [scheme for scheme, (known, mode) in schemes if known == protocol and mode is security]
    free = [scheme for scheme, (known, mode) in schemes if known == protocol and mode is None]
    if not (exact or free) or security is Security.CLEARTEXT:
        raise _cannot(dialect, service)
    secret = f":{quote(password, safe='')}" if password else ""
    try:
        login = (
            f"{quote(service.user, safe='')}{secret}@" if service.user and not words.user else ""
        )
    except UnicodeEncodeError:
        raise _refused(dialect, "the user name") from None
    alike = [mode for mode in words.modes if mode.security is security]
    said = {} if any(not candidate.options for candidate in alike) or exact else alike[0].options
    options = urlencode(
        {key: value[0] if isinstance(value, tuple) else value for key, value in said.items()}
    )
    query = f"?{options}" if options else ""
    return f"{(exact or free)[0]}://{login}{service.host}:{service.port}{query}"
