"""Programs of a distribution and help desks: dnf-automatic, and Znuny with its relatives OTRS and OTOBO."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT
_MODULE = "SendmailModule"
_MODULES = "Kernel::System::Email::"

DIALECTS = (
    Dialect(
        name="dnf-automatic",
        title="dnf-automatic",
        syntaxes=("ini",),
        files=("automatic.conf",),
        marks=("emitters.emit_via", "email.email_from"),
        services=(
            ServiceWords(
                at=("email",),
                host=("email_host",),
                port=("email_port",),
                address=("email_from",),
                default_host="localhost",
                ports=25,
                modes=(
                    Mode(_TLS, {"email_tls": ("yes", True)}),
                    Mode(_STARTTLS, {"email_tls": "starttls"}),
                    Mode(_CLEARTEXT, {"email_tls": ("no", "off", "", ABSENT)}),
                ),
            ),
        ),
        example="automatic.conf",
        sources=("https://github.com/rpm-software-management/dnf/pull/1957",),
        dated="2026-11-28",
    ),
    Dialect(
        name="znuny",
        title="Znuny",
        syntaxes=("perl",),
        files=("Config.pm",),
        marks=("$Self.SendmailModule", "$Self.SendmailModule::Host"),
        services=(
            ServiceWords(
                at=("$Self",),
                host=(f"{_MODULE}::Host",),
                port=(f"{_MODULE}::Port",),
                user=(f"{_MODULE}::AuthUser",),
                secret=(f"{_MODULE}::AuthPassword",),
                auth=(f"{_MODULE}::AuthenticationType",),
                auths={"oauth2_token": "xoauth2"},
                address=("AdminEmail",),
                ports={_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 25},
                needs_host=True,
                enabled={
                    _MODULE: tuple(f"{_MODULES}{name}" for name in ("SMTP", "SMTPS", "SMTPTLS"))
                },
                modes=(
                    Mode(_TLS, {_MODULE: f"{_MODULES}SMTPS"}),
                    Mode(
                        _STARTTLS,
                        {_MODULE: f"{_MODULES}SMTPTLS"},
                        optional=True,
                        why="goes on without TLS if STARTTLS fails, and verifies no certificate",
                    ),
                    Mode(_CLEARTEXT, {_MODULE: f"{_MODULES}SMTP"}),
                ),
            ),
        ),
        example="Kernel/Config.pm",
        sources=(
            "https://github.com/znuny/Znuny/blob/dev/Kernel/System/Email/SMTP.pm",
            "https://github.com/znuny/Znuny/blob/dev/Kernel/System/Email/SMTPTLS.pm",
            "https://github.com/znuny/Znuny/blob/dev/Kernel/System/Email/SMTPS.pm",
        ),
        dated="2026-11-28",
    ),
)
