"""What programs say: texts of Python, OpenSSL, Node, Go, Java, .NET, curl, GnuTLS, Outlook, PHPMailer
and Thunderbird, as patterns with the finding behind each.
"""

__all__ = ["TEXTS"]

# A number such as 5.7.8 is matched as a whole: 5.7.80 is another one.
TEXTS: tuple[tuple[str, str], ...] = (
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
    # Outlook and its numbers
    ("dns-nxdomain", r"0x800CCC0D\b"),
    ("tcp-refused", r"0x800CCC0E\b|0x80042108\b"),
    ("tcp-reset", r"0x800CCC0F\b"),
    ("tcp-timeout", r"0x800CCC19\b|0x8004210B\b|0x800CCC15\b"),
    ("tls-plain-server", r"0x800CCC1A\b|does not support the (connection )?encryption type"),
    ("snd-relay-denied", r"0x800CCC79\b"),
    ("snd-not-logged-in", r"0x800CCC78\b"),
    ("stt-not-offered", r"0x800CCC7D\b"),
    ("aut-bad", r"0x800CCC92\b|0x800CCC90\b|0x800CCC18\b"),
    # Thunderbird
    (
        "stt-not-offered",
        r"since it doesn't advertise that feature|doesn't advertise STARTTLS",
    ),
    ("cap-mech-mismatch", r"does not support the selected authentication method"),
    ("cap-mech-mismatch", r"does not seem to support encrypted passwords"),
    ("cap-imap-old", r"is not an IMAP4 mail server"),
    ("aut-bad", r"sending of password( for user \S+)? did not succeed|login to server .* failed\b"),
    ("lim-connections", r"exceeded the maximum number of connections to this server"),
    ("snd-sent-copy", r"could not be copied to your sent folder"),
    ("tcp-refused", r"the connection was refused"),
    ("tcp-timeout", r"connection to server .* timed out"),
    # PHPMailer and PHP
    ("aut-bad", r"SMTP Error: Could not authenticate"),
    ("tcp-refused", r"SMTP Error: Could not connect to SMTP host"),
    ("tcp-timeout", r"SMTP connect\(\) failed|failed to connect to server"),
    ("crt-host-mismatch", r"Peer certificate CN=.* did not match expected CN="),
    ("crt-unknown-ca", r"SSL operation failed with code 1.*certificate verify failed"),
    # curl and its numbers
    ("dns-nxdomain", r"curl: \(6\)"),
    ("tcp-refused", r"curl: \(7\)"),
    ("tcp-timeout", r"curl: \(28\)"),
    ("stt-not-offered", r"curl: \(64\)"),
    ("aut-bad", r"curl: \(67\)|login denied\b"),
    # Node, Go and Java
    ("cap-no-auth", r"missing credentials for|ENOAUTH"),
    ("aut-bad", r"\bEAUTH\b|javax\.mail\.AuthenticationFailedException"),
    ("crt-expired", r"x509: certificate has expired or is not yet valid"),
    (
        "crt-host-mismatch",
        r"x509: certificate is valid for|No subject alternative DNS name matching",
    ),
    ("crt-ip", r"x509: cannot validate certificate for .* because it doesn't contain any IP SANs"),
    ("tcp-timeout", r"i/o timeout|MailConnectException: Couldn't connect to host"),
    ("tls-version", r"SSLHandshakeException: .*protocol_version|No appropriate protocol"),
)
