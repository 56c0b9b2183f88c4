"""Error texts of TLS libraries: OpenSSL, BoringSSL, GnuTLS, NSS, Go, rustls, Java, .NET, SChannel, Node, Apple.

The messages of OpenSSL (``x509_txt.c``, ``sslerr.h``), Go (``alert.go``, ``verify.go``) and rustls
(``error.rs``) come from the sources of these libraries. Those of the others are known from what the
products print, and are not complete. The first that fits in a text comes first in the answer.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["TLS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE


def _number(numbers: str) -> str:
    """Return a result of OpenSSL's verification that is only a number (``x509_vfy.h``)."""
    return rf"\bverif\w{{1,8}} (?:failed|error|result|return code)\W{{1,3}}(?:num=|code |error )?(?:{numbers})\b(?! of)"


CERTIFICATE: tuple[Text, ...] = (
    texts(  # in the log of a server: what the client said of the server's certificate
        "crt-unknown-ca crt-self-signed crt-host-mismatch",
        (
            r"(?:cannot upgrade connection|TLS handshake error from|"
            r"SSL_accept)[^\n]{0,160}(?:bad certificate|unknown certificate|certificate unknown|"
            r"unknown ca\b)"
        ),
        certainty=_LIKELY,
    ),
    texts(
        "crt-not-yet crt-clock",
        r"not yet valid[^\n]{0,60}is before",
        r"certificate is not yet valid|CERT_NOT_YET_VALID|NotValidYet",
        r"CertificateNotYetValidException|NotBefore: ",
        r"certificate[^\n]{0,20} not yet (?:been )?activated|NOT_YET_VALID_CERTIFICATE",
        r"certificate is not valid yet|chain uses not yet valid",
        _number("9"),
    ),
    texts(
        "crt-expired",
        r"certificate (?:\d{1,2} of \d{1,2} )?(?:has |is |was )?expired|expired certificate",
        r"CERT_HAS_EXPIRED|CertificateExpiredException|peer certificate: Expired|CertExpired",
        r"EXPIRED_(?:ISSUER_)?CERTIFICATE|NotAfter: ",
        r"chain uses expired|SEC_E_CERT_EXPIRED",
        r"0x80090328",
        _number("10"),
        r"certificate '[^'\n]{1,120}' expired on|has expired or is not yet valid|NotTimeValid|validity (?:period|check failed)",
        r"certificate that has expired|Zertifikat ist abgelaufen|certificat a expiré|证书已过期",
    ),
    texts(
        "crt-revoked",
        r"certificate (?:is |was |has been )?revoked|revoked certificate|CERT_REVOKED",
        r"peer certificate: Revoked|REVOKED_CERTIFICATE|\bRevoked\b[^\n]{0,20}certificate",
        r"CRYPT_E_REVOKED|0x80092010",
        _number("23"),
    ),
    texts(
        "crt-revoked",
        r"unable to get certificate CRL|unable to check revocation|RevocationStatusUnknown",
        r"OfflineRevocation|revocation (?:function|server|status)|CRYPT_E_(?:NO_)?REVOCATION",
        r"0x800920(?:12|13)|CRL has expired|UnknownRevocationStatus|ExpiredRevocationList",
        certainty=_POSSIBLE,
    ),
    texts(
        "crt-ip",
        r"ip address mismatch|\bIPAddressMismatch\b|doesn't contain any IP SANs",
        r"No subject alternative names matching IP|IP: \S{1,60} is not in the cert's list",
        r"\bIPs?: (?:\S{1,60}) does not match",
        r"No subject alternative names present",
    ),
    texts(
        "crt-cn-only",
        r"legacy Common Name field|use SANs instead|CommonName-only|no subjectAltName",
        r"certificate is not valid for any names",
    ),
    texts(
        "crt-host-mismatch",
        r"hostname mismatch|host ?name/IP does not match",
        _number("62"),
        r"does not match (?:the )?(?:server )?certificate|ERR_TLS_CERT_ALTNAME_INVALID",
        r"NotValidForName|not valid for name",
        (
            r"certificate is (?:not )?valid (?:only )?for(?! (?:\d+ |one |a |another )?(?:days?|"
            r"years?|months?|more|until))[^\n]{0,300}"
        ),
        r"certificate is not valid for any|doesn't match (?:either of |any of )?",
        r"match(?:es)? expected CN|did not match expected|expected CN",
        r"no (?:alternative certificate )?(?:subject )?(?:alternative )?(?:DNS )?name[^\n]{0,30}match",
        r"not match(?:ing)? target host|BAD_CERT_DOMAIN",
        r"RemoteCertificateNameMismatch",
        r"Hostname \S{1,200} not verified|SSLPeerUnverifiedException",
        r"name in the certificate (?:does not|doesn't)",
        r"certificate (?:subject |common )?name[^\n]{0,60}(?:does not|doesn't|not) match",
        r"CommonName mismatch|hostname not us(?:e?able|able)",
        r"owner (?:of the certificate )?does not match",
        r"host ?name[^\n]{0,60}(?:does not|doesn't|did not|not) match",
        r"names? (?:in|of|on) the (?:server(?:'s)? )?(?:SSL )?certificate[^\n]{0,40}(?:not|differ)",
        r"names?[^\n]{0,20}(?:does not|do not|doesn't|did not|not) match[^\n]{0,30}certificate",
        r"SEC_E_WRONG_PRINCIPAL|0x80090322|CERT_E_CN_NO_MATCH|errSSLHostNameMismatch",
        r"target principal name is incorrect",
        r"\w\.\w{2,20} not in certificate\b|\bDNSMismatch\b|CN[^\n]{0,60}not match",
        r"certificate(?:'s)? owner|certificate belongs to a different",
        r"ServerCommonName \S{1,80} in remote|wrong host(?! or port)|certificate host ?name",
        r"verify that the server[^\n]{0,30}host|Host name[^\n]{0,80}certificate subject",
        r"unable to match (?:server )?(?:name|host)",
        r"host ?name verification (?:failed|failure|error)",
    ),
    texts(
        "crt-weak",
        r"Basic Constraints of CA cert not marked critical",
        r"Missing (?:Authority|Subject) Key Identifier",
        r"(?:Authority|Subject) Key Identifier marked critical|CA cert does not include key usage",
        r"Path length (?:given|invalid)",
        r"Key usage keyCertSign invalid|(?:Issuer|Subject) name empty",
        r"Empty Subject Alternative Name|Subject empty and Subject Alt|requires at least X509v3",
        r"explicit ECC parameters|CaUsedAsEndEntity|EndEntityUsedAsCa|invalid CA certificate",
        r"unsuitable certificate purpose|invalid non-CA|UnsupportedCertVersion",
        r"UnhandledCriticalExtension|InvalidPurpose|ExtensionValueInvalid|path length constraint",
        r"not authorized to sign other|incompatible key usage|InvalidBasicConstraints",
        r"NotValidForUsage|Extended key usage|negative serial number|x509: invalid",
        r"unhandled critical extension|UnsupportedCriticalExtension|name constraints?",
        r"CertificateError\w*BadDer|BadEncoding",
        certainty=_LIKELY,
    ),
    texts(
        "tls-weak-sig",
        r"ca.md.too.weak|signature digest algorithm too weak",
        r"insecure algorithm|legacy.sigalg|SIGNATURE_ALGORITHM_DISABLED",
        r"UnsupportedSignatureAlgorithm|HasWeakSignature|wrong signature type",
        r"signed using an insecure|Algorithm constraints check failed|bad signature algorithm",
    ),
    texts(
        "tls-weak-key",
        r"(?:ee|ca).key.too.small|certificate key too weak",
        r"key (?:size|length)[^\n]{0,20}too (?:small|short)|INADEQUATE_KEY_SIZE|RSA keys? smaller",
    ),
    texts(
        "tls-intercept",
        (
            r"(?:avast|avg|kaspersky|eset|bitdefender|sophos|zscaler|fortinet|fortigate|"
            r"netskope)[^\n]{0,60}(?:root|ca\b|certificate|issuer)"
        ),
        r"issuer[^\n]{0,60}(?:avast|avg |kaspersky|eset|bitdefender|sophos|zscaler|fortinet|fortigate|netskope)",
        certainty=_LIKELY,
    ),
    texts(
        "crt-self-signed",
        r"self[- ]?signed certificate(?! in)|SELF_SIGNED_CERT(?!_IN)",
        r"certificate is self[- ]?signed|self[- ]signed,? (?:and|but)|SEC_ERROR_CA_CERT_INVALID",
        r"MOZILLA_PKIX_ERROR_SELF_SIGNED|errSSLUnknownRootCert|selbstsigniert|auto-?signé|自签名",
        _number("18"),
    ),
    texts(
        "crt-unknown-ca crt-self-signed crt-missing-intermediate",
        r"self[- ]?signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN",
    ),
    texts(
        "crt-unknown-ca crt-missing-intermediate crt-local-store",
        r"unable to get (?:local )?issuer certificate|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?",
        r"issuer certificate lookup error|InvalidSignatureForPublicKey|BadSignature\b",
        r"SEC_ERROR_BAD_SIGNATURE",
        r"unknown (?:certificate )?authority|pkix path|unable to find valid certification path",
        r"UnknownIssuer|UnknownCA|unknown ca\b|UNKNOWN_ISSUER|hasn't got a known issuer",
        r"issuer is unknown|untrusted issuer|SEC_ERROR_UNTRUSTED",
        r"trust anchor|not trusted|isn't trusted|untrusted (?:root|certificate)|UntrustedRoot",
        r"PartialChain|0x800b0109",
        r"certificate chain (?:was issued by|could not be built)|RemoteCertificateChainErrors",
        r"certpath",
        r"NotTrusted|errSSLXCertChainInvalid|errSSLNoRootCert",
        r"certificate is not signed by a trusted|SEC_E_UNTRUSTED_ROOT|0x80090325",
        r"unknown issuer|InvalidCertificate\(UnknownIssuer",
        r"certificate signature failure",
        r"(?:peer|server)'s certificate issuer",
        r"issuer certificate (?:of a locally looked up certificate )?could not be found",
        r"root (?:CA )?certificate[^\n]{0,60}(?:self-signed, and untrusted|not trusted)",
        r"no certificates could be verified|unable to verify (?:the )?(?:server|leaf|certificate)",
        r"verification failed: \(\d+\)[^\n]{0,20}local issuer|no root certificates",
        r"unknown certificate issuer|-9807|-9813|-9843",
        _number("2|19|20"),
    ),
    texts(
        "crt-missing-intermediate crt-unknown-ca",
        r"UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to verify the first certificate",
        _number("21"),
    ),
    texts(
        "crt-local-store",
        r"error setting certificate (?:verify locations|file)|cannot set X509 trust file",
        r"no system certificates|trustAnchors parameter must be non-empty",
        r"failed to load (?:system )?root(?:s\b| certificates)|native root CA",
        r"could not load[^\n]{0,30}(?:CA|root) cert|cafile[^\n]{0,60}(?:not found|no such file)",
        r"curl: \(77\)",
    ),
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired",
        r"problem with the certificate|certificate verif\w+ (?:failed|error)",
        r"certificate_verify_failed|remote certificate (?:is|was) (?:invalid|rejected)",
        r"SSL peer certificate|(?:certificate|ssl) validation (?:failed|error|exception)",
        r"CertificateValidationException|server certificate verification error",
        r"invalid peer certificate",
        r"certificate (?:failure|error|problem|rejected|invalid|untrusted|unacceptable)",
        r"peer certificate cannot be|could not be validated|ServerCertificate|curl: \(60\)",
        certainty=_POSSIBLE,
    ),
)

