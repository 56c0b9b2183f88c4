"""A pasted error message, a server's reply or a transcript: what it means, offline.

The texts are those of Python, OpenSSL, Node, Go, Java, .NET, curl and GnuTLS, and of the servers.
A text that matches nothing explains nothing: a wrong explanation is worse than none.
"""

import re

from mailkit.finding import Finding
from mailkit.replies import meaning
from mailkit.rules.catalogue import RULES, talk_findings
from mailkit.text import quoted

__all__ = ["explain"]

# A number such as 5.7.8 is matched as a whole: 5.7.80 is another one.
_TEXTS: tuple[tuple[str, str], ...] = (
    (
        "tls-plain-server",
        r"wrong.version.number|first record does not look like a tls handshake|0A00010B"
        r"|not an ssl/tls record|unsupported or unrecognized ssl message"
        r"|cannot determine the frame size|unexpected tls packet|packet length too long",
    ),
    (
        "grt-silent-tls",
        r"greeting never received|connection unexpectedly closed: timed out",
    ),
    ("grt-eof", r"connection unexpectedly closed(?!:)|socket error: eof|-ERR EOF"),
    ("pid-pop-on-imap", r"imaplib\.(IMAP4\.)?error: None\b|unexpected response: b?'\+OK"),
    ("pid-smtp-on-imap", r"unexpected response: b'220 |IMAP4\.error: b'220 "),
    ("pid-imap-on-pop", r"error_proto\(?:? ?b'\* OK"),
    ("pid-ssh", r"SSH-2\.0-|\(-1, b'2\.0-OpenSSH"),
    ("crt-self-signed", r"self[- ]signed certificate(?! in)|DEPTH_ZERO_SELF_SIGNED_CERT"),
    (
        "crt-unknown-ca",
        r"unable to get local issuer certificate|self[- ]signed certificate in certificate chain"
        r"|certificate signed by unknown authority|pkix path building failed"
        r"|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT_IN_CHAIN|unknown ca\b",
    ),
    (
        "crt-missing-intermediate",
        r"unable to get local issuer certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE"
        r"|unable to verify the first certificate",
    ),
    ("crt-expired", r"certificate has expired|certificate is expired|CERT_HAS_EXPIRED"),
    ("crt-not-yet", r"certificate is not yet valid|CERT_NOT_YET_VALID"),
    (
        "crt-host-mismatch",
        r"hostname mismatch|does not match certificate's altnames|ERR_TLS_CERT_ALTNAME_INVALID"
        r"|certificate is valid for .*, not |no alternative certificate subject name matches",
    ),
    ("crt-ip", r"ip address mismatch"),
    ("tls-version", r"unsupported.protocol|alert.protocol.version|no supported protocol"),
    ("tls-cipher", r"alert.handshake.failure|no.shared.cipher|handshake_failure\(40\)"),
    ("tls-weak-dh", r"dh.key.too.small"),
    ("tls-weak-key", r"ee.key.too.small"),
    ("tls-weak-sig", r"ca.md.too.weak"),
    ("tls-sni", r"unrecognized.name"),
    ("tls-client-cert", r"alert.certificate.required|tlsv13.alert.certificate"),
    ("tls-cut", r"EOF occurred in violation of protocol|UNEXPECTED_EOF_WHILE_READING"),
    ("tls-legacy-reneg", r"unsafe.legacy.renegotiation"),
    ("tls-no-close-notify", r"no close_notify"),
    ("tcp-refused", r"connection refused|ECONNREFUSED|\b10061\b"),
    ("tcp-timeout", r"connection timed out|ETIMEDOUT|\b10060\b|\[Errno 110\]"),
    ("tcp-unreach", r"network (is )?unreachable|no route to host|EHOSTUNREACH|ENETUNREACH"),
    ("tcp-reset", r"connection reset by peer|ECONNRESET|\b10054\b"),
    ("tcp-local-deny", r"permission denied \(13\)|\[Errno 13\] Permission denied"),
    (
        "dns-nxdomain",
        r"name or service not known|ENOTFOUND|no such host|nodename nor servname"
        r"|could not resolve host|getaddrinfo failed|UnknownHostException",
    ),
    ("dns-servfail", r"temporary failure in name resolution|EAI_AGAIN"),
    ("stt-required", r"must issue a starttls command|STARTTLS is required first"),
    (
        "stt-refused",
        r"454 4\.7\.0 TLS not available|TLS currently unavailable|TLS support isn't enabled",
    ),
    ("stt-already", r"TLS (is )?already active"),
    ("stt-not-offered", r"STARTTLS (extension )?not supported"),
    ("stt-handshake", r"error upgrading connection with STARTTLS"),
    ("cap-no-auth-yet", r"SMTP AUTH extension not supported by server"),
    ("cap-no-auth", r"SMTP AUTH extension not supported by server|authentication not enabled"),
    ("cap-mech-mismatch", r"no suitable authentication method found"),
    ("cap-logindisabled-clear", r"\[PRIVACYREQUIRED\]|LOGINDISABLED"),
    ("aut-bad", r"\b535[- ]5\.7\.8(?![\d.])|\[AUTHENTICATIONFAILED\]|-ERR \[AUTH\]"),
    ("aut-temp", r"\b454[- ]4\.7\.0(?![\d.]) temporary auth|\[UNAVAILABLE\]|\[SYS/TEMP\]"),
    ("grt-early-talker", r"SMTP (protocol )?synchroni[sz]ation"),
    ("grt-554", r"\b554 \S+ (ESMTP )?not accepting connections|554 SMTP service not available"),
    ("grt-421", r"\b421 .*too many (concurrent |simultaneous )?(SMTP )?connections"),
    ("cfg-flags-conflict", r"mutually exclusive.*(tls|ssl)|(tls|ssl).*mutually exclusive"),
    (
        "cfg-password-nonascii",
        r"UnicodeEncodeError: 'ascii' codec can't encode",
    ),
    ("hst-referral", r"\[REFERRAL "),
)


