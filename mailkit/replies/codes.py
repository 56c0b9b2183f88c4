"""The meaning of codes, if the reply text is not known (RFC 4954, 5248, 5321, 5530, 3206)."""

from mailkit.replies.reply import Certainty, Meaning, SessionPlace, Words

__all__ = ["BRACKETS", "ENHANCED", "coded", "supports"]

_SURE, _LIKELY, _POSSIBLE = Certainty.SURE, Certainty.LIKELY, Certainty.POSSIBLE

BASIC: dict[str, tuple[str, Certainty]] = {
    "535": ("aut-bad", _SURE),
    "538": ("aut-encryption-required", _SURE),
    "534": ("aut-too-weak", _LIKELY),
    "525": ("aut-suspended", _LIKELY),
    "432": ("aut-transition", _LIKELY),
    "530": ("snd-not-logged-in", _LIKELY),
    "421": ("grt-421", _POSSIBLE),
}
"""SMTP codes with one meaning everywhere; 535 with any subcode."""

LOGIN: dict[str, tuple[str, Certainty]] = {
    "530": ("stt-required", _POSSIBLE),
    "454": ("aut-temp", _SURE),
    "451": ("aut-temp", _SURE),
    "421": ("aut-temp", _LIKELY),
    "435": ("aut-temp", _SURE),
    "432": ("aut-transition", _LIKELY),
    "500": ("aut-temp", _POSSIBLE),
    "501": ("aut-sequence", _POSSIBLE),
    "502": ("cap-no-auth", _LIKELY),
    "503": ("aut-sequence", _POSSIBLE),
    "504": ("aut-mech-unknown", _LIKELY),
}
"""Codes in reply to AUTH."""

GREETING: dict[str, tuple[str, Certainty]] = {
    "421": ("grt-421", _LIKELY),
    "450": ("grt-421", _LIKELY),
    "451": ("grt-421", _LIKELY),
    "521": ("grt-554", _LIKELY),
    "550": ("grt-554", _LIKELY),
    "554": ("grt-554", _LIKELY),
}

HELLO: dict[str, tuple[str, Certainty]] = {
    "501": ("snd-helo", _LIKELY),
    "504": ("snd-helo", _LIKELY),
    "550": ("grt-554", _POSSIBLE),
    "554": ("grt-554", _POSSIBLE),
    "421": ("grt-421", _LIKELY),
}

UPGRADE: dict[str, tuple[str, Certainty]] = {
    "454": ("stt-refused", _SURE),
    "502": ("stt-refused", _LIKELY),
    "500": ("stt-refused", _LIKELY),
    "501": ("stt-refused", _POSSIBLE),
    "503": ("stt-refused", _LIKELY),
    "554": ("stt-refused", _LIKELY),
}

MAIL: dict[str, tuple[str, Certainty]] = {
    "552": ("snd-size", _POSSIBLE),
    "555": ("snd-sender-syntax", _POSSIBLE),  # its parameters (RFC 5321 §4.1.1.11)
    "551": ("snd-rcpt-unknown", _POSSIBLE),  # not a local user (RFC 5321 §3.4)
    **dict.fromkeys(("421", "450", "451", "452", "454"), ("snd-temp", _LIKELY)),
}
"""Codes in reply to MAIL, RCPT and DATA, if neither words nor enhanced code are more specific."""

PLACES = {
    SessionPlace.LOGIN: LOGIN,
    SessionPlace.GREETING: GREETING,
    SessionPlace.HELLO: HELLO,
    SessionPlace.UPGRADE: UPGRADE,
}

ENHANCED: dict[str, tuple[str, Certainty]] = {
    "5.7.8": ("aut-bad", _SURE),
    "5.7.9": ("aut-too-weak", _LIKELY),
    "5.7.11": ("aut-encryption-required", _SURE),
    "4.7.12": ("aut-transition", _SURE),
    "5.7.12": ("aut-transition", _LIKELY),
    "5.7.13": ("aut-suspended", _SURE),
    "5.7.14": ("aut-ip-denied", _POSSIBLE),
    **dict.fromkeys(
        ("5.7.124", "5.7.129", "5.7.133", "5.7.134", "5.7.136"), ("snd-rcpt-restricted", _LIKELY)
    ),  # Exchange Online
    "5.1.1": ("snd-rcpt-unknown", _SURE),
    "5.1.2": ("snd-rcpt-unknown", _LIKELY),
    "5.1.3": ("snd-rcpt-syntax", _SURE),
    "5.1.6": ("snd-rcpt-unknown", _LIKELY),
    "5.1.7": ("snd-sender-syntax", _SURE),
    "5.1.8": ("snd-sender-domain", _SURE),
    "5.1.10": ("snd-rcpt-unknown", _SURE),
    "5.4.6": ("snd-loop", _LIKELY),
    "5.4.14": ("snd-loop", _LIKELY),
    "4.4.6": ("snd-loop", _LIKELY),
    "5.3.4": ("snd-size", _SURE),
    "4.3.1": ("snd-storage", _SURE),
    "5.3.2": ("grt-554", _LIKELY),
    "5.2.1": ("snd-rcpt-unknown", _LIKELY),
    "5.2.2": ("snd-rcpt-full", _LIKELY),
    "4.2.2": ("snd-rcpt-full", _LIKELY),
    "5.4.4": ("snd-rcpt-unknown", _POSSIBLE),
    "5.2.3": ("snd-size", _LIKELY),
    "4.5.3": ("snd-too-many-rcpt", _LIKELY),
    "5.5.3": ("snd-too-many-rcpt", _LIKELY),
    "5.6.3": ("snd-8bit", _LIKELY),
    "5.6.7": ("snd-smtputf8", _SURE),
    **dict.fromkeys(
        ("5.7.20", "5.7.21", "5.7.22", "5.7.23", "5.7.24", "5.7.26"), ("snd-spam", _LIKELY)
    ),
    "5.7.27": ("snd-sender-domain", _LIKELY),
    "5.7.28": ("lim-rate-smtp", _LIKELY),
    "4.7.28": ("lim-rate-smtp", _LIKELY),
    "5.7.25": ("snd-ptr", _SURE),
    "4.7.25": ("snd-ptr", _SURE),
}
"""Enhanced codes with one meaning (RFC 3463, 4954, 5248, 6531, 7372)."""

