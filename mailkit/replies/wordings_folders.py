"""Reply texts to commands on folders and maildrops."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["FOLDERS"]

FOLDERS: tuple[WordingRow, ...] = (
    rows(
        "mbx-namespace",
        r"nonexistent namespace|should probably be prefixed",
        r"invalid (?:mailbox )?(?:namespace|prefix)|no such namespace|must be prefixed",
        protocols="i",
    ),
    rows(  # the folder of the user on the server
        "mbx-corrupt",
        r"\bchdir\b",
        (
            r"unable to (?:open|access|scan|find|enter) (?:your |the |this user's )?"
            r"(?:maildir|mail ?drop directory|mail (?:directory|folder|spool|storage))"
        ),
        r"maildir[^\n]{0,60}(?:does not exist|doesn't exist|no such file)",
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-quota",
        r"over ?quota|quota (?:is )?exceed|exceed\w*[^\n]{0,30}quota",
        r"mailbox (?:is |size )?(?:full|over|limit|exceed)|disk quota",
        r"(?:storage|mailbox)[^\n]{0,20}(?:limit|quota|full)|out of (?:storage|space)",
        r"not enough (?:disk )?quota",
        protocols="ip",
    ),
    rows(
        "mbx-trycreate",
        (
            r"(?:mailbox|folder)[^\n]{0,60}(?:doesn't exist|does not exist|not exist|"
            r"not found|unknown)"
        ),
        r"(?:no such|unknown|non-?existent|invalid) (?:mailbox|folder)|trycreate",
        r"can't open mailbox|not found: \w+",
        r"(?:mailbox|folder) (?:isn't|is not) selectable",
        protocols="i",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-noperm",
        r"permission denied|no permission|not permitted|access denied",
        r"insufficient rights|read-only",
        protocols="i",
        place=SessionPlace.MAIL,
    ),
    rows(
        "mbx-corrupt",
        r"corrupt|internal error|server ?bug|inconsistent|broken (?:index|mailbox)",
        protocols="i",
        place=SessionPlace.MAIL,
    ),
    rows(  # in reply to a login, which opens the mailbox
        "mbx-corrupt",
        (
            r"(?:unable|failed|cannot|could not|can't) (?:to )?(?:scan|fetch|read|access|"
            r"open)[^\n]{0,30}(?:maildir|mail ?drop|mail ?box|inbox|spool)"
        ),
        r"(?:maildir|mail ?box|inbox|home)\b[^\n]{0,40}: no such (?:file|directory)",
        r"has no \$home",
        r"(?:maildir|mail ?drop|mail ?box|spool) (?:read|open|access) (?:failed|error|failure)",
        protocols="p",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-corrupt",
        r"fatal error: [^\n]{0,80}(?:no such file|permission denied|not a directory)",
        r"\berror in (?:imap|pop3) user\b|\bhome directory (?:is )?not set|\bnamespace[^\n]{0,60}initiali[sz]ation failed",
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-append-big",
        r"(?:message|size)[^\n]{0,30}(?:too (?:big|large)|exceed|limit)",
        protocols="i",
    ),
    rows(  # 503 is a command out of its order (RFC 5321 §4.2.4), whichever it names
        "aut-sequence",
        (
            r"(?:need|must|expect\w*|issue|send|requires?)\b[^\n]{0,24}\b(?:mail|rcpt|data|"
            r"helo|ehlo|sender|recipients?)\b"
        ),
        (
            r"\b(?:mail|rcpt|data|helo|ehlo|sender|recipients?)\b[^\n]{0,24}\b(?:precede|"
            r"first|before|expected|missing|required)"
        ),
        protocols="s",
        code="503",
        certainty=Certainty.LIKELY,
    ),
)
