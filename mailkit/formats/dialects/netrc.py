"""netrc and authinfo: logins by host, of which those with a port of mail are read. The port says the encryption."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_IMPLICIT = {"993": "imap", "imaps": "imap", "995": "pop3", "pop3s": "pop3"} | dict.fromkeys(
    ("465", "smtps", "submissions"), "smtp"
)
_UPGRADED = {"143": "imap", "imap": "imap", "110": "pop3", "pop3": "pop3"} | dict.fromkeys(
    ("587", "submission", "25", "smtp"), "smtp"
)


def _words(role: str) -> ServiceWords:
    """The machines of one role."""
    return ServiceWords(
        role=role,
        protocol=("port",),
        protocols={
            port: protocol
            for port, protocol in (_IMPLICIT | _UPGRADED).items()
            if (protocol == "smtp") is (role == "outgoing")
        },
        at=("machine.*",),
        anchor=("port",),
        host=("machine",),
        port=("port",),
        port_names=True,
        user=("login",),
        secret=("password",),
        needs_host=True,
        modes=(
            Mode(Security.IMPLICIT_TLS, {"@port": (465, 993, 995)}, {}),
            Mode(Security.STARTTLS, {"@port": (25, 110, 143, 587)}, {}),
        ),
    )


DIALECTS = (
    Dialect(
        name="netrc",
        title="netrc",
        syntaxes=("netrc",),
        own_files=(".netrc", "_netrc", "netrc", ".authinfo", "authinfo"),
        services=(_words("incoming"), _words("outgoing")),
        example=".authinfo",
        sources=(
            "https://www.gnu.org/software/emacs/manual/html_node/auth/Help-for-users.html",
            "https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html",
        ),
        dated="2026-11-28",
    ),
)
