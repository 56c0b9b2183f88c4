"""What to do about TLS, certificates and STARTTLS, and how to check it.

One row for each finding: what to do, in steps that a person can take, how to check it, and which
setting that changes.
"""

from mailkit.rules.steps import Steps

__all__ = ["STEPS"]

STEPS: dict[str, Steps] = {
    "tls-plain-server": Steps(
        "Use STARTTLS on this port, or the port for implicit TLS (SMTP 465, IMAP 993, POP3 995).",
        "",
        "starttls",
    ),
    "tls-version": Steps(
        "Update the older side: TLS 1.2 is needed on both.",
    ),
    "tls-cipher": Steps(
        "Update the older side, so that both have a cipher in common. If the server is yours, check in its log that it loads its certificate.",
    ),
    "tls-weak-dh": Steps(
        "Ask the server's administrator for a group of 2,048 bits, or for ECDHE. Keep the program's limit.",
        "",
        "verify",
    ),
    "tls-weak-key": Steps(
        "Ask the server's administrator for a certificate with a longer key. Keep the program's limit.",
        "",
        "verify",
    ),
    "tls-weak-sig": Steps(
        "Ask the server's administrator for a certificate signed with SHA-256 or better.",
        "",
        "verify",
    ),
    "tls-sni": Steps(
        "Write the host name that the provider documents. If the program sends no name in the TLS handshake (SNI), update it.",
        "",
        "host",
    ),
    "tls-client-cert": Steps(
        "Ask the administrator for a client certificate, or for another port that takes passwords.",
    ),
    "tls-legacy-reneg": Steps(
        "Ask the server's administrator to update its TLS library. Do not switch unsafe renegotiation on.",
    ),
    "tls-cut": Steps(
        "Close other programs that use the account, and wait: servers limit the connections of one address. Then try from another network, where no firewall is in between.",
    ),
    "tls-stall": Steps(
        "Try from another network or with a smaller MTU. If it hangs there too, tell the server's administrator.",
    ),
    "tls-intercept": Steps(
        "Ask the owner of the network to exempt mail, or to install the proxy's certificate if that is intended. Else use another network.",
        "",
        "verify",
    ),
    "tls-no-close-notify": Steps(
        "Do nothing, or set the program to ignore it. If the server is yours, update it.",
        "Compare the number of fetched messages with the web mail.",
    ),
    "crt-clock": Steps(
        "Set the clock, preferably by NTP; check the time zone and the battery of the machine's clock.",
        "Compare the output of date with another clock.",
    ),
    "crt-local-store": Steps(
        "Install or update the CA certificates of this machine or container (ca-certificates, certifi, cacerts).",
        "mailkit diagnose verifies any public provider's certificate after that.",
    ),
    "crt-revoked": Steps(
        "Do not log in. Ask the server's administrator for a new certificate.",
    ),
    "crt-per-port": Steps(
        "Ask the server's administrator to reload the service that still shows the old certificate.",
        "",
        "verify",
    ),
    "crt-per-address": Steps(
        "Ask the server's administrator to renew the certificate on the machine that the message names. Until then, try again.",
        "mailkit diagnose --thorough shows the certificate of every address.",
        "verify",
    ),
    "crt-self-signed": Steps(
        "If the server is yours, install its certificate or pass it with --ca FILE, or get one from a public CA. A public provider never shows a self-signed certificate.",
        "",
        "verify",
    ),
    "crt-missing-intermediate": Steps(
        "Ask the server's administrator to configure the full chain: its own certificate and the intermediate one.",
        "",
        "verify",
    ),
    "crt-unknown-ca": Steps(
        "If the CA is yours, install its root certificate or pass it with --ca FILE; else ask the administrator for a complete chain. Keep verification on.",
        "",
        "verify",
    ),
    "crt-expired": Steps(
        "Ask the server's administrator to renew the certificate and to reload the service. Check the clock of this machine too.",
        "",
        "verify",
    ),
    "crt-not-yet": Steps(
        "Check the clock of this machine; if it is right, ask the server's administrator.",
        "",
        "verify",
    ),
    "crt-ip": Steps(
        "Write the host name that the provider documents, instead of the IP address.",
        "",
        "host",
    ),
    "crt-cn-only": Steps(
        "Ask the server's administrator for a certificate with the host as subject alternative name. Keep verification on.",
        "",
        "verify",
    ),
    "crt-wildcard-depth": Steps(
        "Use a host name that the certificate covers and the provider documents, or ask for a certificate with this name.",
        "",
        "host",
    ),
    "crt-host-mismatch": Steps(
        "Write the host name that the provider documents. Do not take a name only because the certificate shows it, and do not switch verification off.",
        "",
        "host",
    ),
    "crt-weak": Steps(
        "Ask the CA for a certificate that follows RFC 5280, with RSA keys of 2,048 bits or more and SHA-256. Keep the program's security level.",
        "",
        "verify",
    ),
    "crt-strict": Steps(
        "Ask the certificate authority for a certificate that follows RFC 5280; with your own authority, create it again with the missing field.",
        "mailkit diagnose names the field that is missing or wrong.",
    ),
    "crt-soon": Steps(
        "Ask the server's administrator to renew the certificate, and to check the automatic renewal.",
    ),
    "stt-injection": Steps(
        "Do not log in over this connection. Use implicit TLS, or another network.",
        "mailkit diagnose from another network.",
        "implicit-tls",
    ),
    "stt-stripped": Steps(
        "Use implicit TLS (SMTP 465, IMAP 993, POP3 995), or another network. Do not log in over this connection.",
        "mailkit diagnose from another network shows whether STARTTLS is offered there.",
        "implicit-tls",
    ),
    "stt-not-offered": Steps(
        "Check host and port. On 465, 993 and 995 use implicit TLS; do not switch encryption off.",
        "",
        "implicit-tls",
    ),
    "stt-already": Steps(
        "Use implicit TLS alone, directly to the server and without STARTTLS. Switch a mail shield or stunnel in between off.",
        "",
        "implicit-tls",
    ),
    "stt-refused": Steps(
        "Use the port with implicit TLS (SMTP 465, IMAP 993, POP3 995), and ask the administrator to correct the server's certificate or key.",
        "",
        "implicit-tls",
    ),
    "stt-helo-only": Steps(
        "Use the server for users, on port 465 or 587. If a firewall is in between, switch its SMTP inspection off.",
        "mailkit diagnose from another network shows whether EHLO works there.",
    ),
    "stt-required": Steps(
        "Set the program to STARTTLS on this port, or to the port with implicit TLS.",
        "",
        "starttls",
    ),
    "stt-handshake": Steps(
        "Correct what fails after STARTTLS: most often the certificate is for another host, expired, or from an unknown CA.",
        "mailkit diagnose shows the certificate, and the error that ends the handshake.",
    ),
    "stt-stale-caps": Steps(
        "Update the program or its library: it has to send EHLO or CAPABILITY again after STARTTLS.",
        "mailkit explain with the program's debug log (lines S: and C:) shows where it uses the old capabilities.",
    ),
    "stt-downgraded": Steps(
        "Set the program to require encryption, and change the password.",
        "mailkit lab up --watch reports a login without encryption.",
        "starttls",
    ),
}
