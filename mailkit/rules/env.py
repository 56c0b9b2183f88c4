"""ENV: the machine and the network that the question is asked from."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context, Observation, StopReason
from mailkit.providers.reference import PORTAL_HOST
from mailkit.rules.crt_leaf import names_host
from mailkit.rules.facts import Observations, certificate_failed, means, stopped, where, words
from mailkit.text import quoted

_ANTIVIRUS = re.compile(
    r"avast|\bavg\b|kaspersky|\beset\b|bitdefender|dr\.?web|mcafee|norton|adguard|trend micro"
    r"|mail shield|web shield",
    re.I,
)


@rule(
    Severity.ERROR,
    explains=("crt-host-mismatch", "crt-self-signed", "crt-unknown-ca", "crt-expired"),
)
def env_captive(seen: Observation, others: Observations) -> Hits:
    """This network requires a login in the browser first (captive portal).

    A page that always answers “success” was redirected: a hotel or train network captures all
    connections until you open its page.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=login.hotspot.example; issuer=CN=Hotspot
        == tls failed 62 hostname mismatch

        http detectportal.firefox.com:80 cleartext
        == connected 192.0.2.1
        S: HTTP/1.1 302 Found

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=mail.example.com; issuer=CN=Example CA
        == tls failed 62 hostname mismatch

        http detectportal.firefox.com:80 cleartext
        == connected 192.0.2.1
        S: HTTP/1.1 200 OK
    """
    for observation in others:
        status = observation.greeting[0].split() if observation.greeting else []
        led = status[1:2] and (status[1].startswith("3") or status[1] == "511")
        if observation.endpoint.host == PORTAL_HOST and led and seen.stop is not None:
            yield Hit(
                "This network captures all connections until you log in to its page. Open any page in a browser first.",
                (f"{where(observation)} answered: {quoted(observation.greeting[0])}",),
            )


@rule(Severity.ERROR, explains=("crt-unknown-ca", "crt-self-signed", "crt-per-port"))
def env_av_shield(seen: Observation) -> Hits:
    """An antivirus program or a proxy stands between this machine and the mail server.

    It replaces the server's certificate with its own, or answers in its place that it cannot reach it.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Avast Web/Mail Shield Root
        == tls failed 20 unable to get local issuer certificate

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 421 Cannot connect to SMTP server 192.0.2.1 (192.0.2.1:587), connect timeout [10060]

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Zscaler Root CA
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap mail.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=FVVM01.local; issuer=CN=Trend Micro CA
        == tls failed 20 unable to get local issuer certificate
    """
    if stopped(seen, StopReason.UNWELCOME) and means(seen, "env-av-shield"):
        yield Hit(
            f"Something between this machine and {seen.endpoint.host} answers in its place, and cannot reach it: an antivirus program's mail scan, or a proxy. Exclude mail from it; then check the host and the port.",
            words(seen),
        )
    if not (certificate_failed(seen) and names_host(seen)):
        return  # a device's own certificate is from its maker, too, and names the device
    for certificate in seen.chain:
        if _ANTIVIRUS.search(certificate.issuer):
            yield Hit(
                f"{quoted(certificate.issuer)} issued this certificate, not {seen.endpoint.host}: an antivirus program on this machine intercepts TLS. Exclude mail from its scan, or let the mail program trust its certificate.",
                (f"issuer: {certificate.issuer}",),
            )
            return


@rule(Severity.ERROR)
def env_http_proxy_only(seen: Observation, context: Context) -> Hits:
    """This network only allows connections through a web proxy.

    Direct connections time out, and this machine is set up for an HTTP proxy, which usually blocks
    mail ports.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == proxies: http://proxy.example.com:3128
        == no answer to connect

    Clean::

        imap imap.example.com:993 implicit-tls
        == proxies: socks5://proxy.example.com:1080
        == no answer to connect
    """
    for proxy in context.proxies:
        if proxy.lower().startswith(("http:", "https:")) and stopped(
            seen, StopReason.TIMED_OUT, StopReason.UNREACHABLE
        ):
            yield Hit(
                f"Direct connections to {where(seen)} time out, and the web proxy of this network does not carry mail. Ask for port {seen.endpoint.port} to be opened.",
                (f"proxy {proxy}",),
            )
