"""Greetings and rejections of large providers' servers that differ from the lab's."""

from dataclasses import dataclass

__all__ = ["PROFILES", "ProviderProfile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProfile:
    """The replies and quirks of a provider.

    ``wants_id`` opens no folder before the command ID; ``no_initial_response`` takes none with
    AUTHENTICATE.
    """

    imap: str = "lab ready"
    pop3: str = "lab ready"
    smtp: str = "ESMTP lab"
    imap_refused: str = "Authentication failed."
    imap_code: str = "AUTHENTICATIONFAILED"
    pop3_refused: str = "[AUTH] Authentication failed."
    smtp_refused: str = "535 5.7.8 Error: authentication failed"
    wants_id: bool = False
    no_initial_response: bool = False
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN", "CRAM-MD5")


PROFILES = {
    "": ProviderProfile(),
    "gmail": ProviderProfile(
        imap="Gimap ready for requests from 127.0.0.1",
        pop3="Gpop ready for requests from 127.0.0.1",
        smtp="ESMTP gsmtp",
        imap_refused="Invalid credentials (Failure)",
        pop3_refused="[AUTH] Username and password not accepted.",
        smtp_refused="535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
        "535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp",
        mechanisms=("PLAIN", "XOAUTH2", "OAUTHBEARER"),
    ),
    "exchange": ProviderProfile(
        imap="The Microsoft Exchange IMAP4 service is ready.",
        pop3="The Microsoft Exchange POP3 service is ready.",
        smtp="Microsoft ESMTP MAIL Service ready",
        imap_refused="LOGIN failed.",
        imap_code="",
        pop3_refused="Logon failure: unknown user name or bad password.",
        smtp_refused="535 5.7.3 Authentication unsuccessful",
        mechanisms=("PLAIN", "LOGIN", "XOAUTH2"),
    ),
    "coremail": ProviderProfile(
        imap="Coremail System IMap Server Ready(lab)",
        pop3="Welcome to coremail Mail Pop3 Server (lab)",
        smtp="Anti-spam GT for Coremail System (lab)",
        imap_refused="LOGIN Login error or password error",
        imap_code="",
        pop3_refused="Unable to log on",
        smtp_refused="535 Error: authentication failed",
        wants_id=True,
        mechanisms=("PLAIN", "LOGIN"),
    ),
    "cyrus": ProviderProfile(
        imap="Cyrus IMAP lab server ready",
        pop3="Cyrus POP3 lab server ready",
        imap_refused="Login incorrect",
        imap_code="",
        pop3_refused="[AUTH] Invalid login",
        no_initial_response=True,
        mechanisms=("PLAIN", "CRAM-MD5"),
    ),
}
"""By name; the empty one is the lab's own."""
