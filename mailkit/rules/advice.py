"""What to do about a finding, and how to check it, in the words of the product a text names."""

import re

from mailkit.finding import Rule
from mailkit.ports import Protocol
from mailkit.providers import owner
from mailkit.rules import (
    steps_client,
    steps_login,
    steps_mail,
    steps_network,
    steps_settings,
    steps_tls,
)
from mailkit.rules.products import in_product, product_in
from mailkit.rules.steps import Steps

__all__ = ["STEPS", "advised", "steps_of"]

STEPS = {
    **steps_settings.STEPS,
    **steps_network.STEPS,
    **steps_tls.STEPS,
    **steps_login.STEPS,
    **steps_mail.STEPS,
    **steps_client.STEPS,
}
"""What to do and how to check it, by finding; the others have it in their manual page, as paragraphs."""

CHECK = {
    "tls": "mailkit diagnose shows which encryption the port speaks, and where the TLS handshake ends.",
    "stt": "mailkit diagnose with the host and port shows whether STARTTLS works.",
    "crt": "mailkit diagnose shows the certificate's names, dates and chain. It sends no password before they are verified.",
    "tcp": "mailkit diagnose --thorough compares ports, addresses and other hosts from this machine.",
    "dns": "mailkit diagnose compares the answer with names that must exist.",
    "aut": "Log in with a web browser first; then run mailkit diagnose for the account.",
    "cap": "mailkit diagnose shows the mechanisms that the server offers before and after TLS.",
    "grt": "mailkit diagnose waits for the greeting, then tries TLS.",
    "snd": "mailkit diagnose --rehearse tries sender and recipient without sending a message.",
    "lim": "Try again with one program only.",
    "mbx": "mailkit diagnose --mailbox lists the folders and the rights.",
    "clt": "Let the client connect to mailkit lab up --watch, or through mailkit relay: the finding is gone.",
    "cfg": "mailkit check FILE names the file, line and key.",
    "pid": "mailkit diagnose shows which protocol answers on the port.",
}
"""How to check it, by the first letters of a finding, where its steps do not say."""


def steps_of(rule: Rule) -> Steps:
    """The steps of a finding: its row, or what its manual page says after “What to do:” and “How to check:”."""
    return STEPS.get(rule.id) or Steps(rule.advice("What to do:"), rule.advice("How to check:"))


def advised(rule: Rule, text: str, host: str) -> tuple[str, str]:
    """What to do about a finding, and how to check it."""
    steps = steps_of(rule)
    do, check = steps.do, steps.check
    if steps.about and (product := product_in(text[:100_000])):
        role = "incoming" if _INCOMING.search(text) and not _OUTGOING.search(text) else "outgoing"
        words = in_product(product, steps.about, role)
        do += f" In {product.title}: {words}." if words else ""
    if rule.id.startswith("dns-") and (label := _SINGLE_LABEL.search(text)):
        do += f" {label[1]} has no domain: it can be the name of another container, which only programs in the same container network can look up."
    provider = owner(host)
    told = provider.counsel(_protocol(host)) if provider else ""
    if provider and told and rule.id.startswith(_OF_LOGIN):
        do += f" {told}." if told.startswith(provider.name) else f" {provider.name}: {told}."
    return do, check or CHECK.get(rule.id[:3], "Run mailkit diagnose for the account.")


_INCOMING = re.compile(r"imap|pop3", re.I)
_OUTGOING = re.compile(r"smtp|sendmail|\bmailer\b", re.I)

_SINGLE_LABEL = re.compile(
    r"(?:ENOTFOUND|EAI_AGAIN|resolve(?: host(?: ?name)?)?:?|lookup|getaddrinfo(?: for)?|unknown host:?"
    r"|UnknownHostException:?|getaddresses for) ['\"]?(?!localhost\b|ENOTFOUND|EAI_|failed)(?!\w*:)([a-z][a-z0-9_-]{1,62})(?=['\": ,;)]|$)(?!: ?[\w]{0,20} failed)",
    re.I | re.M,
)


def _protocol(host: str) -> Protocol | None:
    """The protocol that the name of a host tells, where it tells one."""
    return next((protocol for protocol in Protocol if host.startswith(protocol[:3])), None)


_OF_LOGIN = (
    "aut-bad",
    "aut-app",
    "aut-auth",
    "aut-oauth",
    "aut-protocol",
    "aut-token",
    "cfg-password",
)
