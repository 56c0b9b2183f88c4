"""Reply texts by their meaning, for any server.

A row is a pattern over the text of one reply, in lower case, and the finding it stands for. The
first row that fits counts: the special ones come before the general ones. ``place`` is its place in a session,
``code`` the reply codes it goes with (a regular expression); both are
ignored where a client cut them off. All gaps are bounded, so that a search takes linear time.
"""

from mailkit.replies.reply import SessionPlace, Words
from mailkit.replies.wordings_bounce import BOUNCE
from mailkit.replies.wordings_folders import FOLDERS
from mailkit.replies.wordings_hello import HELLO
from mailkit.replies.wordings_limits import LIMITS
from mailkit.replies.wordings_locks import LOCKS
from mailkit.replies.wordings_login import GENERAL, LOGIN
from mailkit.replies.wordings_network import NETWORK
from mailkit.replies.wordings_recipient import RECIPIENT
from mailkit.replies.wordings_row import WordingRow
from mailkit.replies.wordings_sender import SENDER
from mailkit.replies.wordings_tls import UPGRADE

__all__ = ["GENERAL", "SPECIAL", "WordingRow", "worded"]

SPECIAL: tuple[WordingRow, ...] = (
    *BOUNCE,
    *UPGRADE,
    *LOCKS,
    *LOGIN,
    *HELLO,
    *SENDER,
    *LIMITS,
    *NETWORK,
    *RECIPIENT,
    *FOLDERS,
)


def worded(rows: tuple[WordingRow, ...], words: Words, place: SessionPlace) -> WordingRow | None:
    """The wording that a reply uses, if it is one of these."""
    return next((row for row in rows if row.fits(words, place)), None)
