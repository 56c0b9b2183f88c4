"""The codes of Outlook, Outlook Express, Windows Mail and CDO: the same in every language.

From ``imnxport.h`` and ``cdosyserr.h`` of the Windows SDK and the lists of hosters: 0x800CCC0x
general, 6x and 7x SMTP, 9x POP3, Dx IMAP; 0x800402xx CDO, which is written without 0x, too;
0x80072xxx of Windows, ``wininet.h`` and ``winsock2.h``.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["OUTLOOK"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE


def _codes(endings: str) -> str:
    return rf"0x800CCC(?:{endings})\b"


def _cdo(endings: str) -> str:
    return rf"\b(?:0x)?800402(?:{endings})\b"


def _windows(endings: str) -> str:
    return rf"\b0x80072(?:{endings})\b"


OUTLOOK: tuple[Text, ...] = (
    texts("dns-nxdomain", _windows("EE7|AF9"), certainty=_LIKELY, common=True),
    texts("dns-nodata", _windows("AFC"), certainty=_LIKELY, common=True),
    texts("tcp-timeout", _windows("EE2|74C"), certainty=_LIKELY, common=True),
    texts("tcp-refused", _windows("74D"), certainty=_LIKELY, common=True),
    texts("tcp-refused tcp-timeout", _windows("EFD"), certainty=_POSSIBLE, common=True),
    texts("tcp-reset", _windows("EFE|EFF|745|746"), certainty=_LIKELY, common=True),
    texts("tcp-unreach", _windows("743|751"), certainty=_LIKELY, common=True),
    texts("tcp-local-deny", _windows("71D"), certainty=_LIKELY, common=True),
    texts("crt-expired crt-clock", _windows("F05"), certainty=_LIKELY, common=True),
    texts("crt-host-mismatch", _windows("F06"), certainty=_LIKELY, common=True),
    texts("crt-unknown-ca crt-self-signed", _windows("F0D"), certainty=_LIKELY, common=True),
    texts(
        "crt-expired crt-host-mismatch crt-unknown-ca",
        _windows("F17|F8F"),
        certainty=_POSSIBLE,
        common=True,
    ),
    texts("cfg-host-scheme", _cdo("0A"), certainty=_LIKELY, common=True),
    texts("use-address", _cdo("0C|0D"), certainty=_LIKELY, common=True),
    texts("snd-sender-not-owned snd-sender-domain", _cdo("0E"), vague=True),
    texts("snd-rcpt-unknown snd-relay-denied", _cdo("0F"), vague=True),
    texts("aut-bad snd-not-logged-in", _cdo("15|17"), certainty=_LIKELY, common=True),
    texts("tls-cut grt-eof tcp-reset", _cdo("12"), certainty=_POSSIBLE, common=True),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        _cdo("13"),
        r"transport failed to connect to the server",
        vague=True,
    ),
    texts("crt-host-mismatch crt-unknown-ca", _codes("01"), certainty=_LIKELY),
    texts("crt-expired", _codes("02"), certainty=_LIKELY),
    texts("mbx-pop3-locked lim-connections", _codes("0B"), certainty=_LIKELY),
    texts("dns-nxdomain", _codes("0D")),
    texts("tcp-reset", _codes("0F|12|13|DD"), certainty=_LIKELY),
    texts("snd-rcpt-unknown", _codes("10|11|69"), certainty=_LIKELY),
    texts("tcp-timeout tcp-refused tcp-smtp-blocked", _codes("15"), certainty=_POSSIBLE),
    texts("tcp-timeout", _codes("19"), r"0x8004210[AB]\b", certainty=_LIKELY),
    texts("aut-bad", _codes("16|18|91|92|D1"), certainty=_LIKELY),
    texts(
        "tls-plain-server stt-not-offered",
        _codes("1A"),
        r"does not support the (?:connection )?encryption type",
        certainty=_LIKELY,
    ),
    texts("aut-sequence", _codes("65"), certainty=_POSSIBLE),
    texts("snd-size snd-rcpt-full", _codes("6C"), certainty=_LIKELY),
    texts("snd-rcpt-syntax", _codes("6D"), certainty=_POSSIBLE),
    texts("snd-spam snd-relay-denied", _codes("6E"), certainty=_POSSIBLE),
    texts("snd-not-logged-in snd-sender-not-owned", _codes("78"), certainty=_LIKELY),
    texts("snd-relay-denied snd-rcpt-unknown", _codes("79"), certainty=_LIKELY),
    texts("stt-required", _codes("7C"), certainty=_LIKELY),
    texts("stt-not-offered", _codes("7D"), certainty=_LIKELY),
    texts("stt-refused stt-handshake", _codes("7E"), certainty=_LIKELY),
    texts("cap-mech-mismatch cap-no-auth", _codes("80"), certainty=_LIKELY),
    texts("aut-bad mbx-pop3-locked aut-temp", _codes("90"), certainty=_POSSIBLE),
    texts("hst-broken-reply", _codes("93"), certainty=_POSSIBLE),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        _codes("05|0E"),
        r"0x8004210[89]\b",
        vague=True,
    ),
)