BRACKETS: dict[str, tuple[str, Certainty]] = {
    "AUTHENTICATIONFAILED": ("aut-bad", _SURE),
    "AUTHORIZATIONFAILED": ("aut-shared-mailbox", _POSSIBLE),
    "UNAVAILABLE": ("aut-temp", _SURE),
    "EXPIRED": ("aut-expired", _SURE),
    "PRIVACYREQUIRED": ("cap-logindisabled-clear", _SURE),
    "CONTACTADMIN": ("aut-suspended", _LIKELY),
    "WEBALERT": ("aut-web-login", _SURE),
    "LIMIT": ("lim-connections", _LIKELY),
    "THROTTLED": ("lim-throttled", _SURE),
    "NOPERM": ("mbx-noperm", _SURE),
    "OVERQUOTA": ("mbx-quota", _SURE),
    "CORRUPTION": ("mbx-corrupt", _SURE),
    "SERVERBUG": ("mbx-corrupt", _SURE),
    "TRYCREATE": ("mbx-trycreate", _SURE),
    "NONEXISTENT": ("mbx-trycreate", _LIKELY),
    "TOOBIG": ("mbx-append-big", _SURE),
    "REFERRAL": ("hst-referral", _SURE),
    "INUSE": ("mbx-pop3-locked", _LIKELY),
    "AUTH": ("aut-bad", _SURE),
    "IN-USE": ("mbx-pop3-locked", _SURE),
    "LOGIN-DELAY": ("lim-pop3-delay", _SURE),
    "SYS/TEMP": ("aut-temp", _SURE),
    "SYS/PERM": ("aut-protocol-off", _POSSIBLE),
}
"""Response codes (RFC 5530, RFC 3206, RFC 2449)."""


def coded(words: Words, place: SessionPlace) -> Meaning | None:
    """Return what the codes of a reply mean."""
    if words.protocol != "smtp":
        # In a greeting these are about the server, not about a login.
        early = place is SessionPlace.GREETING and words.bracket in ("UNAVAILABLE", "SYS/TEMP")
        found = None if early else BRACKETS.get(words.bracket)
        if place is SessionPlace.LOGIN and words.bracket == "SERVERBUG":
            found = ("aut-temp", _LIKELY)  # no mailbox is open yet
    elif words.code == "535":  # RFC 4954 §6: rejected credentials, with any subcode
        found = BASIC["535"]
    elif words.code == "432" and words.enhanced not in ("", "4.7.12"):
        found = ENHANCED.get(words.enhanced) or ("snd-temp", _POSSIBLE)  # not RFC 4954's 432
    elif words.code == "552" and words.enhanced.startswith("5.7."):
        found = ENHANCED.get(words.enhanced) or ("snd-spam", _POSSIBLE)  # not a size
    else:
        at_mail = place is SessionPlace.MAIL
        enhanced = ENHANCED.get(words.enhanced)
        if at_mail and enhanced and enhanced[0].startswith("aut-"):
            enhanced = None  # of a login (RFC 4954 §6), and a site's own number here
        found = (
            PLACES.get(place, {}).get(words.code)
            or enhanced
            or (MAIL.get(words.code) if at_mail else None)
            or BASIC.get(words.code)
        )
    return Meaning(*found, "the standard meaning of this code", by_code=True) if found else None


def supports(words: Words, place: SessionPlace, finding: str) -> bool:
    """Return whether one of the codes of a reply stands for a finding."""
    said = (
        PLACES.get(place, {}).get(words.code),
        ENHANCED.get(words.enhanced),
        BASIC.get(words.code),
        BRACKETS.get(words.bracket),
    )
    return any(meant is not None and meant[0] == finding for meant in said)
