"""Keycloak: ``smtpServer`` of an exported realm, all values text, and ``smtp_server`` of Terraform's ``keycloak_realm``."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_WORDS = ServiceWords(
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
)

DIALECTS = (
    Dialect(
        name="keycloak",
        title="Keycloak",
        syntaxes=("json",),
        files=("*realm*.json",),
        marks=("**.smtpServer.host",),
        new_file=True,
        services=(_WORDS,),
        example="realm.json",
        sources=(
            "https://www.keycloak.org/docs/latest/server_admin/#_email",
            "https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/email/DefaultEmailSenderProvider.java",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="keycloak-terraform",
        title="Keycloak",
        syntaxes=("hcl",),
        marks=("resource.keycloak_realm.*.smtp_server.host",),
        services=(
            replace(
                _WORDS,
                at=("resource.keycloak_realm.*.smtp_server",),
                user=("auth.username",),
                secret=("auth.password",),
                name=("from_display_name",),
                login_flag=(),
            ),
        ),
        example="realm.tf",
        sources=(
            "https://github.com/keycloak/terraform-provider-keycloak/blob/main/provider/resource_keycloak_realm.go",
        ),
        dated="2026-11-28",
    ),
)
