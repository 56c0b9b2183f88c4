"""Error texts in other languages than English, which only name the failed step.

Programs translate their own texts (PHPMailer into 50 languages), and leave the server's reply as it is. A row is made
of the words of many languages for one step, near the words for its failure.
"""

from mailkit.replies.text import Text, texts

__all__ = ["LANGUAGES"]

_FAILED = (
    r"fehlgeschlagen|gescheitert|abgelehnt|nicht (?:möglich|erfolgreich)|konnte nicht|échec|echec|échoué|impossible|erreur|refusé"
    r"|no se (?:pudo|puede|ha podido)|falló|fallo|fallid[ao]|incorrecta|incorrecto|não foi possível|não (?:pôde|pode)|falhou|falha|impossibile|non riuscit[ao]|fallit[ao]|errore"
    r"|mislukt|niet gelukt|kon niet|misslyckades|kunde inte|mislykkedes|kunne ikke|epäonnistui|ei voitu|nie (?:można|udało|powiodł\w+)|błąd|selhal\w*|nelze|nepodarilo|nepodařilo|chyba"
    r"|sikertelen|nem sikerült|hiba|eroare|nu s-a putut|başarısız|hata|edilemedi|не удалось|ошибка|невозможно|неудач\w+|помилка|не вдалося|грешка|αποτυχία|σφάλμα|αδυναμία"
    r"|失败|失敗|错误|錯誤|无法|無法|できません|エラー|실패|오류|שגיאה|فشل|خطأ|خطا"
)
_LOGIN = (
    r"authentifi\w+|authentisi\w+|anmeldung|anmelden|einloggen|autentic\w+|autentif\w+|autenticação|iniciar sesión|autentis\w+|godkend\w+|todenn\w+|todent\w+|uwierzytel\w+|logowani\w+"
    r"|autentiza\w+|autentifika\w+|přihlášení|prihlás\w+|hitelesít\w+|bejelentkez\w+|kimlik doğrula\w+|oturum aç\w+|авториз\w+|аутентифик\w+|автентиф\w+|автентик\w+|удостовер\w+|ταυτοποίησ\w+|πιστοποίησ\w+"
    r"|认证|認證|验证|驗證|登录|登入|登錄|認証|ログイン|인증|로그인|אימות|مصادقة|المصادقة"
)
_CONNECT = (
    r"verbindung|verbinden|connexion|connecter|conexi[oó]n|conectar\w*|conexão|ligação|ligar|connession\w+|connetters\w+|verbinding|anslut\w*|forbindelse|tilkobling|koble|yhtey\w+|połącz\w+"
    r"|připoj\w+|spojen\w+|pripoj\w+|csatlakoz\w+|kapcsol\w+|conect\w+|bağlan\w*|соединен\w+|подключ\w+|з'єднан\w+|свърз\w+|σύνδεσ\w+|连接|連接|連線|接続|연결|חיבור|الاتصال"
)


def _near(step: str) -> str:
    return rf"(?:{_FAILED})[^\n]{{0,60}}?(?:{step})|(?:{step})[^\n]{{0,60}}?(?:{_FAILED})"


LANGUAGES: tuple[Text, ...] = (
    texts("aut-bad aut-app-password", _near(_LOGIN), vague=True),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        _near(_CONNECT),
        vague=True,
    ),
)
"""They count only if nothing else in a text is more specific, and only in a text about mail."""
