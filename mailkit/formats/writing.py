"""Accounts as a new file in the words of a product: a template whose keys are then set.

<<<<<<< HEAD
import json
=======
A value is quoted or escaped where its syntax would read something else out of it; where that cannot be done, it is refused. What was
written is read again and compared.
"""

import re
>>>>>>> 169e145 (formats: write no value that its format would read as structure)
from collections.abc import Callable

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats.dialect import Dialect, Mode
from mailkit.formats.document import Scalar
from mailkit.formats.syntax import syntax
from mailkit.ports import Security
from mailkit.text import one_line

__all__ = ["WRITTEN", "written"]

Pairs = list[tuple[str, Scalar]]


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


def _python(value: Scalar) -> str:
    return repr(value)


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


<<<<<<< HEAD
def _phpmailer(pairs: Pairs, section: str) -> str:
    def literal(value: Scalar) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
        return str(value) if isinstance(value, int) else f"'{escaped}'"

    lines = "".join(f"$mail->{key} = {literal(value)};\n" for key, value in pairs)
    return f"<?php\n$mail->isSMTP();\n{lines}"


def _nodemailer(pairs: Pairs, section: str) -> str:
    login = {key.removeprefix("auth."): value for key, value in pairs if key.startswith("auth.")}
    lines = [
        f"  {key}: {json.dumps(value)},\n" for key, value in pairs if not key.startswith("auth.")
    ]
    if login:
        inner = ", ".join(f"{key}: {json.dumps(value)}" for key, value in login.items())
        lines.append(f"  auth: {{ {inner} }},\n")
    return f"const transport = nodemailer.createTransport({{\n{''.join(lines)}}});\n"


_WRITERS: dict[str, tuple[Callable[[Pairs, str], str], str]] = {
    "env": (_dotenv, ""),
    "laravel": (_dotenv, ""),
    "vaultwarden": (_dotenv, ""),
    "mastodon": (_dotenv, ""),
    "n8n": (_dotenv, ""),
    "paperless": (_dotenv, ""),
    "django": (_python, ""),
    "flask-mail": (_python, ""),
    "superset": (_python, ""),
    "odoo": (_ini, "options"),
    "gitea": (_ini, "mailer"),
    "grafana": (_ini, "smtp"),
    "airflow": (_ini, "smtp"),
    "spring-boot": (_properties, "spring.mail"),
    "quarkus": (_properties, "quarkus.mailer"),
    "wp-mail-smtp": (_php_defines, ""),
    "phpmailer": (_phpmailer, ""),
    "nodemailer": (_nodemailer, ""),
=======
def _php(value: Scalar) -> str:
    if isinstance(value, bool | int):
        return _word(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


_DOTENV = (_dotenv, "", "{key}={value}\n")
_SETTINGS = (_python, "", "{key} = {value}\n")


_WRITERS: dict[str, tuple[Callable[[Scalar], str | None], str, str]] = {
    "env": _DOTENV,
    "laravel": _DOTENV,
    "vaultwarden": _DOTENV,
    "mastodon": _DOTENV,
    "n8n": _DOTENV,
    "paperless": _DOTENV,
    "django": _SETTINGS,
    "flask-mail": _SETTINGS,
    "superset": _SETTINGS,
    "odoo": (_ini, "[options]\n", "{key} = {value}\n"),
    "gitea": (_ini, "[mailer]\n", "{key} = {value}\n"),
    "grafana": (_ini, "[smtp]\n", "{key} = {value}\n"),
    "airflow": (_ini, "[smtp]\n", "{key} = {value}\n"),
    "spring-boot": (_properties, "", "spring.mail.{key}={value}\n"),
    "quarkus": (_properties, "", "quarkus.mailer.{key}={value}\n"),
    "wp-mail-smtp": (_php, "<?php\n", "define( '{key}', {value} );\n"),
>>>>>>> 169e145 (formats: write no value that its format would read as structure)
}
"""By dialect how a value is written (``None``: not at all), how the file begins, and its lines."""

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
<<<<<<< HEAD
    pairs = _pairs(dialect, account, service)
    words = dialect.services[0]
    if password and words.secret:
        at = 1 + max(n for n, (key, _) in enumerate(pairs) if key in (*words.user, *words.port))
        pairs.insert(at, (words.secret[0], password))
    return write(pairs, section)
=======
    return _text(dialect, _pairs(dialect, account, service))


def _text(dialect: Dialect, pairs: Pairs) -> str:
    write, text, line = _WRITERS[dialect.name]
    for key, value in pairs:
        said = write(value)
        if said is None or (said != one_line(said) and write is not _python):
            raise _refused(dialect, key)
        text += line.format(key=key, value=said)
    read = syntax(dialect.syntaxes[0]).read(text, dialect.name, dialect.flavour)
    if len(read) != len(pairs):
        raise _refused(dialect, pairs[0][0])
    for (key, value), found in zip(pairs, read, strict=True):
        same = key.endswith(found.key) and found.reference is None
        if not same or str(found.value).lower() != str(value).lower():
            raise _refused(dialect, key)
    return text


def _refused(dialect: Dialect, key: str) -> FormatError:
    why = f"{dialect.title} would read something else than the value of {key}; change it first"
    return FormatError(dialect.name, why)
>>>>>>> 169e145 (formats: write no value that its format would read as structure)


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
        return one.security is service.security and (ports is None or service.port in wanted)

    fitting = sorted(filter(fits, modes), key=lambda one: (one.optional, one.writes == {}))
    if fitting or dialect.name == "env":
        return fitting[0] if fitting else None
    security = "no encryption" if service.security is Security.CLEARTEXT else str(service.security)
    raise FormatError(
        dialect.name, f"{dialect.title} has no way to write {security} on port {service.port}"
    )
