"""Error texts in other languages than English.

Windows and .NET say in the language of the system what failed. Programs translate their own texts too (PHPMailer into
50 languages), and leave the server's reply as it is: such a row is made of words of many languages
(:mod:`mailkit.replies.lexicon`), those for a step near those for what went wrong.
"""

from mailkit.replies.lexicon import WORDS, near
from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["DIALOGS", "LANGUAGES", "WINDOWS"]

_CERT_EXPIRED = r"(?:zertifikat|certificat|certificado|certificato|сертификат\w*|证书|憑證|証明書|certyfikat|certificaat)[^\n]{0,40}?(?:abgelaufen|expiré|vencido|scaduto|просрочен\w*|истек\b|过期|期限切れ|wygasł)"

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

DIALOGS: tuple[Text, ...] = (
    texts("aut-bad cap-mech-mismatch", r"\b(?:kerberos|gssapi)\b", vague=True),
    texts(
        "stt-not-offered",
        rf"starttls[^\n]{{0,90}}?(?:{WORDS['unsupported']}|ankündigt|anbietet|ne propose pas|no anuncia|não anuncia|non annuncia|宣称|не заявил|niet a\w+|functie niet|nie ogłasza|通知して)",
        vague=True,
    ),
    texts("crt-expired", near("certificate", "elapsed"), _CERT_EXPIRED, vague=True),
    texts("crt-host-mismatch", near("certificate", "mismatch"), vague=True),
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired",
        near("certificate", "untrusted"),
        rf"\btls\b[^\n]{{0,20}}-?(?:fehler|erreur|error|fout|ошибк)|\berro de tls|(?:{WORDS['failed']})[^\n]{{0,12}} tls\b|tls ?(?:错误|錯誤|エラー)",
        vague=True,
    ),
    texts(
        "cap-mech-mismatch",
        near("method", "unsupported", 90),
        rf"(?:unterstütz|erlaub|ondersteun)\w*[^\n]{{0,40}}?(?:{WORDS['method']})[^\n]{{0,20}}? (?:nicht|niet)\b",
        vague=True,
    ),
    texts("hst-broken-reply grt-554 grt-silent-tls", near("greeting", "incorrect"), vague=True),
    texts(
        "cfg-password-dirty use-no-login",
        r"(?:passwor\w+|kennwor\w+)[^\n]{0,60}nicht (?:verfügbar|angegeben|gespeichert)|obtenir le mot de passe|obtener la contraseña|无法获取[^\n]{0,60}密码|получить пароль|ottenere la password|obter a senha|wachtwoord verkrijgen|uzyskać hasła|obter a palavra-passe|取得[^\n]{0,60}密碼|パスワードを取得",
        vague=True,
    ),
    texts(
        "snd-sent-copy",
        r"(?:gesendete|envoyés|enviad[oa]s|отправленные|inviata|verzonden|wysłane|发件箱|已发送|送信済み)[^\n]{0,60}(?:kopier|copi|放入|复制|скопир|gekopieerd|skopi|コピー)",
        r"(?:kopier|copi|放入|复制|скопир|gekopieerd|skopi|コピー)[^\n]{0,60}(?:gesendete|envoyés|enviad[oa]s|отправленные|inviata|verzonden|wysłane|发件箱|已发送|送信済み)",
        vague=True,
    ),
    texts(
        "cap-imap-old",
        r"(?:kein|n'est pas un|no es un|不是|не является|non è un|não é um|geen|nie jest)[^\n]{0,40}\bimap4|imap4[^\n]{0,20}ではありません",
        vague=True,
    ),
    texts(
        "use-address snd-rcpt-syntax",
        r"keine gültige e-?mail|pas une adresse|no es una dirección|不是(?:正确|有效)的(?:电子)?邮件|не является адресом|non è un indirizzo|não é um endereço|geen geldig e-?mail|nie jest (?:poprawnym|prawidłowym) adresem|正しいメールアドレス|不是正確的電子郵件|não é um endereço",
        vague=True,
    ),
    texts("snd-rcpt-full mbx-quota", near("mailbox", "full", 40), vague=True),
    texts("snd-size", near("size", "exceeds"), vague=True),
    texts(
        "snd-rcpt-unknown snd-relay-denied",
        near("recipient", "refused"),
        near("recipient", "absent"),
        vague=True,
    ),
    texts(
        "snd-sender-not-owned snd-sender-domain snd-not-logged-in",
        near("sender", "refused"),
        vague=True,
    ),
    texts("tcp-timeout grt-silent-tls", WORDS["timeout"], near("connect", "elapsed"), vague=True),
    texts(
        "dns-nxdomain",
        rf"(?:{WORDS['server']})[^\n]{{0,80}}?(?:{WORDS['unknown']})(?!\w*[ -]?(?:fehler|erreur|error|erro|ошибк|错误|エラー|problem|grund|raison|причин))",
        vague=True,
    ),
    texts("tcp-refused", near("connect", "refused"), vague=True),
    texts(
        "tcp-reset tls-cut grt-eof hst-no-reply",
        near("connect", "lost", 80),
        near("server", "lost", 80),
        vague=True,
    ),
    texts("snd-temp aut-temp", near("temporary", "failed", 40), vague=True),
    texts("aut-bad aut-app-password", near("password", "wrong", 40), vague=True),
    texts("snd-not-logged-in", near("login", "needed", 30), vague=True),
    texts("aut-bad aut-app-password", near("password", "failed", 40), vague=True),
)
"""What the dialogs of mail programs say."""

LANGUAGES: tuple[Text, ...] = (
    texts("aut-bad aut-app-password", near("login", "failed"), vague=True),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        near("connect", "failed"),
        vague=True,
    ),
)
"""They count only if nothing else in a text is more specific, and only in a text about mail."""
