"""Thunderbird: ``prefs.js`` and ``thunderbird.cfg``. 0 is no encryption, 2 STARTTLS, 3 implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_AUTHS = {
    "3": "password",
    "4": "cram-md5",
    "10": "xoauth2",
    "": "password",
    "0": "password",
    "2": "password",
    "9": "password",
    "8": "password",
}


def _modes(key: str) -> tuple[Mode, ...]:
    return (
        Mode(Security.IMPLICIT_TLS, {key: "3"}, {key: 3}),
        Mode(Security.STARTTLS, {key: "2"}, {key: 2}),
        Mode(Security.STARTTLS, {key: "1"}, {key: 2}, optional=True),
        Mode(Security.CLEARTEXT, {key: ("0", "")}, {key: 0}),
    )


DIALECTS = (
    Dialect(
        name="thunderbird",
        title="Thunderbird",
        syntaxes=("prefs",),
        files=("prefs.js", "user.js", "thunderbird.cfg", "mozilla.cfg"),
        services=(
            ServiceWords(
                role="incoming",
                protocol=("type",),
                protocols={"imap": "imap", "pop3": "pop3"},
                at=("mail.server.*",),
                host=("realhostname", "hostname"),
                port=("port",),
                user=("realuserName", "userName"),
                auth=("authMethod",),
                auths=_AUTHS,
                defaults={"socketType": 0, "isSecure": False},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"socketType": ("0", ""), "isSecure": True},
                        {"socketType": 3},
                    ),
                    *_modes("socketType"),
                ),
                flags=True,
            ),
            ServiceWords(
                at=("mail.smtpserver.*",),
                host=("hostname",),
                port=("port",),
                user=("username",),
                auth=("authMethod",),
                auths=_AUTHS,
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 587},
                defaults={"try_ssl": 0},
                modes=_modes("try_ssl"),
                flags=True,
            ),
        ),
        example="prefs.js",
        sources=(
            "https://searchfox.org/comm-central/source/mailnews/mailnews.js",
            "https://searchfox.org/comm-central/source/mailnews/compose/src/SmtpClient.sys.mjs",
            "https://searchfox.org/comm-central/source/mailnews/base/src/MsgIncomingServer.sys.mjs",
        ),
        dated="2026-11-27",
    ),
)
