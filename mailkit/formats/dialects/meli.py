"""meli: IMAP accounts in TOML, and the server of ``send_mail``."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S, _C = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT

DIALECTS = (
    Dialect(
        name="meli",
        title="meli",
        syntaxes=("toml",),
        files=("meli/config.toml", "config.toml"),
        marks=("accounts.*.server_hostname", "accounts.*.send_mail.hostname"),
        services=(
            ServiceWords(
                role="incoming",
                protocol=("format",),
                protocols={"imap": "imap"},
                at=("accounts.*",),
                host=("server_hostname",),
                port=("server_port",),
                user=("server_username",),
                secret=("server_password",),
                secret_command=("server_password_command",),
                address=("identity",),
                auth=("use_oauth2",),
                auths={"true": "xoauth2", "false": "password"},
                timeout=("timeout",),
                no_verify=("danger_accept_invalid_certs",),
                exclusive=(("use_starttls=true", "use_tls=false"),),
                exclusive_why="STARTTLS is TLS",
                ports=143,
                modes=(
                    Mode(_C, {"use_tls": "false"}),
                    Mode(_T, {"use_starttls": False, "@port": 993}),
                    Mode(_T, {"use_starttls": "false"}, {"use_starttls": False}),
                    Mode(_S, {"use_starttls": "true"}, {"use_starttls": True}),
                    Mode(_S, {"use_starttls": ABSENT}, {"use_starttls": True}),
                ),
            ),
            ServiceWords(
                at=(
                    "accounts.*.send_mail",
                    "accounts.*.composing.send_mail",
                    "composing.send_mail",
                ),
                host=("hostname",),
                port=("port",),
                user=("auth.username",),
                auth=("auth.type",),
                auths={"auto": "password", "none": "password"},
                secret=(
                    "auth.password.value?auth.password.type=raw",
                    "auth.password?auth.password.type=",
                ),
                secret_command=(
                    "auth.password.value?auth.password.type=command_eval",
                    "auth.password.value?auth.password.type=command_evaluation",
                ),
                no_verify=("security.danger_accept_invalid_certs",),
                modes=(
                    Mode(_T, {"security.type": "tls"}),
                    Mode(_S, {"security.type": "starttls"}),
                    Mode(_C, {"security.type": "none"}),
                    Mode(
                        _T,
                        {"security.type": ("auto", ABSENT), "@port": 465},
                        {"security.type": "tls"},
                    ),
                    Mode(_S, {"security.type": ("auto", ABSENT)}, {"security.type": "starttls"}),
                ),
            ),
        ),
        sources=(
            "https://meli-email.org/documentation.html#meli.conf.5",
            "https://git.meli-email.org/meli/meli/src/branch/master/meli/docs/meli.conf.5",
            "https://git.meli-email.org/meli/meli/src/branch/master/melib/src/smtp.rs",
            "https://git.meli-email.org/meli/meli/src/branch/master/melib/src/imap/mod.rs",
        ),
        dated="2026-11-28",
    ),
)
