"""Emacs ``smtpmail``. ``'ssl`` and ``'tls`` are implicit TLS, ``'starttls`` requires it; ``nil`` asks for it if offered."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TYPE = "smtpmail-stream-type"

DIALECTS = (
    Dialect(
        name="emacs",
        title="Emacs",
        syntaxes=("elisp",),
        files=(".emacs", "init.el", ".gnus", ".gnus.el", "*.el"),
        services=(
            ServiceWords(
                host=("smtpmail-smtp-server", "smtpmail-default-smtp-server"),
                port=("smtpmail-smtp-service",),
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
        ),
        example=".emacs",
        sources=(
            "https://www.gnu.org/software/emacs/manual/html_node/smtpmail/Encryption.html",
            "https://git.savannah.gnu.org/cgit/emacs.git/tree/lisp/mail/smtpmail.el",
            "https://git.savannah.gnu.org/cgit/emacs.git/tree/lisp/net/network-stream.el",
        ),
        dated="2026-11-27",
    ),
)
