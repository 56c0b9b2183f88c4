"""Sendmail, qmail and others of their age."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-relay-denied",
        protocol="smtp",
        code="550",
        enhanced="5.7.1",
        text="relaying denied",
        example="550 5.7.1 <lee@example.org>... Relaying denied",
        source="Sendmail source",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="snd-sender-domain",
        protocol="smtp",
        code="451|501|553",
        text="domain of sender address",
        example="553 5.1.8 <kim@example.invalid>... Domain of sender address kim@example.invalid does not exist",
        source="Sendmail source",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="snd-rcpt-unknown",
        protocol="smtp",
        code="550",
        enhanced="5.1.1",
        text="user unknown",
        example="550 5.1.1 <nobody@example.com>... User unknown",
        source="Sendmail source",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="snd-pop-before-smtp",
        protocol="smtp",
        code="550",
        enhanced="5.7.1",
        text="must check for new mail before sending",
        example="550 5.7.1 You must check for new mail before sending mail",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-bare-lf",
        protocol="smtp",
        code="451",
        text="smtplf.html",
        example="451 See https://cr.yp.to/docs/smtplf.html.",
        source="qmail documentation",
        seen=date(2026, 11, 21),
    ),
)
