"""himalaya: ``config.toml``. Version 1 has ``encryption.type``, version 2 URLs; a bare host is TLS."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S, _C = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT

_KEYRING = "himalaya-cli"
"""The service of its entries in a keyring."""


def _version_1(role: str, above: str) -> ServiceWords:
    kind = f"{above}.encryption.type"
    return ServiceWords(
        role=role,
        protocol=(f"{above}.type",),
        protocols={"imap": "imap", "smtp": "smtp"},
        at=("accounts.*",),
        host=(f"{above}.host",),
        port=(f"{above}.port",),
        user=(f"{above}.login",),
        secret=(f"{above}.auth.raw", f"{above}.passwd.raw"),
        secret_command=(
            f"{above}.auth.cmd",
            f"{above}.auth.command",
            f"{above}.passwd.cmd",
            f"{above}.auth.passwd.cmd",
        ),
        secret_keyring=(f"{above}.auth.keyring", f"{above}.passwd.keyring"),
        keyring_service=_KEYRING,
        address=("email",),
        name=("display-name",),
        modes=(
            Mode(_T, {kind: "tls"}),
            Mode(_S, {kind: ("start-tls", "starttls")}),
            Mode(_C, {kind: "none"}),
            Mode(_T, {kind: ABSENT, f"{above}.encryption": ("tls", ABSENT)}, {kind: "tls"}),
            Mode(_S, {f"{above}.encryption": "start-tls"}),
            Mode(_C, {f"{above}.encryption": "none"}),
        ),
    )


def _beta(protocol: str) -> ServiceWords:
    """Versions 1.0.0-beta: ``imap.host`` and ``smtp.host``; without ``encryption`` TLS."""
    encryption = f"{protocol}.encryption"
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("accounts.*",),
        host=(f"{protocol}.host",),
        port=(f"{protocol}.port",),
        user=(f"{protocol}.login",),
        secret=(f"{protocol}.passwd.raw", f"{protocol}.auth.raw"),
        secret_command=(
            f"{protocol}.passwd.cmd",
            f"{protocol}.passwd.command",
            f"{protocol}.auth.cmd",
            f"{protocol}.auth.command",
        ),
        secret_keyring=(f"{protocol}.passwd.keyring", f"{protocol}.auth.keyring"),
        keyring_service=_KEYRING,
        address=("email",),
        modes=(
            Mode(_T, {encryption: ("tls", True, ABSENT)}, {encryption: "tls"}),
            Mode(_S, {encryption: "start-tls"}),
            Mode(_C, {encryption: ("none", False)}, {encryption: "none"}),
        ),
    )


def _version_0(protocol: str) -> ServiceWords:
    """Versions before 1: ``imap-host`` in a table of its own for each account."""
    plain, upgrade = f"{protocol}-ssl", f"{protocol}-starttls"
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("*",),
        host=(f"{protocol}-host",),
        port=(f"{protocol}-port",),
        user=(f"{protocol}-login",),
        secret=(f"{protocol}-passwd", f"{protocol}-passwd.raw"),
        secret_command=(
            f"{protocol}-passwd.cmd",
            f"{protocol}-passwd.command",
            f"{protocol}-passwd-cmd",
        ),
        secret_keyring=(f"{protocol}-passwd.keyring",),
        keyring_service=_KEYRING,
        no_verify=(f"{protocol}-insecure",),
        address=("email",),
        defaults={plain: True},
        modes=(
            Mode(_S, {upgrade: True}),
            Mode(_T, {plain: (True, ABSENT)}, {plain: True, upgrade: False}),
            Mode(_C, {plain: False}),
        ),
    )


def _version_2(protocol: str) -> ServiceWords:
    secure = f"{protocol}s"
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("accounts.*",),
        host=(f"{protocol}.server",),
        url=(f"{protocol}.server",),
        user=(f"{protocol}.sasl.plain.username", f"{protocol}.sasl.login.username"),
        secret=(f"{protocol}.sasl.plain.passwd.raw", f"{protocol}.sasl.plain.password.raw"),
        secret_command=(
            f"{protocol}.sasl.plain.passwd.cmd",
            f"{protocol}.sasl.plain.password.cmd",
            f"{protocol}.sasl.plain.password.command",
        ),
        address=("email",),
        schemes={protocol: (protocol, None), secure: (protocol, _T)},
        host_port=True,
        modes=(
            Mode(_T, {"@scheme": (secure, "")}),
            Mode(_S, {f"{protocol}.starttls": True}),
            Mode(_C),
        ),
    )


DIALECTS = (
    Dialect(
        name="himalaya",
        title="himalaya",
        syntaxes=("toml",),
        files=("himalaya/config.toml", "himalaya.toml", "config.toml"),
        marks=(
            "accounts.*.backend.host",
            "accounts.*.message.send.backend.host",
            "accounts.*.imap.server",
            "accounts.*.smtp.server",
            "accounts.*.imap.host",
            "accounts.*.smtp.host",
            "*.imap-host",
            "*.smtp-host",
        ),
        services=(
            _version_1("incoming", "backend"),
            _version_1("outgoing", "message.send.backend"),
            _version_2("imap"),
            _version_2("smtp"),
            _beta("imap"),
            _beta("smtp"),
            _version_0("imap"),
            _version_0("smtp"),
        ),
        sources=(
            "https://github.com/pimalaya/himalaya/blob/master/config.sample.toml",
            "https://github.com/pimalaya/himalaya/blob/master/CHANGELOG.md",
        ),
        dated="2026-11-28",
    ),
)
