"""mbsync (isync): without ``TLSType`` STARTTLS is used. Version 1.5 still takes the older name ``SSLType``, with a
notice; 1.4, which Debian 12 and Ubuntu 24.04 have, takes no other.
"""

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
                    Mode(_T, {"SSLType": "IMAPS"}),
                    Mode(Security.STARTTLS, {"SSLType": "STARTTLS"}),
                    Mode(Security.CLEARTEXT, {"SSLType": "None"}),
                    Mode(_T, {"TLSType": "IMAPS"}),
                    Mode(Security.STARTTLS, {"TLSType": "STARTTLS"}),
                    Mode(Security.CLEARTEXT, {"TLSType": "None"}),
                    Mode(_T, {"UseIMAPS": True}, {"SSLType": "IMAPS"}),
                    Mode(Security.STARTTLS, {}, {"SSLType": "STARTTLS"}),
                ),
            ),
        ),
        example=".mbsyncrc",
        sources=(
            "https://isync.sourceforge.io/mbsync.html",
            "https://manpages.debian.org/bookworm/isync/mbsync.1.en.html",
        ),
        dated="2026-11-27",
    ),
)
