"""What printers, scanners and storage devices show when they cannot send.

The numbers are those of the manufacturers' lists of error codes: Canon (#751 to #846), Kyocera (1101 to 5103), Xerox and
Fujifilm (016 and 027), Toshiba (1C10 to 1CC1), Sharp (CE-00 to CE-15).
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["DEVICES"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE
_UNREACHABLE = "tcp-timeout tcp-refused tcp-smtp-blocked dns-nxdomain"


def _canon(endings: str) -> str:
    return rf"(?:\b(?:error|NG|code|result|canon)\b[^\n#]{{0,20}}|^)#0{{0,2}}(?:{endings})\b"


def _kyocera(endings: str) -> str:
    return rf"\b(?:send|error|code|scan)\b[^\n]{{0,24}}\b(?:{endings})\b(?=[^\n]{{0,60}}\b(?:smtp|server|log-?in|user|e-?mail)\b)"


def _xerox(endings: str) -> str:
    return rf"(?<![\d-])(?:{endings})(?!\d)"


def _toshiba(endings: str) -> str:
    return rf"(?<![\w-])1C(?:{endings})\b"


def _sharp(endings: str) -> str:
    return rf"(?<![\w-])CE-0?(?:{endings})\b"


DEVICES: tuple[Text, ...] = (
    texts("aut-bad aut-app-password", _canon("806|839|813"), certainty=_LIKELY, common=True),
    texts(_UNREACHABLE, _canon("751|801|804"), certainty=_POSSIBLE, common=True),
    texts("dns-nxdomain", _canon("802|811"), certainty=_LIKELY, common=True),
    texts("tls-cipher tls-version", _canon("841"), certainty=_POSSIBLE, common=True),
    texts("crt-unknown-ca crt-expired", _canon("842|843|844"), certainty=_POSSIBLE, common=True),
    texts("snd-pop-before-smtp", _canon("846"), certainty=_POSSIBLE, common=True),
    texts("aut-bad aut-app-password", _kyocera("1102|3101"), certainty=_POSSIBLE, common=True),
    texts(_UNREACHABLE, _kyocera("1101|2101|2102|2103"), certainty=_POSSIBLE, common=True),
    texts("stt-handshake crt-unknown-ca", _kyocera("4803"), certainty=_POSSIBLE, common=True),
    texts("aut-bad aut-app-password", _xerox("027-779|027-773"), certainty=_LIKELY, common=True),
    texts(_UNREACHABLE, _xerox("016-764|027-771|027-772"), certainty=_POSSIBLE, common=True),
    texts("snd-size", _xerox("016-766|016-513"), certainty=_LIKELY, common=True),
    texts("snd-rcpt-unknown snd-rcpt-syntax", _xerox("016-767"), certainty=_POSSIBLE, common=True),
    texts(
        "snd-sender-syntax snd-sender-not-owned",
        _xerox("016-768"),
        certainty=_POSSIBLE,
        common=True,
    ),
    texts(_UNREACHABLE, _toshiba("66|69"), certainty=_POSSIBLE, common=True),
    texts("snd-size", _toshiba("15"), certainty=_POSSIBLE, common=True),
    texts(
        "snd-sender-syntax snd-sender-not-owned", _toshiba("6B"), certainty=_POSSIBLE, common=True
    ),
    texts("snd-rcpt-unknown snd-rcpt-syntax", _toshiba("6C"), certainty=_POSSIBLE, common=True),
    texts("aut-bad aut-app-password", _toshiba("71"), certainty=_LIKELY, common=True),
    texts("snd-pop-before-smtp aut-bad", _toshiba("72"), certainty=_POSSIBLE, common=True),
    texts("dns-nxdomain tcp-timeout tcp-refused", _sharp("2|6"), certainty=_POSSIBLE, common=True),
    texts("tcp-timeout tcp-reset", _sharp("3|8"), certainty=_POSSIBLE, common=True),
    texts("aut-bad aut-app-password", _sharp("7"), certainty=_LIKELY, common=True),
    texts("snd-size", _sharp("9"), certainty=_POSSIBLE, common=True),
    texts(
        _UNREACHABLE,
        r"\b(?:scan|mfp|printer|copier|device|nas)\b[^\n]{0,120}server (?:is )?not (?:functioning|found|responding)",
        r"connection with (?:the )?(?:e-?)?mail server (?:has )?failed|the server is not functioning",
        certainty=_POSSIBLE,
        common=True,
    ),
    texts(
        "aut-bad aut-app-password",
        r"authentication with the destination (?:has )?failed",
        certainty=_LIKELY,
        common=True,
    ),
)