def explain(text: str) -> list[Finding]:
    """What a pasted text means.

    Args:
        text: an error message, a server's reply, or a transcript with ``S:`` and ``C:`` lines.

    Returns:
        The findings that may be behind it, likeliest first, each with the words that gave it
        away; none where the text is not known.
    """
    lines = [line.strip() for line in text.splitlines()]
    if sum(line.startswith(("S: ", "C: ")) for line in lines) > 1:
        talked = [line for line in lines if line.startswith(("S: ", "C: ", "== "))]
        if found := talk_findings(talked):
            return found
    found = _replied(lines)
    for name, pattern in _TEXTS:
        if any(finding.id == name for finding in found):
            continue
        if (match := re.search(pattern, text, re.I)) is not None:
            rule = RULES[name]
            found.append(
                Finding(name, rule.severity, rule.title, (f"it says: {quoted(match[0])}",))
            )
    return found


def _replied(lines: list[str]) -> list[Finding]:
    """What the known replies in a text mean; which protocol it was shows in how it begins."""
    text = _STDLIB.sub(r"\1 \2", "\n".join(lines))
    host = next(iter(_HOSTS.findall(text)), "").lower()
    found: dict[str, Finding] = {}
    for protocol, pattern in _REPLIES.items():
        for match in pattern.finditer(text):
            said = match[0] if protocol != "imap" or match[0][0] != "[" else f"NO {match[0]}"
            row = meaning(protocol, tuple(said.splitlines()), host)
            if row is not None:
                rule = RULES[row.finding]
                seen = (
                    f"it says: {quoted(' '.join(match[0].split()))}",
                    f"known from: {row.source}",
                )
                found.setdefault(rule.id, Finding(rule.id, rule.severity, rule.title, seen))
    return [*found.values()]


_STDLIB = re.compile(r"\((\d{3}), b['\"](.*?)['\"]\)")
"""How smtplib writes a reply: ``(535, b'5.7.8 no')``."""

_REPLIES = {
    "smtp": re.compile(r"(?<![\d.])[45]\d\d[- ]\S.*(?:\n[45]\d\d[- ].*)*"),
    "imap": re.compile(r"(?:\bNO|\bBAD|\* BYE) [\[\w].*|\[[A-Z-]+\] [^'\n]*"),
    "pop3": re.compile(r"-ERR [^'\n]*"),
}
_HOSTS = re.compile(r"\b(?:imap|smtp|pop|pop3|outlook|mail)\.[\w.-]+\.\w+", re.I)
