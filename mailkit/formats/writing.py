"""Accounts as a new file in the words of a product: a template whose keys are then set."""

import json
from collections.abc import Callable

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats.dialect import Dialect, Mode
from mailkit.formats.document import Scalar
from mailkit.ports import Security

__all__ = ["WRITTEN", "written"]

Pairs = list[tuple[str, Scalar]]


def _dotenv(pairs: Pairs, section: str) -> str:
    def quoted(value: Scalar) -> str:
        word = str(value).lower() if isinstance(value, bool) else str(value)
        return f'"{word}"' if set(word) & set(" #'$") else word

    return "".join(f"{key}={quoted(value)}\n" for key, value in pairs)


def _python(pairs: Pairs, section: str) -> str:
    return "".join(f"{key} = {value!r}\n" for key, value in pairs)


def _ini(pairs: Pairs, section: str) -> str:
    body = "".join(
        f"{key} = {str(value).lower() if isinstance(value, bool) else value}\n"
        for key, value in pairs
    )
    return f"[{section}]\n{body}"


def _properties(pairs: Pairs, section: str) -> str:
    return "".join(
        f"{section}.{key}={str(value).lower() if isinstance(value, bool) else value}\n"
        for key, value in pairs
    )


def _php_defines(pairs: Pairs, section: str) -> str:
    def literal(value: Scalar) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        return (
            str(value)
            if isinstance(value, int)
            else "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
        )

    return "<?php\n" + "".join(f"define( '{key}', {literal(value)} );\n" for key, value in pairs)


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
    write, section = _WRITERS[dialect.name]
    account, service = services[0]
    pairs = _pairs(dialect, account, service)
    words = dialect.services[0]
    if password and words.secret:
        at = 1 + max(n for n, (key, _) in enumerate(pairs) if key in (*words.user, *words.port))
        pairs.insert(at, (words.secret[0], password))
    return write(pairs, section)


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