HANDSHAKE: tuple[Text, ...] = (
    texts(
        "tls-plain-server",
        r"wrong.version.number|first record does not look like a tls handshake",
        r"(?:0A00010B|1408F10B)|not an ssl/tls record",
        r"plaintext connection\?",
        r"cannot determine the frame size|unexpected tls packet|packet length too long",
        r"packet with illegal or unsupported version|(?:ssl|tls|_hello)[^\n]{0,80}unknown protocol",
        r"unrecognized ssl message|InvalidContentType|corrupt message|unexpected packet format",
        r"SSL_ERROR_RX_RECORD_TOO_LONG|exceeded the maximum permissible length",
        r"record.{0,3}too.{0,3}long|excess record size",
        r"(?:SSL routines|\[SSL: )[^\n]{0,60}http.request\b|https proxy request",
        r"frame size or a corrupted frame|InvalidMessage\(",
        r"message was received unexpected or badly formatted|SEC_E_INVALID_TOKEN",
        r"SEC_E_ILLEGAL_MESSAGE|0x80090308|errSSLProtocol|-9800\b|oversized record|bad record type",
        r"plain ?text server|record layer version",
        r"did not speak TLS|non-TLS|does not look like TLS|\[SSL\] record layer failure",
        r"The handshake failed due to an unexpected packet|received record with version",
    ),
    texts(
        "tls-legacy-reneg", r"unsafe.legacy.renegotiation|legacy renegotiation|unsafe negotiation"
    ),
    texts(
        "tls-weak-dh",
        r"dh.key.too.small|prime (?:offered )?by the server|bad.dh.p.length",
        r"Prime size must be|dh parameters too|ephemeral Diffie-Hellman|WEAK_SERVER_EPHEMERAL_DH",
        r"DH public key|could not generate DH keypair|prime[^\n]{0,30}not acceptable",
    ),
    texts(
        "tls-version",
        r"(?:ssl|tls)[^\n]{0,80}(?:unsupported.protocol|protocol.version)|UNSUPPORTED_PROTOCOL",
        r"PROTOCOL_VERSION|ProtocolVersion|no supported protocol|no protocols? available",
        r"unsupported (?:tls|ssl|handshake|server) version",
        r"(?:tls|ssl)[^\n]{0,40}versions? not supported|VersionNotSupported|UNSUPPORTED_VERSION",
        r"SSL_ERROR_(?:UNSUPPORTED|PROTOCOL)_VERSION|no protocols|version too low",
        r"(?:due to|because of) protocol version|ServerTlsVersionIsDisabled|DoesNotSupportTls12",
        r"No appropriate protocol|protocol is disabled",
        r"client and server[^\n]{0,80}(?:common algorithm|SSL/TLS protocols)",
        r"algorithm[^\n]{0,20}common|SEC_E_ALGORITHM_MISMATCH|0x80090331",
        r"client does not support[^\n]{0,12}tls|requires? tls ?v?1\.[23]|inappropriate fallback",
        r"TLS ?1\.[01] (?:is )?(?:not|no longer|deprecated)|SEC_E_UNSUPPORTED_FUNCTION|0x80090302",
        r"server selected unsupported protocol version",
    ),
    texts(
        "tls-client-cert",
        r"certificate.required|alert.bad.certificate|tls: bad certificate|client certificate",
        r"CertificateRequired|no certificate returned|peer did not return a certificate",
        r"alert no certificate|NoCertificatesPresented|BadCertificate\b|bad_certificate",
        certainty=_LIKELY,
    ),
    texts(
        "crt-unknown-ca",
        r"alert.(?:unknown.ca|certificate.unknown|unsupported.certificate)",
        r"tls: unknown certificate|certificate_unknown|CertificateUnknown|alert number 4[268]",
        r"unsupported certificate\b",
        certainty=_LIKELY,
    ),
    texts(
        "tls-sni",
        r"unrecognized.name|UnrecognisedName",
        r"\bSNI\b[^\n]{0,40}(?:missing|not|required|unknown)|missing server_name|alert number 112",
        r"no sni provided|invalid2?\.invalid",
    ),
    texts(
        "tls-cipher",
        r"(?<!start TLS: )handshake.{0,3}fail(?:ure)?\b|no.{0,3}shared.{0,3}cipher",
        r"NoCipherSuitesInCommon|no (?:common |mutual )?cipher|cipher.{0,10}mismatch",
        r"insufficient.security|NO_CYPHER_OVERLAP|NoKxGroupsInCommon|no cipher suites?",
        r"NoSignatureSchemesInCommon|bad ecpoint|wrong curve|unsupported curve",
        r"unsupported cipher|cipher suites? in common|alert number 40|no cyphers|errSSLNegotiation",
        r"-9824\b",
        certainty=_LIKELY,
    ),
    texts(
        "tls-handshake tls-cipher tls-sni",
        r"alert.internal.error|tls: internal error|alert number 80",
        certainty=_POSSIBLE,
    ),
    texts(
        "tls-no-close-notify",
        r"no close_notify|without sending TLS close_notify|close_notify alert (?:received|was not)",
    ),
    texts(
        "tls-cut",
        r"EOF (?:occurred in violation of protocol|was observed that violates the protocol)",
        r"UNEXPECTED_EOF_WHILE_READING|unexpected eof(?! on command| received)",
        r"socket disconnected before secure TLS",
        r"remote host (?:closed connection(?! in response)|terminated the handshake)",
        r"handshake (?:was )?(?:aborted|interrupted|unexpectedly closed)",
        r"TLS connection was non-properly terminated",
        r"SSL_ERROR_SYSCALL|SSL_accept\(\) (?:syscall )?failed(?!: error)|SYSCALL returned=5",
        r"SSL_connect SYSCALL|closed (?:the )?(?:transport stream|connection)[^\n]{0,30}handshake",
        r"party has closed the transport stream|transport stream[^\n]{0,60}(?:0 bytes|eof)",
        r"premature termination",
        r"connection (?:was )?(?:closed|terminated|aborted|lost) (?:by peer )?during[^\n]{0,12}handshake",
        r"I/O error during system call|PR_END_OF_FILE_ERROR|0 bytes from the transport",
        r"peer closed connection|errSSLClosed|-980[56]\b|handshake:? EOF",
    ),
    texts(
        "tls-stall",
        r"handshake (?:operation )?timed out|SSL_(?:accept|connect)\W{0,4}timed out",
        r"TLS error[^\n]{0,80}timed out|timeout[^\n]{0,20}handshake",
        r"handshake timeout",
    ),
    texts(  # the other alerts of RFC 8446 §6.2, in the spelling of any library
        "tls-version tls-cipher tls-intercept",
        (
            r"(?:alert|tls|ssl)\W[^\n]{0,40}(?:illegal[ _]?parameter|decode[ _]?error|"
            r"decrypt[ _]?error|bad[ _]?record[ _]?mac|unexpected[ _]?message|missing[ _]?extension|"
            r"unsupported[ _]?extension|no[ _]?application[ _]?protocol|record[ _]?overflow)"
        ),
        (
            r"(?:alert|AlertReceived)\W{1,3}(?:IllegalParameter|DecodeError|DecryptError|"
            r"BadRecordMac|UnexpectedMessage|MissingExtension|UnsupportedExtension|"
            r"NoApplicationProtocol)"
        ),
        r"decryption[ _]failed[ _]or[ _]bad[ _]record[ _]mac",
        certainty=_POSSIBLE,
    ),
    texts("stt-handshake", r"error upgrading connection with STARTTLS", certainty=_LIKELY),
)

TLS: tuple[Text, ...] = (*CERTIFICATE, *HANDSHAKE)
