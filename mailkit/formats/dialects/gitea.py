"""Gitea and Forgejo: ``[mailer]`` of ``app.ini``; ``PROTOCOL`` says the encryption."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_MAILER = ServiceWords(
    at=("mailer",),
    host=("SMTP_ADDR", "HOST"),
    port=("SMTP_PORT",),
    user=("USER",),
    secret=("PASSWD",),
    secret_file=("PASSWD_URI", "PASSWD.FILE"),
    helo=("HELO_HOSTNAME",),
    address=("FROM",),
    host_port=True,
    no_verify=("FORCE_TRUST_SERVER_CERT", "SKIP_VERIFY"),
    ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
    enabled={"ENABLED": (True,), "PROTOCOL": ("smtp", "smtps", "smtp+starttls", "")},
    modes=(
        Mode(Security.IMPLICIT_TLS, {"PROTOCOL": "smtps"}),
        Mode(Security.STARTTLS, {"PROTOCOL": "smtp+starttls"}),
        Mode(Security.CLEARTEXT, {"PROTOCOL": "smtp"}),
        Mode(Security.CLEARTEXT, {"PROTOCOL": ("sendmail", "smtp+unix", "dummy")}),
        Mode(Security.IMPLICIT_TLS, {"IS_TLS_ENABLED": True}, {"PROTOCOL": "smtps"}),
        Mode(Security.IMPLICIT_TLS, {"PROTOCOL": "", "@port": 465}, {"PROTOCOL": "smtps"}),
        Mode(
            Security.STARTTLS,
            {"PROTOCOL": "", "@port": 587},
            {"PROTOCOL": "smtp+starttls"},
        ),
        Mode(Security.CLEARTEXT, {"PROTOCOL": "", "@port": 25}, {"PROTOCOL": "smtp"}),
        Mode(
            Security.STARTTLS,
            {"IS_TLS_ENABLED": "false"},
            {"PROTOCOL": "smtp+starttls"},
        ),
        Mode(Security.IMPLICIT_TLS, {"PROTOCOL": ""}, {"PROTOCOL": "smtps"}),
    ),
)

DIALECTS = (
    Dialect(
        name="gitea",
        title="Gitea",
        syntaxes=("ini",),
        files=("app.ini",),
        images=("gitea/*", "*/forgejo", "*/forgejo/*", "*/gitea"),
        marks=("mailer.PROTOCOL", "mailer.SMTP_ADDR", "mailer.MAILER_TYPE", "mailer.PASSWD"),
        env=EnvNames("GITEA__", "__", others=("FORGEJO__",)),
        ignore_case=True,
        new_file=True,
        services=(
            _MAILER,
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=(r"email\.incoming",),
                host=("HOST",),
                port=("PORT",),
                user=("USERNAME",),
                secret=("PASSWORD",),
                no_verify=("SKIP_TLS_VERIFY",),
                ports={Security.IMPLICIT_TLS: 993, Security.CLEARTEXT: 143},
                enabled={"ENABLED": (True,)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"USE_TLS": True}),
                    Mode(Security.CLEARTEXT, {"USE_TLS": False}),
                ),
            ),
        ),
        example="app.ini",
        sources=(
            "https://docs.gitea.com/administration/config-cheat-sheet#mailer-mailer",
            "https://github.com/go-gitea/gitea/blob/main/modules/setting/mailer.go",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="gitea-helm",
        title="Gitea",
        syntaxes=("yaml",),
        files=("values*.yaml", "values*.yml"),
        marks=(r"**.gitea.config.mailer.SMTP_ADDR",),
        ignore_case=True,
        new_file=True,
        services=(replace(_MAILER, at=(r"**.gitea.config.mailer",)),),
        example="values.yaml",
        sources=("https://gitea.com/gitea/helm-gitea/src/branch/main/values.yaml",),
        dated="2026-11-28",
    ),
)
