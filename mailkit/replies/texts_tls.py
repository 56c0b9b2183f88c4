"""Error texts of TLS libraries: OpenSSL, BoringSSL, GnuTLS, NSS, Go, rustls, Java, .NET, SChannel, Node, Apple.

The messages of OpenSSL (``x509_txt.c``, ``sslerr.h``), Go (``alert.go``, ``verify.go``) and rustls
(``error.rs``) come from the sources of these libraries. Those of the others are known from what the
products print, and are not complete. The first that fits in a text comes first in the answer.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["TLS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

CERTIFICATE: tuple[Text, ...] = (
    texts(  # in the log of a server: what the client said of the server's certificate
        "crt-unknown-ca crt-self-signed crt-host-mismatch",
        r"(?:cannot upgrade connection|TLS handshake error from|SSL_accept)[^\n]{0,160}(?:bad certificate|unknown certificate|certificate unknown|unknown ca\b)",
        certainty=_LIKELY,
    ),
    texts(
        "crt-not-yet crt-clock",
        r"not yet valid[^\n]{0,60}is before",
        r"certificate is not yet valid|CERT_NOT_YET_VALID|NotValidYet|CertNotValidYet|CertificateNotYetValidException|NotBefore: ",
        r"certificate[^\n]{0,20} not yet (?:been )?activated|NOT_YET_VALID_CERTIFICATE|certificate is not valid yet|chain uses not yet valid",
    ),
    texts(
        "crt-expired",
        r"certificate (?:\d{1,2} of \d{1,2} )?(?:has |is |was )?expired|expired certificate|CERT_HAS_EXPIRED|CertificateExpiredException|peer certificate: Expired|CertExpired",
        r"EXPIRED_(?:ISSUER_)?CERTIFICATE|NotAfter: |certificate chain uses expired|chain uses expired|alert certificate expired|errSSLCertExpired|SEC_E_CERT_EXPIRED|0x80090328",
        r"has expired or is not yet valid|NotTimeValid|validity (?:period|check failed)|certificate that has expired|Zertifikat ist abgelaufen|certificat a expiré|证书已过期",
    ),
    texts(
        "crt-revoked",
        r"certificate (?:is |was |has been )?revoked|revoked certificate|CERT_REVOKED|peer certificate: Revoked|REVOKED_CERTIFICATE|\bRevoked\b[^\n]{0,20}certificate|CRYPT_E_REVOKED|0x80092010",
    ),
    texts(
        "crt-revoked",
        r"unable to get certificate CRL|unable to check revocation|RevocationStatusUnknown|OfflineRevocation|revocation (?:function|server|status)|CRYPT_E_(?:NO_)?REVOCATION|0x800920(?:12|13)|CRL has expired|UnknownRevocationStatus|ExpiredRevocationList",
        certainty=_POSSIBLE,
    ),
    texts(
        "crt-ip",
        r"ip address mismatch|\bIPAddressMismatch\b|doesn't contain any IP SANs|No subject alternative names matching IP|IP: \S{1,60} is not in the cert's list|\bIPs?: (?:\S{1,60}) does not match",
        r"No subject alternative names present",
    ),
    texts(
        "crt-cn-only",
        r"legacy Common Name field|use SANs instead|CommonName-only|no subjectAltName|certificate is not valid for any names",
    ),
    texts(
        "crt-host-mismatch",
        r"hostname mismatch|host ?name/IP does not match|does not match (?:the )?(?:server )?certificate|ERR_TLS_CERT_ALTNAME_INVALID|NotValidForName|CertNotValidForName|not valid for name",
        r"certificate is (?:not )?valid (?:only )?for(?! (?:\d+ |one |a |another )?(?:days?|years?|months?|more|until))[^\n]{0,300}|certificate is not valid for any|doesn't match (?:either of |any of )?|match(?:es)? expected CN|did not match expected|expected CN",
        r"no (?:alternative certificate )?(?:subject )?(?:alternative )?(?:DNS )?name[^\n]{0,30}match|No name matching|not match(?:ing)? target host|SSL_ERROR_BAD_CERT_DOMAIN|BAD_CERT_DOMAIN|RemoteCertificateNameMismatch",
        r"Hostname \S{1,200} not verified|SSLPeerUnverifiedException|name in the certificate (?:does not|doesn't)|certificate (?:subject |common )?name[^\n]{0,60}(?:does not|doesn't|not) match|Server name does not match certificate",
        r"CommonName mismatch|hostname not us(?:e?able|able)|owner (?:of the certificate )?does not match|host ?name[^\n]{0,60}(?:does not|doesn't|did not|not) match|names? (?:in|of|on) the (?:server(?:'s)? )?(?:SSL )?certificate[^\n]{0,40}(?:not|differ)|names?[^\n]{0,20}(?:does not|do not|doesn't|did not|not) match[^\n]{0,30}certificate|SEC_E_WRONG_PRINCIPAL|0x80090322|CERT_E_CN_NO_MATCH|errSSLHostNameMismatch|target principal name is incorrect",
        r"\w\.\w{2,20} not in certificate\b|\bDNSMismatch\b|CN[^\n]{0,60}not match|certificate(?:'s)? owner|certificate belongs to a different|ServerCommonName \S{1,80} in remote|wrong host|certificate host ?name|verify that the server[^\n]{0,30}host|Host name[^\n]{0,80}certificate subject|unable to match (?:server )?(?:name|host)|host ?name verification (?:failed|failure|error)",
    ),
    texts(
        "crt-weak",
        r"Basic Constraints of CA cert not marked critical|Missing (?:Authority|Subject) Key Identifier|(?:Authority|Subject) Key Identifier marked critical|CA cert does not include key usage|Path length (?:given|invalid)",
        r"Key usage keyCertSign invalid|(?:Issuer|Subject) name empty|Empty Subject Alternative Name|Subject empty and Subject Alt|requires at least X509v3|explicit ECC parameters|CaUsedAsEndEntity|EndEntityUsedAsCa|invalid CA certificate|unsuitable certificate purpose|invalid non-CA|UnsupportedCertVersion",
        r"UnhandledCriticalExtension|InvalidPurpose|ExtensionValueInvalid|path length constraint|not authorized to sign other|incompatible key usage|InvalidBasicConstraints|NotValidForUsage|Extended key usage|negative serial number|x509: invalid|unhandled critical extension|UnsupportedCriticalExtension|name constraints?|CertificateError\w*BadDer|BadEncoding",
        certainty=_LIKELY,
    ),
    texts(
        "tls-weak-sig",
        r"ca.md.too.weak|signature digest algorithm too weak|insecure algorithm SHA1|insecure algorithm|legacy.sigalg|SIGNATURE_ALGORITHM_DISABLED|UnsupportedSignatureAlgorithm|HasWeakSignature|wrong signature type|signed using an insecure|Algorithm constraints check failed|bad signature algorithm",
    ),
    texts(
        "tls-weak-key",
        r"(?:ee|ca).key.too.small|certificate key too weak|key (?:size|length)[^\n]{0,20}too (?:small|short)|INADEQUATE_KEY_SIZE|RSA keys? smaller",
    ),
    texts(
        "tls-intercept",
        r"(?:avast|avg|kaspersky|eset|bitdefender|sophos|zscaler|fortinet|fortigate|netskope)[^\n]{0,60}(?:root|ca\b|certificate|issuer)|issuer[^\n]{0,60}(?:avast|avg |kaspersky|eset|bitdefender|sophos|zscaler|fortinet|fortigate|netskope)",
        certainty=_LIKELY,
    ),
    texts(
        "crt-self-signed",
        r"self[- ]?signed certificate(?! in)|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT(?!_IN)|certificate is self[- ]?signed|self[- ]signed,? (?:and|but)|SEC_ERROR_CA_CERT_INVALID|MOZILLA_PKIX_ERROR_SELF_SIGNED|errSSLUnknownRootCert|selbstsigniert|auto-?signé|自签名",
    ),
    texts(
        "crt-unknown-ca crt-self-signed crt-missing-intermediate",
        r"self[- ]?signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN",
    ),
    texts(
        "crt-unknown-ca crt-missing-intermediate crt-local-store",
        r"unable to get (?:local )?issuer certificate|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|issuer certificate lookup error|InvalidSignatureForPublicKey|BadSignature\b|SEC_ERROR_BAD_SIGNATURE",
        r"unknown (?:certificate )?authority|pkix path|unable to find valid certification path|UnknownIssuer|UnknownCA|unknown ca\b|UNKNOWN_ISSUER|hasn't got a known issuer|issuer is unknown|untrusted issuer|SEC_ERROR_UNTRUSTED",
        r"trust anchor|not trusted|isn't trusted|untrusted (?:root|certificate)|UntrustedRoot|PartialChain|CERT_E_UNTRUSTEDROOT|0x800b0109|certificate chain (?:was issued by|could not be built)|RemoteCertificateChainErrors|certpath",
        r"NotTrusted|errSSLXCertChainInvalid|errSSLNoRootCert|certificate is not signed by a trusted|SEC_E_UNTRUSTED_ROOT|0x80090325|CertPathValidatorException|unknown issuer|InvalidCertificate\(UnknownIssuer|Certificate signature failure|certificate signature failure|(?:peer|server)'s certificate issuer",
        r"issuer certificate (?:of a locally looked up certificate )?could not be found|root (?:CA )?certificate[^\n]{0,60}(?:self-signed, and untrusted|not trusted)|no certificates could be verified|unable to verify (?:the )?(?:server|leaf|certificate)|verification failed: \(\d+\)[^\n]{0,20}local issuer|no root certificates|unknown certificate issuer|errSecNotTrusted|-9807|-9813|-9843",
    ),
    texts(
        "crt-missing-intermediate crt-unknown-ca",
        r"UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to verify the first certificate",
    ),
    texts(
        "crt-local-store",
        r"error setting certificate (?:verify locations|file)|cannot set X509 trust file|no system certificates|trustAnchors parameter must be non-empty|failed to load (?:system )?root(?:s\b| certificates)|native root CA|could not load[^\n]{0,30}(?:CA|root) cert|cafile[^\n]{0,60}(?:not found|no such file)|curl: \(77\)",
    ),
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired",
        r"problem with the certificate|certificate verif\w+ (?:failed|error)|certificate_verify_failed|remote certificate (?:is|was) (?:invalid|rejected)|SSL peer certificate|(?:certificate|ssl) validation (?:failed|error|exception)|CertificateValidationException|server certificate verification error|invalid peer certificate|certificate (?:failure|error|problem|rejected|invalid|untrusted|unacceptable)|peer certificate cannot be|could not be validated|ServerCertificate|curl: \(60\)",
        certainty=_POSSIBLE,
    ),
)

HANDSHAKE: tuple[Text, ...] = (
    texts(
        "tls-plain-server",
        r"wrong.version.number|first record does not look like a tls handshake|(?:0A00010B|1408F10B)|not an ssl/tls record|unsupported or unrecognized ssl message|plaintext connection\?",
        r"cannot determine the frame size|unexpected tls packet|packet length too long|packet with illegal or unsupported version|(?:ssl|tls|_hello)[^\n]{0,80}unknown protocol|unrecognized ssl message|InvalidContentType|corrupt message|unexpected packet format",
        r"SSL_ERROR_RX_RECORD_TOO_LONG|exceeded the maximum permissible length|record.{0,3}too.{0,3}long|excess record size|(?:SSL routines|\[SSL: )[^\n]{0,60}http.request\b|https proxy request|frame size or a corrupted frame|InvalidMessage\(|message was received unexpected or badly formatted|SEC_E_INVALID_TOKEN|SEC_E_ILLEGAL_MESSAGE|0x80090308|errSSLProtocol|-9800\b|oversized record|bad record type|plain ?text server|record layer version",
        r"did not speak TLS|non-TLS|does not look like TLS|\[SSL\] record layer failure|The handshake failed due to an unexpected packet|received record with version",
    ),
    texts(
        "tls-legacy-reneg", r"unsafe.legacy.renegotiation|legacy renegotiation|unsafe negotiation"
    ),
    texts(
        "tls-weak-dh",
        r"dh.key.too.small|DH_KEY_TOO_SMALL|prime (?:offered )?by the server|bad.dh.p.length|Prime size must be|dh parameters too|ephemeral Diffie-Hellman|WEAK_SERVER_EPHEMERAL_DH|DH public key|could not generate DH keypair|prime[^\n]{0,30}not acceptable",
    ),
    texts(
        "tls-version",
        r"(?:ssl|tls)[^\n]{0,80}(?:unsupported.protocol|protocol.version)|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|ProtocolVersion|no supported protocol|no protocols? available|unsupported (?:tls|ssl|handshake|server) version|(?:tls|ssl)[^\n]{0,40}versions? not supported|VersionNotSupported|UNSUPPORTED_VERSION|SSL_ERROR_(?:UNSUPPORTED|PROTOCOL)_VERSION|no protocols|version too low|(?:due to|because of) protocol version|ServerTlsVersionIsDisabled|DoesNotSupportTls12",
        r"No appropriate protocol|protocol is disabled|client and server[^\n]{0,80}(?:common algorithm|SSL/TLS protocols)|algorithm[^\n]{0,20}common|SEC_E_ALGORITHM_MISMATCH|0x80090331|client does not support[^\n]{0,12}tls|requires? tls ?v?1\.[23]|inappropriate fallback|TLS ?1\.[01] (?:is )?(?:not|no longer|deprecated)|SEC_E_UNSUPPORTED_FUNCTION|0x80090302|server selected unsupported protocol version",
    ),
    texts(
        "tls-client-cert",
        r"certificate.required|alert.bad.certificate|tls: bad certificate|client certificate|CertificateRequired|no certificate returned|peer did not return a certificate|alert no certificate|NoCertificatesPresented|BadCertificate\b|bad_certificate",
        certainty=_LIKELY,
    ),
    texts(
        "crt-unknown-ca",
        r"alert.(?:unknown.ca|certificate.unknown|unsupported.certificate)|tls: unknown certificate|certificate_unknown|CertificateUnknown|alert number 4[268]|unsupported certificate\b",
        certainty=_LIKELY,
    ),
    texts(
        "tls-sni",
        r"unrecognized.name|UnrecognisedName|unrecognized_name|\bSNI\b[^\n]{0,40}(?:missing|not|required|unknown)|missing server_name|alert number 112|no sni provided|invalid2?\.invalid",
    ),
    texts(
        "tls-cipher",
        r"handshake.{0,3}fail(?:ure)?\b|no.{0,3}shared.{0,3}cipher|HandshakeFailure|NoCipherSuitesInCommon|no (?:common |mutual )?cipher|cipher.{0,10}mismatch|insufficient.security|NO_CYPHER_OVERLAP|NoKxGroupsInCommon|no cipher suites?|handshake_failure|NoSignatureSchemesInCommon|bad ecpoint|wrong curve|unsupported curve|unsupported cipher|cipher suites? in common|alert number 40|no cyphers|errSSLNegotiation|-9824\b",
        certainty=_LIKELY,
    ),
    texts(
        "tls-cipher tls-sni",
        r"alert.internal.error|tls: internal error|alert number 80",
        certainty=_POSSIBLE,
    ),
    texts(
        "tls-no-close-notify",
        r"no close_notify|without sending TLS close_notify|close_notify alert (?:received|was not)",
    ),
    texts(
        "tls-cut",
        r"EOF (?:occurred in violation of protocol|was observed that violates the protocol)|UNEXPECTED_EOF_WHILE_READING|unexpected eof(?! on command)|socket disconnected before secure TLS|remote host (?:closed connection|terminated the handshake)|handshake (?:was )?(?:aborted|interrupted|unexpectedly closed)|tls handshake eof|TLS connection was non-properly terminated",
        r"SSL_ERROR_SYSCALL|SSL_accept\(\) (?:syscall )?failed|SYSCALL returned=5|SSL_connect SYSCALL|closed (?:the )?(?:transport stream|connection)[^\n]{0,30}handshake|party has closed the transport stream|transport stream[^\n]{0,60}(?:0 bytes|eof)|unexpected EOF or 0 bytes|received an unexpected EOF|premature termination|connection (?:was )?(?:closed|terminated|aborted|lost) (?:by peer )?during[^\n]{0,12}handshake|I/O error during system call|PR_END_OF_FILE_ERROR|0 bytes from the transport|peer closed connection|SSL handshake aborted|errSSLClosed|-980[56]\b|handshake:? EOF",
    ),
    texts(
        "tls-stall",
        r"handshake (?:operation )?timed out|SSL_(?:accept|connect)\W{0,4}timed out|TLS error[^\n]{0,80}timed out|TLS handshake timeout|timeout[^\n]{0,20}handshake|handshake timeout",
    ),
    texts(  # the other alerts of RFC 8446 §6.2, in the spelling of any library
        "tls-version tls-cipher tls-intercept",
        r"(?:alert|tls|ssl)\W[^\n]{0,40}(?:illegal[ _]?parameter|decode[ _]?error|decrypt[ _]?error|bad[ _]?record[ _]?mac|unexpected[ _]?message|missing[ _]?extension|unsupported[ _]?extension|no[ _]?application[ _]?protocol|record[ _]?overflow)|(?:alert|AlertReceived)\W{1,3}(?:IllegalParameter|DecodeError|DecryptError|BadRecordMac|UnexpectedMessage|MissingExtension|UnsupportedExtension|NoApplicationProtocol)|decryption[ _]failed[ _]or[ _]bad[ _]record[ _]mac",
        certainty=_POSSIBLE,
    ),
    texts("stt-handshake", r"error upgrading connection with STARTTLS", certainty=_LIKELY),
)

TLS: tuple[Text, ...] = (*CERTIFICATE, *HANDSHAKE)
