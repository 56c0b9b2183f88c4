"""Error numbers of Microsoft's sign-in service (AADSTS), which a login by token passes on.

Microsoft's list: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. A number that is
not here is about the token or the registration of the application.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["ENTRA", "ENTRA_TEXTS", "OTHER_NUMBER"]

_NUMBERS = {
    "aut-bad": "50126|50034|50056",
    "aut-locked": "50053",
    "aut-expired": "50055|50144",
    "aut-suspended": "50057",
    "aut-conditional-access": "5300[0-4]|53003[0-9]|50076|50079|50158",
}
"""Numbers by finding; a policy that asks for a second factor is one of conditional access."""

OTHER_NUMBER = rf"AADSTS(?!(?:{'|'.join(_NUMBERS.values())})(?!\d))\d"

ENTRA: tuple[WordingRow, ...] = tuple(
    rows(finding, rf"aadsts(?:{numbers})(?!\d)", certainty=Certainty.LIKELY)
    for finding, numbers in _NUMBERS.items()
)
"""In a server's reply."""

ENTRA_TEXTS: tuple[Text, ...] = tuple(
    texts(finding, rf"AADSTS(?:{numbers})(?!\d)", certainty=Certainty.LIKELY)
    for finding, numbers in _NUMBERS.items()
)
"""In the error text of a program."""
