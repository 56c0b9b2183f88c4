"""Nodemailer: ``secure`` is implicit TLS; without it the port 465 decides, else STARTTLS if offered. In a URL only the scheme decides."""

from dataclasses import replace

from mailkit.formats.dialect import ABSENT, Dialect, Mode, Reading, ServiceWords
from mailkit.formats.dialects.nodemailer_services import SERVICES
from mailkit.ports import Security

MODES = (
    Mode(Security.IMPLICIT_TLS, {"secure": True}),
    Mode(Security.IMPLICIT_TLS, {"secure": ABSENT, "@port": 465}, {"secure": True}),
    Mode(Security.STARTTLS, {"requireTLS": True}, {"secure": False, "requireTLS": True}),
    Mode(Security.CLEARTEXT, {"ignoreTLS": True}),
    Mode(Security.STARTTLS, {}, {"secure": False}, optional=True),
)

URL_MODES = (
    Mode(Security.IMPLICIT_TLS, {"@scheme": "smtps"}),
    Mode(Security.CLEARTEXT, {"?ignoreTLS": "true"}),
    Mode(Security.STARTTLS, {"?requireTLS": "true"}),
)
_SMTP_URL = Mode(Security.STARTTLS, {"@scheme": "smtp"}, {}, optional=True)
"""``smtp://`` says that TLS does not begin at once, on port 465 too."""

_OBJECTS = tuple(
    f"**.{name}"
    for name in (
        *("mailConfig", "smtpConfig", "emailConfig", "mailerConfig", "nodemailerConfig"),
        *("smtpOptions", "smtpSettings", "mailSettings", "emailSettings", "transportConfig"),
        *("SMTP_CONFIG", "MAIL_CONFIG", "EMAIL_CONFIG"),
    )
)
"""Names of objects that are passed to it elsewhere."""

_WORDS = ServiceWords(
    at=(
        "**.createTransport()",
        "**.createTransport()#2",
        "**.transport",
        "**.providerOptions",
        "**.EmailProvider().server",
        "**.Nodemailer().server",
        "**.Email().server",
        "**.transportOptions",
        "**.smtp()",
        "**.smtpTransport()",
        "**.smtpPool()",
        *_OBJECTS,
    ),
    anchor=("host", "url", "service"),
    preset=("service",),
    presets=SERVICES,
    host=("host",),
    port=("port",),
    user=("auth.user",),
    secret=("auth.pass",),
    helo=("name",),
    url=("url", "createTransport()"),
    schemes={"smtp": ("smtp", None), "smtps": ("smtp", Security.IMPLICIT_TLS)},
    ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
    verify=("tls.rejectUnauthorized",),
    readings=(
        Reading(
            "Nodemailer 1 and later",
            (*URL_MODES, _SMTP_URL, *MODES),
            {"secureConnection": "Write secure: true for implicit TLS."},
        ),
        Reading(
            "Nodemailer 0.x",
            (
                Mode(Security.IMPLICIT_TLS, {"secureConnection": True}),
                Mode(Security.STARTTLS, {}, {"secureConnection": False}, optional=True),
            ),
        ),
    ),
)

DIALECTS = (
    Dialect(
        name="nodemailer",
        title="Nodemailer",
        syntaxes=("javascript",),
        newest=True,
        versions_in=dict.fromkeys(
            ("package.json", "../package.json"),
            r'"nodemailer":\s*"[\^~>=v ]*(?:(?P<v0>[1-9]\d*)|(?P<v1>0))\.',
        ),
        marks=(
            "**.createTransport().host",
            "**.createTransport().port",
            "**.createTransport().auth.user",
            "createTransport()",
            "**.createTransport().service",
            "**.transport.host",
            "**.providerOptions.host",
            "**.EmailProvider().server.host",
            "**.Nodemailer().server.host",
            "**.Email().server.host",
            "**.transportOptions.host",
            "**.smtp().host",
            "**.smtpTransport().host",
            "**.smtpPool().host",
            *(f"{name}.auth.pass" for name in _OBJECTS),
            *(f"{name}.auth.user" for name in _OBJECTS),
        ),
        new_file=True,
        services=(
            _WORDS,
            replace(_WORDS, at=("",), anchor=("createTransport()",)),  # given a URL
        ),
        sources=(
            "https://nodemailer.com/smtp/",
            "https://github.com/nodemailer/nodemailer/blob/master/lib/smtp-connection/index.js",
            "https://github.com/nodemailer/nodemailer/blob/master/lib/shared/index.js",
        ),
        dated="2026-11-27",
    ),
)
