"""What Windows and .NET say of a connection in the language of the system.

Mail programs' own dialogs are read by :mod:`mailkit.replies.dialogs`.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["WINDOWS"]

WINDOWS: tuple[Text, ...] = (
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired",
        r"Remotezertifikat ist[^\n]{0,40} ungültig|certificat distant n.est pas valide",
        r"certificado remoto no es válido|certificato remoto non è (?:stato ritenuto )?valido",
        r"certificado remoto é inválido",
        r"Удаленный сертификат недействителен|certyfikat zdalny jest nieprawidłowy|根据验证过程，远程证书无效",
        r"远程证书无效|遠端憑證[^\n]{0,20}無效|リモート証明書は無効",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "dns-nxdomain",
        r"Remote(?:name|server) k(?:onnte|ann) nicht aufgelöst|nom distant n.a pas pu être résolu",
        r"resolver el nombre remoto|risolvere il nome remoto|nome remoto não pôde ser resolvido",
        r"разрешить удаленное имя|Nie można rozpoznać nazwy zdalnej",
        r"Der angegebene Host ist unbekannt|Host inconnu|Host desconocido|Host sconosciuto",
        r"Этот хост неизвестен|不知道这样的主机|無法識別這台主機|そのようなホストは不明",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "tcp-refused",
        r"Rifiuto persistente del computer|aktywnie (?:jej )?odmawia|対象のコンピューターによって拒否",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "tcp-reset",
        r"connexion existante a dû être fermée|interrupción de una conexión existente",
        r"Connessione in corso interrotta forzatamente|cancelamento de uma conexão existente",
        r"conexão existente pelo host remoto",
        r"принудительно разорвал существующее|istniejące połączenie zostało gwałtownie",
        r"既存の接続はリモート ホストに強制的に切断|遠端主機已強制關閉",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "tcp-timeout",
        r"Gegenstelle nach einer bestimmten Zeitspanne nicht|parti connecté n.a pas répondu",
        r"parte conectada no respondió|Risposta non corretta della parte connessa",
        r"componente conectado não respondeu",
        r"за требуемое время не получен|连接方在一段时间后没有正确答复|連線對象有一段時間並未正確回應|接続済みの呼び出し先が一定の時間",
        r"tempo limite da operação|tempo de espera da operação|操作已超时|操作逾時|操作がタイムアウト",
        r"Upłynął limit czasu|Timeout dell.operazione",
        certainty=Certainty.LIKELY,
    ),
)
"""What Windows and .NET say of a connection: the German, French, Spanish, Italian, Portuguese, Russian, Polish, Chinese
and Japanese texts."""
