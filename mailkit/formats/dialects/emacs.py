"""Emacs ``smtpmail``, and ``nnimap`` of Gnus. ``'ssl`` and ``'tls`` are implicit TLS, ``'starttls`` requires it; ``nil`` asks for it if offered."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TYPE = "smtpmail-stream-type"
_STREAM = "nnimap-stream"

DIALECTS = (
    Dialect(
        name="emacs",
        title="Emacs",
        syntaxes=("elisp",),
        files=(".emacs", "init.el", ".gnus", ".gnus.el", "*.el"),
        new_file=True,
        services=(
            ServiceWords(
                at=("", "pairs.*"),
                host=("smtpmail-smtp-server", "smtpmail-default-smtp-server"),
                port=("smtpmail-smtp-service",),
                port_names=True,
                user=("smtpmail-smtp-user",),
                address=("user-mail-address",),
                name=("user-full-name",),
                ports=25,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {_TYPE: ("ssl", "tls")}),
                    Mode(Security.STARTTLS, {_TYPE: "starttls"}),
                    Mode(Security.CLEARTEXT, {_TYPE: "plain"}),
                    Mode(
                        Security.STARTTLS,
                        {_TYPE: (ABSENT, False)},
                        {_TYPE: "starttls"},
                        optional=True,
                    ),
                ),
            ),
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("nnimap.*",),
                host=("nnimap-address",),
                port=("nnimap-server-port",),
                port_names=True,
                user=("nnimap-user",),
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {_STREAM: (ABSENT, "undecided"), "@port": 143},
                        {_STREAM: "starttls"},
                        optional=True,
                    ),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {_STREAM: ("ssl", "tls", "undecided", ABSENT)},
                        {_STREAM: "ssl"},
                    ),
                    Mode(Security.STARTTLS, {_STREAM: "starttls"}),
                    Mode(Security.CLEARTEXT, {_STREAM: "plain"}),
                    Mode(
                        Security.STARTTLS,
                        {_STREAM: "network"},
                        {_STREAM: "starttls"},
                        optional=True,
                    ),
                ),
            ),
        ),
        example=".emacs",
        sources=(
            "https://www.gnu.org/software/emacs/manual/html_node/smtpmail/Encryption.html",
            "https://git.savannah.gnu.org/cgit/emacs.git/tree/lisp/mail/smtpmail.el",
            "https://git.savannah.gnu.org/cgit/emacs.git/tree/lisp/net/network-stream.el",
            "https://git.savannah.gnu.org/cgit/emacs.git/tree/lisp/gnus/nnimap.el",
        ),
        dated="2026-11-27",
    ),
)
