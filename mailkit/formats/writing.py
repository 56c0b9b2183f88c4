"""Accounts as a new file in the words of a product: a template whose keys are then set.

A value is quoted or escaped where its syntax would read something else out of it; where that cannot be done, it is refused. What was
written is read again and compared.
"""

import json
import re
from collections.abc import Callable
from functools import partial

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats.dialect import Dialect, Mode
from mailkit.formats.document import Scalar
from mailkit.formats.syntax import syntax
from mailkit.ports import Security
from mailkit.text import one_line

__all__ = ["WRITTEN", "written"]

Pairs = list[tuple[str, Scalar]]


class _UnsayableError(Exception):
    """A value that a syntax would read as something else; the message is its key."""


def _word(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dotenv(value: Scalar) -> str | None:
    """In single quotes nothing is replaced; in double quotes programs replace variables, and escapes differ."""
    word = _word(value)
    if re.fullmatch(r"[^\s#'\"$\\`]*", word):
        return word
    if not set(word) & set("'\\"):
        return f"'{word}'"
    return f'"{word}"' if not set(word) & set('"$\\`') else None


def _ini(value: Scalar) -> str | None:
    """Programs differ in remarks behind a value, in quotes and in what they replace, so none of that is written."""
    word = _word(value)
    return word if re.fullmatch(r"(?:[^\s\"'`;#$%\\][^;#$%\\`]*)?", word) else None


def _properties(value: Scalar) -> str | None:
    word = _word(value)
    if "${" in word or "#{" in word:
        return None
    word = re.sub(r"\\|^[ \t\f]", r"\\\g<0>", word)
    units = word.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def _php(value: Scalar) -> str:
    if isinstance(value, bool | int):
        return _word(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _lines(said: Callable[[Scalar], str | None], head: str, line: str, pairs: Pairs) -> str:
    """A file with a line for each value.

    Raises:
        _UnsayableError: a value cannot be written, or would not stay on its line.
    """
    text = head
    for key, value in pairs:
        word = said(value)
        if word is None or word != one_line(word):
            raise _UnsayableError(key)
        text += line.format(key=key, value=word)
    return text


def _nodemailer(pairs: Pairs) -> str:
    login = {key.removeprefix("auth."): value for key, value in pairs if key.startswith("auth.")}
    lines = [
        f"  {key}: {json.dumps(value)},\n" for key, value in pairs if not key.startswith("auth.")
    ]
    if login:
        inner = ", ".join(f"{key}: {json.dumps(value)}" for key, value in login.items())
        lines.append(f"  auth: {{ {inner} }},\n")
    return f"const transport = nodemailer.createTransport({{\n{''.join(lines)}}});\n"


_env_file = partial(_lines, _dotenv, "", "{key}={value}\n")
_python_file = partial(_lines, repr, "", "{key} = {value}\n")
_INI, _PROPERTY = "{key} = {value}\n", "{key}={value}\n"
_WRITERS: dict[str, Callable[[Pairs], str]] = {
    "env": _env_file,
    "laravel": _env_file,
    "vaultwarden": _env_file,
    "mastodon": _env_file,
    "n8n": _env_file,
    "paperless": _env_file,
    "django": _python_file,
    "flask-mail": _python_file,
    "superset": _python_file,
    "odoo": partial(_lines, _ini, "[options]\n", _INI),
    "gitea": partial(_lines, _ini, "[mailer]\n", _INI),
    "grafana": partial(_lines, _ini, "[smtp]\n", _INI),
    "airflow": partial(_lines, _ini, "[smtp]\n", _INI),
    "spring-boot": partial(_lines, _properties, "", f"spring.mail.{_PROPERTY}"),
    "quarkus": partial(_lines, _properties, "", f"quarkus.mailer.{_PROPERTY}"),
    "wp-mail-smtp": partial(_lines, _php, "<?php\n", "define( '{key}', {value} );\n"),
    "phpmailer": partial(_lines, _php, "<?php\n$mail->isSMTP();\n", "$mail->{key} = {value};\n"),
    "nodemailer": _nodemailer,
}
WRITTEN = frozenset(_WRITERS)
"""Dialects that have a written form for a new file."""


def written(dialect: Dialect | None, accounts: list[Account], name: str, password: str = "") -> str:
    """A new file of a product. Passwords are left out, but for one that is no secret.

    Args:
        dialect: the product.
        accounts: one with a server for sending.
        name: the name of the format, for an error.
        password: the password of a test server.

    Raises:
        FormatError: the product has no written form, or cannot say one of the settings.
    """
    if dialect is None or dialect.name not in _WRITERS:
        raise FormatError(name, "has no written form for a new file; see mailkit formats")
    services = [(account, account.outgoing) for account in accounts if account.outgoing is not None]
    if not services:
        raise FormatError(
            name, f"{dialect.title} keeps a server for sending, and no account has one"
        )
    if len(services) > 1:
        raise FormatError(name, f"{dialect.title} keeps one account; choose it with --account")
    account, service = services[0]
    pairs = _pairs(dialect, account, service)
    words = dialect.services[0]
    if password and words.secret:
        at = 1 + max(n for n, (key, _) in enumerate(pairs) if key in (*words.user, *words.port))
        pairs.insert(at, (words.secret[0], password))
    return _compared(dialect, pairs)


def _compared(dialect: Dialect, pairs: Pairs) -> str:
    """A file that holds the values and nothing else: the same keys as with harmless values, and each value as it was."""
    write = _WRITERS[dialect.name]
    try:
        text = write(pairs)
    except _UnsayableError as error:
        raise _refused(dialect, str(error)) from None
    marks: dict[Scalar, tuple[str, Scalar]] = {
        f"x{number}": pair for number, pair in enumerate(pairs) if isinstance(pair[1], str)
    }
    harmless = [
        (key, f"x{number}" if isinstance(value, str) else value)
        for number, (key, value) in enumerate(pairs)
    ]
    read = syntax(dialect.syntaxes[0]).read
    found = read(text, dialect.name, dialect.flavour)
    wanted = read(write(harmless), dialect.name, dialect.flavour)
    if [one.path for one in found] != [one.path for one in wanted]:
        raise _refused(dialect, "a setting")
    for one, same in zip(found, wanted, strict=True):
        key, value = marks.get(same.value, ("", one.value))
        if one.value != value or (key and one.reference is not None):
            raise _refused(dialect, key)
    return text


def _refused(dialect: Dialect, key: str) -> FormatError:
    why = f"{dialect.title} would read something else than the value of {key}; change it first"
    return FormatError(dialect.name, why)


def _pairs(dialect: Dialect, account: Account, service: Service) -> Pairs:
    words = dialect.services[0]
    modes = words.readings[0].modes if words.readings else words.modes
    mode = _mode(modes, service, dialect)
    pairs: Pairs = []
    if words.host_port and not words.port:
        pairs.append((words.host[0], f"{service.host}:{service.port}"))
    else:
        pairs += [(words.host[0], service.host), (words.port[0], service.port)]
    if service.user:
        pairs += [(flag, True) for flag in words.login_flag]
        pairs.append((words.user[0], service.user))
    said = mode.writes if mode is not None and mode.writes is not None else None
    if said is None and mode is not None:
        said = {
            key: value[0] if isinstance(value, tuple) else value
            for key, value in mode.when.items()
            if key[0] not in "@?" and value != "\0absent"
        }
    pairs += [(key, value) for key, value in (said or {}).items()]
    if account.address and words.address:
        pairs.append((words.address[0], account.address))
    if dialect.name == "laravel":
        pairs.insert(0, ("MAIL_MAILER", "smtp"))
    return pairs


def _mode(modes: tuple[Mode, ...], service: Service, dialect: Dialect) -> Mode | None:
    def fits(one: Mode) -> bool:
        ports = one.when.get("@port")
        wanted = ports if isinstance(ports, tuple) else (ports,)
        of_url = any(key == "@scheme" or key[0] == "?" for key in one.when)  # no URL is written
        fits_port = ports is None or service.port in wanted
        return one.security is service.security and fits_port and not of_url

    fitting = sorted(filter(fits, modes), key=lambda one: (one.optional, one.writes == {}))
    if fitting or dialect.name == "env":
        return fitting[0] if fitting else None
    security = "no encryption" if service.security is Security.CLEARTEXT else str(service.security)
    raise FormatError(
        dialect.name, f"{dialect.title} has no way to write {security} on port {service.port}"
    )
