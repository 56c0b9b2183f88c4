"""mbsync (isync): without ``TLSType`` STARTTLS is used."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T = Security.IMPLICIT_TLS

DIALECTS = (
    Dialect(
        name="mbsync",
        title="mbsync",
        syntaxes=("mbsync",),
        own_files=("mbsyncrc", ".mbsyncrc", "isyncrc"),
        ignore_case=True,
        new_file=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("imapaccount.*", "imapstore.*"),
                host=("Host",),
                port=("Port",),
                user=("User", "UserCmd"),
                secret=("Pass", "PassCmd"),
                secret_command=("PassCmd",),
                auth=("AuthMechs", "AuthMech"),
                auths={"*": "password", "login": "login", "plain": "plain"},
                timeout=("Timeout",),
                enabled={"Tunnel": ("",)},
                ports={Security.IMPLICIT_TLS: 993, Security.STARTTLS: 143, Security.CLEARTEXT: 143},
                modes=(
                    Mode(_T, {"TLSType": "IMAPS"}),
                    Mode(Security.STARTTLS, {"TLSType": "STARTTLS"}),
                    Mode(Security.CLEARTEXT, {"TLSType": "None"}),
                    Mode(_T, {"SSLType": "IMAPS"}),
                    Mode(Security.STARTTLS, {"SSLType": "STARTTLS"}),
                    Mode(Security.CLEARTEXT, {"SSLType": "None"}),
                    Mode(_T, {"UseIMAPS": True}, {"TLSType": "IMAPS"}),
                    Mode(Security.STARTTLS, {}, {"TLSType": "STARTTLS"}),
                ),
            ),
        ),
        example=".mbsyncrc",
        sources=("https://isync.sourceforge.io/mbsync.html",),
        dated="2026-11-27",
    ),
)
