"""Operating systems' error texts for failed connections: errno, getaddrinfo and Winsock, in several languages.

A code such as ``ENOTFOUND`` counts as a word only: ``ModuleNotFoundError`` has its letters, too.
From ``strerror`` of glibc, musl, macOS and Windows, ``gai_strerror``, Node's codes, Java's and
.NET's exceptions, Go's net package, and the translations of glibc and Windows.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["NETWORK"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

_NO_FILE = (
    r"(?!\W{0,4}(?:permission denied|operation not permitted)?\W{0,4}"
    r"(?:(?:b?['\"])?(?:/|~|\.{1,2}/|[A-Z]:\\)|open\b|mkdir|unlink|scandir|access\b|l?stat\b|spawn|bind\b|listen"
    r"|copyfile|rename|chown|chmod|read\b))"
)
"""A file that a program may not open, or a port on which it may not listen, is no connection."""

_V6 = r"(?:(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{0,4}|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4})"
"""An IPv6 address; a time of day has fewer colons."""

NETWORK: tuple[Text, ...] = (
    texts(
        "dns-servfail dns-offline",
        r"temporary failure in name resolution|\b(?:WSA)?EAI_AGAIN|server misbehaving",
        r"try again[^\n]{0,20}name|SERVFAIL|WSATRY_AGAIN|(?:err\w*|code|[#(])\W{0,3}11002\b",
        r"read udp[^\n]{0,80}timeout",
        r"lookup[^\n]{0,120}(?:i/o timeout|connection refused|no such host on \[::1\])",
        r"getaddrinfo(?: failed)?:? try again",
        r"resolver?[^\n]{0,20}(?:timed? ?out|unreachable|no answer)|TEMP_DNS|queryA? ETIMEOUT",
        r"DNS (?:lookup|query|resolution)[^\n]{0,20}(?:timeout|timed out|temporar)",
        r"Namensauflösung[^\n]{0,30}fehlgeschlagen|Échec temporaire",
    ),
    texts(
        "dns-nodata",
        r"no address associated with|\b(?:WSA)?ENODATA|\b(?:WSA)?EAI_NODATA",
        r"no data record of requested|valid name,? no data|(?:err\w*|code|[#(])\W{0,3}11004\b",
        r"WSANO_DATA|has no (?:A|address) record",
    ),
    texts(
        "dns-nxdomain",
        r"name or service not known|\b(?:WSA)?ENOTFOUND|no such host|errno\W{1,4}-3008\b",
        r"nodename nor servname",
        (
            r"could(?: not|n't) resolve (?:to )?(?!dependenc|module|plugin|component|import|type|"
            r"class|path|file|conflict)"
        ),
        r"getaddrinfo(?: failed|:)(?!:? ?(?:temporary|try again))|UnknownHost(?:Exception)?|name does not resolve|unknown host",
        r"host ?(?:name)? (?:could )?not (?:be )?(?:found|resolved|known)",
        r"cannot (?:find|resolve) (?:the )?(?:host|server|name)",
        r"\b(?:WSA)?EAI_NONAME|WSAHOST_NOT_FOUND|(?:err\w*|code|[#(])\W{0,3}11001\b",
        r"failed to lookup address",
        r"unable to resolve (?:the )?(?:remote |server |host|address|name|domain|target|\W?[\w-]{1,63}\.)",
        r"no such domain|NXDOMAIN|domain name not found|name resolution (?:failed|failure|error)",
        r"Nom ou service inconnu|Der Name oder der Dienst",
        r"Nombre o servicio desconocido|未知的名称|неизвестн\w* имя|remote name could not be resolved",
        r"DNSException|cannot locate host|canonical DNS name of|bad hostname\b|host not found(?!, try again)|No such known host",
        r"Host (?:is )?unknown|\bserver (?:\(\w{3,5}\) )?[\w.-]{1,120}\.[\w-]{2,30} is unknown",
        r"无法解析|Host oder Dienst",
    ),
    texts(
        "dns-nxdomain dns-servfail",
        r"host lookup \S{1,200} failed",
        r"\b(?:dns|host ?(?:name)?|name|mx|server) look-?up (?:has )?fail",
        (
            r"(?:error|fail\w{0,4}) (?:to )?(?:resolve|resolving) (?:the )?(?:host|server|address|"
            r"name|domain|[\w-]{1,63}\.)"
        ),
        r"php_network_getaddresses|unable to resolve\b",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "tcp-local-deny",
        r"(?<!listen )(?<!bind )(?:\b(?:WSA)?EACCES|\b(?:WSA)?EPERM|\[Errno (?:1|13)\]|permission denied \(13\)"
        r"|permission denied #13|\(13\)|operation not permitted)" + _NO_FILE,
        r"socket: permission denied|connect:? (?:socket:? )?permission denied",
        r"(?:err\w*|code|[#(])\W{0,3}10013\b|forbidden by its access permissions",
        r"Can't connect to [^\n]{0,100}: Permission denied",
    ),
    texts(
        "tcp-refused",
        r"connection (?:was )?refused|refused (?:the |your |our |my )?connection\b",
        r"\b(?:WSA)?ECONNREFUSED|(?:err\w*|code|[#(])\W{0,3}10061\b|actively refused",
        r"\[Errno (?:111|61)\]|errno\W{1,4}-(?:4078|111|61)\b|ConnectionRefused|os error 111",
        r"Verbindung verweigert|Verbindungsaufbau abgelehnt",
        r"Connexion refusée|expressément refusée|Conexi[oó]n rehusada|Conex\w{1,3}o recusada",
        r"recusou|denegó expresamente|Connessione rifiutata|В соединении отказано|отверг запрос",
        r"拒绝连接|连接被拒绝|積極拒絕|积极拒绝|接続を拒否|Połączenie odrzucone",
    ),
    texts(
        "tcp-timeout",
        r"connect(?:ion)?(?: attempt)? (?:has )?timed? ?-?out|\b(?:WSA)?ETIMEDOUT",
        r"(?:err\w*|code|[#(])\W{0,3}10060\b|\[Errno (?:110|60)\]|errno\W{1,4}-(?:4039|110|60)\b",
        r"i/o timeout|os error 110|failed because the connected party|did not properly respond",
        r"Zeitüberschreitung|Wartezeit[^\n]{0,40}abgelaufen|délai d.attente|Tiempo de espera|连接超时",
        r"連線逾時|接続がタイムアウト|Превышено время|Время ожидания|Przekroczono",
        r"connect timed out|timed out (?:connecting|while connecting)",
        r"SocketTimeoutException: (?:connect|failed)|urlopen error timed out",
    ),
    texts(
        "tcp-v6-broken tcp-unreach",
        (
            r"(?<!\w)::[0-9a-f]{1,4}\b\]?[^\n]{0,24}(?:cannot assign requested|"
            r"network (?:is )?unreachable|no route to host)"
        ),
        (
            rf"(?<![\w:]){_V6}[^\n]{{0,80}}(?:cannot assign requested|"
            r"network (?:is )?unreachable|no route to host|\b(?:WSA)?EADDRNOTAVAIL|"
            r"\b(?:WSA)?ENETUNREACH|\b(?:WSA)?EHOSTUNREACH)"
        ),
        (
            r"(?:\b(?:WSA)?ENETUNREACH|\b(?:WSA)?EHOSTUNREACH|\b(?:WSA)?EADDRNOTAVAIL|"
            rf"network (?:is )?unreachable|no route to host)[^\n]{{0,12}}{_V6}"
        ),
        r"cannot assign requested address|\(address not available\)|: address not available",
        r"\b(?:WSA)?EADDRNOTAVAIL|\b(?:WSA)?EAFNOSUPPORT|address family not supported",
    ),
    texts(
        "tcp-unreach",
        r"network (?:is )?(?:unreachable|down)|no route to host|\b(?:WSA)?EHOSTUNREACH",
        r"\b(?:WSA)?ENETUNREACH|\b(?:WSA)?ENETDOWN|\b(?:WSA)?EHOSTDOWN|\b1005[015]\b",
        r"(?:err\w*|code|[#(])\W{0,3}10065\b|\[Errno (?:101|113|51|65)\]",
        r"errno\W{1,4}-(?:4073|4062|4063|113|101|51|65)\b|os error (?:101|113)",
        r"unreachable (?:host|network)|Netzwerk (?:ist )?nicht erreichbar|Kein Weg zum Ziel",
        r"Aucun chemin|réseau (?:est )?inaccessible|hôte inaccessible|没有到主机的路由|网络不可达|NoRouteToHost",
    ),
    texts(
        "tcp-reset",
        r"connection (?:was )?(?:forcibly )?reset|\b(?:WSA)?ECONNRESET",
        r"(?:err\w*|code|[#(])\W{0,3}10054\b|reset by peer|forcibly closed|\b(?:WSA)?EPIPE",
        r"broken pipe|\b(?:WSA)?ECONNABORTED|(?:err\w*|code|[#(])\W{0,3}10053\b",
        r"\[Errno (?:104|54|32)\]|errno\W{1,4}-(?:4077|4079|4047|104|54|32)\b",
        r"Software caused connection abort|os error 104|Verbindung wurde (?:vom|von)|réinitialisée",
        r"连接被重置|远程主机强迫关闭",
    ),
    texts(
        "tcp-reset tls-cut grt-eof",
        r"curl: \(5[56]\)(?![^\n]{0,60}\b[45]\d\d\b)|failure when receiving data from the peer",
        r"failed sending data to the peer|response reading failed",
        certainty=_LIKELY,
        common=True,
    ),
    texts(  # of any program that waits
        "tcp-timeout",
        r"operation timed out|after a period of time|execution expired|TimeoutError",
        certainty=_LIKELY,
        common=True,
    ),
    texts(  # the sentences round an errno, which counts more
        "tcp-timeout",
        r"ConnectTimeout|OpenTimeout|failed to connect to [^\n]{0,200} after \d{1,7} ?ms",
        r"timeout[^\n]{0,30}connect|connect(?:ing|ion)?[^\n]{0,40}timeout",
        r"deadline (?:has )?(?:elapsed|exceeded)",
        certainty=_LIKELY,
    ),
)
