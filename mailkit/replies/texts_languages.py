"""Error texts in other languages than English.

Windows and .NET say in the language of the system what failed. Programs translate their own texts too (PHPMailer into
50 languages), and leave the server's reply as it is: such a row is made of the words of many languages for one step,
near the words for its failure.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["LANGUAGES", "WINDOWS"]

_FAILED = (
    r"fehlgeschlagen|gescheitert|abgelehnt|nicht (?:möglich|erfolgreich|hergestellt)|k(?:onnte|ann) nicht|no es posible|échec|echec|échoué|impossible|erreur|refusé"
    r"|no se (?:pudo|puede|ha podido)|falló|fallo|fallid[ao]|incorrecta|incorrecto|não foi possível|não (?:pôde|pode)|falhou|falha|impossibile|non riuscit[ao]|fallit[ao]|errore"
    r"|mislukt|niet gelukt|kon niet|misslyckades|kunde inte|mislykkedes|kunne ikke|epäonnistui|ei voitu|nie (?:można|udało|powiodł\w+)|błąd|selhal\w*|nelze|nepodarilo|nepodařilo|chyba"
    r"|sikertelen|nem sikerült|hiba|eroare|nu s-a putut|başarısız|hata|edilemedi|не удалось|ошибка|невозможно|неудач\w+|помилка|не вдалося|грешка|αποτυχία|σφάλμα|αδυναμία"
    r"|失败|失敗|错误|錯誤|无法|無法|できません|エラー|실패|오류|שגיאה|فشل|خطأ|خطا"
)
_LOGIN = (
    r"authentifi\w+|authentisi\w+|anmeldung|anmelden|einloggen|autentic\w+|autentif\w+|autenticação|iniciar sesión|inicio de sesión|accesso|войти|autentis\w+|godkend\w+|todenn\w+|todent\w+|uwierzytel\w+|logowani\w+"
    r"|autentiza\w+|autentifika\w+|přihlášení|prihlás\w+|hitelesít\w+|bejelentkez\w+|kimlik doğrula\w+|oturum aç\w+|авториз\w+|аутентифик\w+|автентиф\w+|автентик\w+|удостовер\w+|ταυτοποίησ\w+|πιστοποίησ\w+"
    r"|认证|認證|验证|驗證|登录|登入|登錄|認証|ログイン|인증|로그인|אימות|مصادقة|المصادقة"
)
_CONNECT = (
    r"verbindung|verbinden|connexion|connecter|conexi[oó]n|conectar\w*|conexão|ligação|ligar|connession\w+|connetters\w+|verbinding|anslut\w*|forbindelse|tilkobling|koble|yhtey\w+|połącz\w+"
    r"|připoj\w+|spojen\w+|pripoj\w+|csatlakoz\w+|kapcsol\w+|conect\w+|bağlan\w*|соедин\w+|подключ\w+|з'єднан\w+|свърз\w+|σύνδεσ\w+|连接|連接|連線|接続|연결|חיבור|الاتصال"
)


def _near(step: str) -> str:
    return rf"(?:{_FAILED})[^\n]{{0,60}}?(?:{step})|(?:{step})[^\n]{{0,60}}?(?:{_FAILED})"


WINDOWS: tuple[Text, ...] = (
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired",
        r"Remotezertifikat ist[^\n]{0,40} ungültig|certificat distant n.est pas valide|certificado remoto no es válido|certificato remoto non è (?:stato ritenuto )?valido|certificado remoto é inválido",
        r"Удаленный сертификат недействителен|certyfikat zdalny jest nieprawidłowy|根据验证过程，远程证书无效|远程证书无效|遠端憑證[^\n]{0,20}無效|リモート証明書は無効",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "dns-nxdomain",
        r"Remote(?:name|server) k(?:onnte|ann) nicht aufgelöst|nom distant n.a pas pu être résolu|resolver el nombre remoto|risolvere il nome remoto|nome remoto não pôde ser resolvido",
        r"разрешить удаленное имя|Nie można rozpoznać nazwy zdalnej|Der angegebene Host ist unbekannt|Host inconnu|Host desconocido|Host sconosciuto|Этот хост неизвестен|不知道这样的主机|無法識別這台主機|そのようなホストは不明",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "tcp-refused",
        r"Rifiuto persistente del computer|aktywnie (?:jej )?odmawia|対象のコンピューターによって拒否",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "tcp-reset",
        r"connexion existante a dû être fermée|interrupción de una conexión existente|Connessione in corso interrotta forzatamente|cancelamento de uma conexão existente|conexão existente pelo host remoto",
        r"принудительно разорвал существующее|istniejące połączenie zostało gwałtownie|既存の接続はリモート ホストに強制的に切断|遠端主機已強制關閉",
        certainty=Certainty.LIKELY,
    ),
    texts(
        "tcp-timeout",
        r"Gegenstelle nach einer bestimmten Zeitspanne nicht|parti connecté n.a pas répondu|parte conectada no respondió|Risposta non corretta della parte connessa|componente conectado não respondeu",
        r"за требуемое время не получен|连接方在一段时间后没有正确答复|連線對象有一段時間並未正確回應|接続済みの呼び出し先が一定の時間|tempo limite da operação|tempo de espera da operação|操作已超时|操作逾時|操作がタイムアウト|Upłynął limit czasu|Timeout dell.operazione",
        certainty=Certainty.LIKELY,
    ),
)
"""What Windows and .NET say of a connection: the German, French, Spanish, Italian, Portuguese, Russian, Polish, Chinese
and Japanese texts."""

LANGUAGES: tuple[Text, ...] = (
    texts("aut-bad aut-app-password", _near(_LOGIN), vague=True),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        _near(_CONNECT),
        vague=True,
    ),
)
"""They count only if nothing else in a text is more specific, and only in a text about mail."""
