"""What mail servers write into their logs and bounces, without a reply of another server.

From the sources of qmail-remote and qmail-send, Postfix, Exim and Sendmail.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["SERVERS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

SERVERS: tuple[Text, ...] = (
    texts(
        "snd-loop",
        r"mail for \S{1,200} loops back to (?:my|it)self|mail forwarding loop for",
        r"message is looping: it already has my Delivered-To",
        r"too many (?:hops|\"?Received\"? header(?:s| lines)?)\b|(?:mail|routing) loop detected",
        r"local configuration error[^\n]{0,80}loop|self-loop|hop ?count exceeded",
        certainty=_LIKELY,
    ),
    # qmail
    texts(
        "dns-no-domain dns-nxdomain",
        r"couldn't find any host named|couldn't find a mail exchanger or IP address",
        certainty=_LIKELY,
    ),
    texts("dns-servfail", r"CNAME lookup failed temporarily", certainty=_LIKELY),
    texts(
        "tcp-timeout tcp-refused tcp-25-blocked",
        r"wasn't able to establish an SMTP connection",
        certainty=_POSSIBLE,
    ),
    texts(
        "grt-554 grt-421",
        r"Connected to \S{1,60} but (?:greeting failed|my name was rejected)",
        certainty=_LIKELY,
    ),
    texts(
        "snd-sender-not-owned snd-sender-domain snd-ip-blocked",
        r"Connected to \S{1,60} but sender was rejected",
        certainty=_POSSIBLE,
    ),
    texts(
        "tcp-reset tls-cut grt-eof",
        r"Connected to \S{1,60} but connection died",
        certainty=_POSSIBLE,
    ),
    texts(
        "snd-storage mbx-quota",
        r"no space left on device|\bENOSPC\b|disk quota exceeded|\bEDQUOT\b",
        certainty=_POSSIBLE,
        common=True,
    ),
    # Exim and Sendmail
    texts(
        "dns-no-domain snd-rcpt-unknown",
        r"all relevant MX records point to non-existent hosts|unrouteable mail domain",
        r"an MX or SRV record indicated no SMTP service",
        certainty=_POSSIBLE,
    ),
    texts(
        "snd-temp",
        r"retry time(?:out)? (?:not reached|exceeded)",
        r"all hosts[^\n]{0,80}have been failing for a long time",
        r"message has been in the queue too long|delivery temporarily suspended",
        certainty=_POSSIBLE,
        vague=True,
    ),
)
