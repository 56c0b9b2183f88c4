"""``git send-email`` and Gerrit: ``[sendemail]``. ``smtpEncryption`` ``ssl`` is implicit TLS, ``tls`` STARTTLS."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="git",
        title="git send-email",
        syntaxes=("ini",),
        files=(".gitconfig", "gitconfig", "config", "gerrit.config"),
        ignore_case=True,
        new_file=True,
        services=(
            ServiceWords(
                at=("sendemail", "sendemail.*"),
                host=("smtpServer",),
                port=("smtpServerPort",),
                user=("smtpUser",),
                secret=("smtpPass",),
                address=("from",),
                needs_host=True,
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                verify=("sslVerify",),
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtpEncryption": "ssl"}),
                    Mode(Security.STARTTLS, {"smtpEncryption": "tls"}),
                    Mode(Security.CLEARTEXT, {"smtpEncryption": ("", "none", ABSENT)}),
                ),
            ),
        ),
        example=".gitconfig",
        sources=(
            "https://git-scm.com/docs/git-send-email#Documentation/git-send-email.txt---smtp-encryptionltencryptiongt",
            "https://gerrit-review.googlesource.com/Documentation/config-gerrit.html#sendemail",
        ),
        dated="2026-11-27",
    ),
)
