"""Microsoft 365, Outlook.com and Exchange."""

from mailkit.replies import Reply

__all__ = ["ROWS"]

_SMTP = "Microsoft's own help and support forums"
_TABLE = "public table of tested replies"


def _refused(finding: str, words: str, source: str = _SMTP) -> Reply:
    """535 5.7.139 and the words behind it."""
    return Reply(
        finding=finding,
        protocol="smtp",
        code="535",
        enhanced="5.7.139",
        text=words.lower(),
        example=f"535 5.7.139 Authentication unsuccessful, {words}.",
        source=source,
    )


ROWS = (
    _refused("aut-smtp-off-tenant", "SmtpClientAuthentication is disabled for the Tenant"),
    _refused("aut-smtp-off-mailbox", "SmtpClientAuthentication is disabled for the Mailbox"),
    _refused("aut-oauth-only", "basic authentication is disabled"),
    _refused(
        "aut-security-defaults",
        "user is locked by your organization's security defaults policy",
        _TABLE,
    ),
    _refused(
        "aut-conditional-access",
        "the request did not meet the criteria to be authenticated successfully",
        _TABLE,
    ),
    _refused("aut-bad", "the user credentials were incorrect", _TABLE),
    _refused("aut-locked", "account locked", _TABLE),
    Reply(
        finding="aut-oauth-only",
        protocol="smtp",
        code="550",
        enhanced="5.7.30",
        text="basic authentication is not supported",
        example="550 5.7.30 Basic authentication is not supported for Client Submission.",
        source="techcommunity.microsoft.com, Exchange Online to retire Basic auth for Client Submission",
    ),
    Reply(
        finding="aut-mech-unknown",
        protocol="smtp",
        code="504",
        enhanced="5.7.4",
        text="unrecognized authentication type",
        example="504 5.7.4 Unrecognized authentication type",
        source=_TABLE,
    ),
    Reply(
        finding="lim-throttled",
        protocol="smtp",
        code="432",
        enhanced="4.3.2",
        text="thread limit exceeded",
        example="432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
        source=_SMTP,
    ),
    Reply(
        finding="aut-oauth-only",
        protocol="imap",
        code="NO",
        text="basicauthblocked",
        example="NO AUTHENTICATE failed. BasicAuthBlocked",
        source=_SMTP,
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="imap4 access is disabled for this mailbox",
        example="NO IMAP4 access is disabled for this mailbox",
        source=_SMTP,
    ),
)
