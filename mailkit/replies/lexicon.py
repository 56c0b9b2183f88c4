"""Words of many languages for the steps of a session and for what goes wrong in them.

German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Ukrainian, Chinese and Japanese, fewer of Swedish, Czech,
Turkish, Korean and others. They
are those of mail programs' dialogs. Every word has three characters, or two beyond ASCII, so that a text without them is
not searched (:mod:`mailkit.replies.pattern`).
"""

__all__ = ["WORDS", "near"]

WORDS: dict[str, str] = {
    "failed": r"sem sucesso|bem sucedido|未成功|發生|fehlgeschlagen|gescheitert|abgelehnt|nicht (?:möglich|erfolgreich|hergestellt)|k(?:onnte|ann) nicht|no es posible|échec|echec|échoué|impossible|erreur|refusé"
    r"|no se (?:pudo|puede|ha podido)|falló|fallo|fallad[ao]|fallid[ao]|incorrecta|incorrecto|no se completó|\berror\b|\berro\b|não obteve sucesso|não foi possível|não (?:pôde|pode)|falhou|falha|impossibile|riuscit[ao]|non è riuscita|non è possibile|fallit[ao]|errore"
    r"|mislukt|niet gelukt|kon niet|kan niet|misslyckades|kunde inte|mislykkedes|kunne ikke|epäonnistui|ei voitu|nie (?:można|udało|powiodł\w+)|niepowodzenie|błąd|selhal\w*|nelze|nepodarilo|nepodařilo|chyba"
    r"|sikertelen|nem sikerült|hiba|eroare|nu s-a putut|başarısız|hata|edilemedi|не удалось|ошибка|невозможно|неудач\w+|помилка|не вдалося|грешка|αποτυχία|σφάλμα|αδυναμία"
    r"|失败|失敗|错误|錯誤|无法|無法|出错|できません|エラー|실패|오류|שגיאה|فشل|خطأ|خطا|fehler|fout\b",
    "login": r"authentifi\w+|authentisi\w+|anmeldung|anmelden|einloggen|autentic\w+|autentif\w+|autenticação|identificación|identificar|iniciar sesión|inicio de sesión|accesso|войти|autentis\w+|godkend\w+|todenn\w+|todent\w+|uwierzytel\w+|logowani\w+"
    r"|autentiza\w+|autentifika\w+|authentic\w+|přihlášení|prihlás\w+|hitelesít\w+|bejelentkez\w+|kimlik doğrula\w+|oturum aç\w+|авториз\w+|аутентиф\w+|автентиф\w+|автентик\w+|удостовер\w+|ταυτοποίησ\w+|πιστοποίησ\w+"
    r"|认证|認證|验证|驗證|登录|登入|登錄|認証|ログイン|인증|로그인|אימות|مصادقة|المصادقة",
    "connect": r"verbindung|verbinden|connexion|connecter|conexi[oó]n|conectar\w*|conexão|ligação|ligar|connession\w+|connetters\w+|verbinding|anslut\w*|forbindelse|tilkobling|koble|yhtey\w+|połącz\w+"
    r"|připoj\w+|spojen\w+|pripoj\w+|csatlakoz\w+|kapcsol\w+|conect\w+|bağlan\w*|соедин\w+|подключ\w+|з'єднан\w+|свърз\w+|σύνδεσ\w+|连接|連接|連線|接続|연결|חיבור|الاتصال",
    "server": r"伺服器|сервер\w*|sunucu|서버|server|serveur|servidor|serwer|сервер|服务器|伺服器|サーバー|host\b|hôte",
    "unsupported": r"不接受|не підтриму\w+|не дозволя\w+|stöd(?:er|ja) inte|inte stöd\w*|nepodporuj\w+|nepovoluj\w+|desteklemi\w+|지원하지 않|허용하지 않|unterstütz\w*[^\n]{0,80}? nicht\b|nicht (?:zu )?unterstütz|erlaubt[^\n]{0,80}? nicht\b|(?:\bne |\bn')[^\n]{0,24}(?:gère|gérer|prend[^\n]{0,8} en charge|supporte|autorise)|\bno (?:parece )?(?:admit\w+|soporta|permite)|não (?:oferece|tem|possui|permite|suporta)"
    r"|non (?:supporta|gestisce|essere in grado)|nie (?:obsług\w+|zezwala)|не (?:поддерж\w+|разреша\w+)|不支持|不支援|不允许|サポートし(?:てい)?ません|サポートしていない|許可していません|対応していません|対応していない|ondersteun\w*[^\n]{0,80}? niet\b|staat geen|geen [^\n]{0,60}ondersteun",
    "method": r"認證方式|加密過的密碼|未加密的密碼|明文密碼|palavras-passe (?:encriptadas|em texto)|метод\w* автентифікації|зашифровані паролі|зашифрованих паролів|autentiseringsmetod\w*|krypterade lösenord|metod\w+ ověř\w+|şifrelenmiş parola|doğrulama yöntem\w*|인증 방식|암호화된 비밀번호|authentifizierungsmethode|méthode d'authentification|(?:mecanismo|método) de (?:identificación|autenticación|autenticação)|metodo di autenticazione|authenticatiemethode|metod\w+ uwierzytelniania|метод\w* аутентификации|认证方式|验证方式|认证方法|认证机制|驗證方式|認証方式|認証方法"
    r"|verschlüsselte\w* passw\w+|passw\w+ verschlüsselt|übertragung (?:verschlüsselter |des )?passw\w+|klartext|mots de passe (?:non )?chiffrés|contraseñas (?:no )?cifradas|加密过的密码|加密密码|明文密码|зашифрованных паролей|текстовых паролей|password (?:crittate|in testo)|senhas (?:criptografadas|em texto)|versleutelde wachtwoorden|plattetekstwachtwoorden|szyfrowanych haseł|haseł przesyłanych|暗号化(?:された)?パスワード|平文",
    "unknown": r"不詳|невідом\w+|не знайдено|okänd|hittades inte|neznám\w+|nebyl nalezen|bilinmiyor|bulunamadı|알 수 없|찾을 수 없|unbekannt|nicht gefunden|inconnue?\b|introuvable|desconocid[oa]|no (?:se )?(?:ha )?(?:podido )?encontr\w+|desconhecid[oa]|não (?:é conhecido|foi encontrado|encontrado)|sconosciut[oa]|non (?:è stato )?trovat[oa]|onbekend|niet gevonden|nieznan\w+|nie (?:znaleziono|został znaleziony)|неизвест\w+|не найден\w*|未知|找不到|不明|見つかりません|無法找到",
    "timeout": r"час очікування|tidsgräns\w*|časový limit|vypršel\w*|zaman aşımı|시간 초과|시간이 초과|zeitüberschreitung|zeitlimit|temps limite|délai (?:d'attente|de connexion|imparti)|tiempo de espera|tiempo máximo|tempo (?:limite|massimo|esgotado|de espera|de conexão)|fuori tempo|wachttijd|limit\w* czasu|время ожидания|тайм-?аут|превышен\w* (?:время|лимит|интервал)|连接超时|超时|逾時|タイムアウト|時間切れ",
    "elapsed": r"a expiré|caducado|expirou|expirado|è scadut[oa]|verlopen|verstreken|upłynął|истекло",
    "refused": r"відхилен\w*|відмовлено|nekades|avvisad\w*|odmítnut\w*|reddedildi|거부|거절|verweiger\w*|abgelehnt|zurückgewiesen|refusée?s?|rechazad[oa]s?|rehusad[oa]|recusad[oa]s?|rejeitad[oa]s?|rifiutat[oaie]|geweigerd|odrzucon\w+|odmówi\w+|отказано|отклон[её]н\w*|отвергнут\w*|拒绝|拒絕|拒否",
    "lost": r"斷線|中斷|втрачено|перервано|розірвано|від.єдна\w+|kopplades (?:från|ned)|förlorad\w*|přerušen\w*|ztracen\w*|kesildi|끊겼|끊어|중단|abgebrochen|verloren|getrennt|unterbrochen|beendet|perdue|déconnecté|interrompue?|coupée?|fermée?|se perdió|ha cortado|cerrad[oa]|interrumpid[oa]|desconectad[oa]|perdida|encerrad[oa]|interrott[oa]|disconness[oa]|chius[oa]|verbroken|przerwan\w+|rozłączył\w*|utracon\w+|утеряно|потеряно|прервано|разорван\w*|закрыт\w*|отключение|中断|断开|中斷|斷開|切断|失われ",
    "password": r"palavra-passe|nome de utilizador|使用者名稱|ім.я користувача|користувача|användarnamn\w*|uživatelsk\w+ jmén\w+|kullanıcı adı|비밀번호|사용자 이름|passw[oö]rt\w*|kennwort\w*|mots? de passe|contraseña|密码|密碼|パスワード|парол\w+|senha|wachtwoord\w*|has[łl][aoe]\b|haseł|用户名|用戶名|账号|帳號|ユーザー名|benutzernam\w+|nom d'utilisateur|identifiants?|nombre de usuario|имя пользователя|имени пользователя|логин|nome utente|usuário|gebruikersnaam|nazw\w użytkownika|lösenord\w*|heslo|jelszó|şifre|parola",
    "wrong": r"不正確|錯誤|неправильн\w+|невірн\w+|felaktig\w*|올바르지|잘못|falsch|ungültig|inkorrekt|stimmt nicht|incorrect\w*|erroné\w*|invalide|no (?:es )?válid[oa]|inválid[oa]|错误|不正确|無效|无效|不匹配|間違|正しくありません|неверн\w+|неправильн\w+|errat[oaie]|non valid[oa]|onjuist\w*|ongeldig\w*|nieprawidłow\w+|błędn\w+|felaktigt|espatné|nesprávn\w+|hibás|yanlış|incorect",
    "greeting": r"握手訊息|cumprimento|вітання|hälsning\w*|uvítac\w+|인사말|begrüßung|message d'accueil|saludo|saluto|问候|приветстви\w+|saudação|begroeting|powitani\w+|挨拶|グリーティング",
    "incorrect": r"不正確|incorreto|некоректн\w+|неправильн\w+|felaktig\w*|nesprávn\w+|잘못된|ungültige|falsche|incorrect\w*|不正确|некорректн\w+|неверн\w+|non corretto|incorreta|onjuiste|nieprawidłow\w+|無効|不正",
    "certificate": r"сертифікат\w*|인증서|zertifikat\w*|certificat\b|certificado|certificato|сертификат\w*|证书|憑證|証明書|certyfikat\w*|certificaat|certifikát\w*|sertifika",
    "untrusted": r"nicht (?:vertrau\w+|gültig|überprüft|verifiziert)|ungültig|invalide|non valide|pas (?:fiable|approuvé|valide|de confiance)|no (?:es )?(?:de confianza|válido|fiable)|no (?:se )?(?:puede|pudo) verificar|non (?:attendibile|valido|affidabile)|não (?:é )?(?:confiável|válido)|недейств\w+|не (?:является )?доверен\w*|ненад[её]жн\w*|不受信任|无效|不可信|無效|信頼できない|信頼されて|無効|niet vertrouwd|ongeldig|niezaufan\w*|nieprawidłow\w*",
    "mismatch": r"stimmt[^\n]{0,30} nicht|falschen? (?:website|server|namen)|correspond(?:ent)? pas|no coincide|non corrisponde|não corresponde|не (?:соответствует|совпадает)|不匹配|不相符|不符合|一致しません|komt niet overeen|nie (?:pasuje|zgadza|odpowiada)",
    "recipient": r"收件者|одержувач\w*|отримувач\w*|mottagar\w*|příjemc\w+|받는 사람|수신자|empfänger\w*|destinataires?|destinatari\w+|destinatário\w*|ontvanger\w*|odbiorc\w+|получател\w+|收件人|收信人|受信者|宛先",
    "sender": r"寄件者|відправник\w*|avsändar\w*|odesílatel\w*|보낸 사람|발신자|absender\w*|expéditeur|remitente|mittente|remetente|afzender\w*|nadawc\w+|отправител\w+|发件人|寄件人|差出人|送信者",
    "absent": r"nicht gefunden|existiert nicht|unbekannt|introuvable|n'existe pas|no existe|non esiste|não existe|bestaat niet|nie istnieje|не (?:существует|найден\w*)|不存在|存在しません|見つかりません",
    "mailbox": r"скриньк\w+|schránk\w+|편지함|메일함|postfach|mailbox|boîte|buzón|casella|caixa|postvak|skrzynk\w+|ящик\w*|邮箱|信箱|メールボックス|speicherplatz|espace",
    "full": r"переповнен\w*|plná|가득|\bvoll\b|überfüllt|pleine|saturée|lleno|llena|excedid[oa]|piena|cheia|pełn\w+|переполнен\w*|已满|满了|已滿|いっぱい|一杯|満杯",
    "size": r"größe|taille|tamaño|dimensioni?|tamanho|grootte|rozmiar|размер\w*|大小|サイズ",
    "exceeds": r"überschrei\w+|zu groß|excède|dépasse|excede|supera|overschrijdt|przekracza|превыша\w+|超过|超過|超え|过大",
    "needed": r"потріб\w+|необхідн\w+|krävs|vyžad\w+|gerekli|필요|erforderlich|benötigt|verlangt|requise|nécessaire|obligatoire|requerid[oa]|necesari[oa]|requiere|richiest[oa]|richiede|necessári[oa]|exigid[oa]|требует\w*|необходим\w*|需要|必要|必須|vereist|wymagan\w*|wymaga\b",
    "temporary": r"臨時|тимчасов\w+|tillfällig\w*|dočasn\w+|geçici|일시적|temporär\w*|vorübergehend\w*|temporaire|temporal\b|temporane[oa]|temporári[oa]|tijdelijke|tymczasow\w+|временн\w+|临时|暂时|暫時|一時的",
}
"""By what they stand for."""


def near(first: str, second: str, gap: int = 60) -> str:
    """Return an expression for words of two kinds near each other, in a line, in any order."""
    one, other = WORDS[first], WORDS[second]
    between = rf"[^\n]{{0,{gap}}}?"
    return rf"(?:{one}){between}(?:{other})|(?:{other}){between}(?:{one})"
