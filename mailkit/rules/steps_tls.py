"""What to do about TLS, certificates and STARTTLS, and how to check it.

One row for each finding: what to do, in steps that a person can take, and how to check it; an empty
check is that of the finding's family (:data:`mailkit.rules.advice.CHECK`).
"""

__all__ = ["STEPS"]

STEPS: dict[str, tuple[str, str]] = {
    "tls-plain-server": (
        "Use STARTTLS on this port, or the port for implicit TLS (SMTP 465, IMAP 993, POP3 995).",
        "",
    ),
    "tls-version": (
        "Update the older side: TLS 1.2 is needed on both.",
        "",
    ),
    "tls-cipher": (
        "Update the older side, so that both have a cipher in common. If the server is yours, check in its log that it loads its certificate.",
        "",
    ),
    "tls-weak-dh": (
        "Ask the server's administrator for a group of 2,048 bits, or for ECDHE. Keep the program's limit.",
        "",
    ),
    "tls-weak-key": (
        "Ask the server's administrator for a certificate with a longer key. Keep the program's limit.",
        "",
    ),
    "tls-weak-sig": (
        "Ask the server's administrator for a certificate signed with SHA-256 or better.",
        "",
    ),
    "tls-sni": (
        "Update the program, or use one that sends the host name in the TLS handshake (SNI).",
        "",
    ),
    "tls-client-cert": (
        "Ask the administrator for a client certificate, or for another port that takes passwords.",
        "",
    ),
    "tls-legacy-reneg": (
        "Ask the server's administrator to update its TLS library. Do not switch unsafe renegotiation on.",
        "",
    ),
    "tls-cut": (
        "Close other programs that use the account, and wait: servers limit the connections of one address. Then try from another network, where no firewall is in between.",
        "",
    ),
    "tls-stall": (
        "Try from another network or with a smaller MTU. If it hangs there too, tell the server's administrator.",
        "",
    ),
    "tls-intercept": (
        "Ask the owner of the network to exempt mail, or to install the proxy's certificate if that is intended. Else use another network.",
        "",
    ),
    "tls-no-close-notify": (
        "Do nothing, or set the program to ignore it. If the server is yours, update it.",
        "Compare the number of fetched messages with the web mail.",
    ),
    "crt-clock": (
        "Set the clock, best by NTP; check the time zone and the battery of the machine's clock.",
        "Compare the output of date with another clock.",
    ),
    "crt-local-store": (
        "Install or update the CA certificates of this machine or container (ca-certificates, certifi, cacerts).",
        "mailkit diagnose verifies any public provider's certificate after that.",
    ),
    "crt-revoked": (
        "Do not log in. Ask the server's administrator for a new certificate.",
        "",
    ),
    "crt-per-port": (
        "Ask the server's administrator to reload the service that still shows the old certificate.",
        "",
    ),
    "crt-per-address": (
        "Ask the server's administrator to renew the certificate on the machine that the message names. Until then, try again.",
        "mailkit diagnose --thorough shows the certificate of every address.",
    ),
    "crt-self-signed": (
        "If the server is yours, install its certificate or pass it with --ca FILE, or get one from a public CA. A public provider never shows a self-signed certificate.",
        "",
    ),
    "crt-missing-intermediate": (
        "Ask the server's administrator to configure the full chain: its own certificate and the intermediate one.",
        "",
    ),
    "crt-unknown-ca": (
        "If the CA is yours, install its root certificate or pass it with --ca FILE; else ask the administrator for a complete chain. Keep verification on.",
        "",
    ),
    "crt-expired": (
        "Ask the server's administrator to renew the certificate and to reload the service. Check the clock of this machine too.",
        "",
    ),
    "crt-not-yet": (
        "Check the clock of this machine; if it is right, ask the server's administrator.",
        "",
    ),
    "crt-ip": (
        "Write the host name that the provider documents, instead of the IP address.",
        "",
    ),
    "crt-cn-only": (
        "Ask the server's administrator for a certificate with the host as subject alternative name. Keep verification on.",
        "",
    ),
    "crt-wildcard-depth": (
        "Use a host name that the certificate covers and the provider documents, or ask for a certificate with this name.",
        "",
    ),
    "crt-host-mismatch": (
        "Write the host name that the provider documents. Do not take a name only because the certificate shows it, and do not switch verification off.",
        "",
    ),
    "crt-weak": (
        "Ask the CA for a certificate that follows RFC 5280, with RSA keys of 2,048 bits or more and SHA-256. Keep the program's security level.",
        "",
    ),
    "crt-strict": (
        "Ask the certificate authority for a certificate that follows RFC 5280; with your own authority, create it again with the missing field.",
        "mailkit diagnose names the field that is missing or wrong.",
    ),
    "crt-soon": (
        "Ask the server's administrator to renew the certificate, and to check the automatic renewal.",
        "",
    ),
    "stt-injection": (
        "Do not log in over this connection. Use implicit TLS, or another network.",
        "mailkit diagnose from another network.",
    ),
    "stt-stripped": (
        "Use implicit TLS (SMTP 465, IMAP 993, POP3 995), or another network. Do not log in over this connection.",
        "mailkit diagnose from another network shows whether STARTTLS is offered there.",
    ),
    "stt-not-offered": (
        "Check host and port. On 465, 993 and 995 use implicit TLS; do not switch encryption off.",
        "",
    ),
    "stt-already": (
        "Use implicit TLS alone, directly to the server and without STARTTLS. Switch a mail shield or stunnel in between off.",
        "",
    ),
    "stt-refused": (
        "Use the port with implicit TLS (SMTP 465, IMAP 993, POP3 995), and ask the administrator to correct the server's certificate or key.",
        "",
    ),
    "stt-helo-only": (
        "Use the server for users, on port 465 or 587. If a firewall is in between, switch its SMTP inspection off.",
        "mailkit diagnose from another network shows whether EHLO works there.",
    ),
    "stt-required": (
        "Set the program to STARTTLS on this port, or to the port with implicit TLS.",
        "",
    ),
    "stt-handshake": (
        "Correct what fails after STARTTLS: most often the certificate is for another host, expired, or from an unknown CA.",
        "mailkit diagnose shows the certificate, and in which words the handshake ends.",
    ),
    "stt-stale-caps": (
        "Update the program or its library: it has to send EHLO or CAPABILITY again after STARTTLS.",
        "mailkit explain with the program's debug log (lines S: and C:) shows where it uses the old capabilities.",
    ),
    "stt-downgraded": (
        "Set the program to require encryption, and change the password.",
        "mailkit lab up --watch reports a login without encryption.",
    ),
}
