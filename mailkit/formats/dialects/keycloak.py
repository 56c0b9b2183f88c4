"""Keycloak: ``smtpServer`` of an exported realm. All values are text."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="keycloak",
        title="Keycloak",
        syntaxes=("json",),
        files=("*realm*.json",),
        marks=("**.smtpServer.host",),
        new_file=True,
        services=(
            ServiceWords(
                at=("**.smtpServer",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                address=("from",),
                name=("fromDisplayName",),
                ports=25,
                flags=True,
                login_flag=("auth",),
                defaults={"ssl": False, "starttls": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}, {"ssl": True, "starttls": False}),
                    Mode(
                        Security.STARTTLS,
                        {"starttls": True},
                        {"starttls": True, "ssl": False},
                        optional=True,
                    ),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("ssl", "starttls"),),
            ),
        ),
        example="realm.json",
        sources=(
            "https://www.keycloak.org/docs/latest/server_admin/#_email",
            "https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/email/DefaultEmailSenderProvider.java",
        ),
        dated="2026-11-27",
    ),
)
