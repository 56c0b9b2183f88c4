"""What mail programs say in other languages than English."""

import re

import pytest

from mailkit import explain
from mailkit.replies.dialogs import CONCEPTS, dialogs_in, languages


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # German
        ("SMTP-Server mail.example.com ist unbekannt", "dns-nxdomain"),
        ("IMAP: die Verbindung wurde verweigert", "tcp-refused"),
        ("Zeitüberschreitung der Verbindung mit imap.example.com", "tcp-timeout"),
        ("Der IMAP-Server hat die Verbindung abgebrochen", "tcp-reset"),
        ("SMTP: Benutzername oder Passwort falsch", "aut-bad"),
        ("SMTP-Server unterstützt diese Authentifizierungsmethode nicht", "cap-mech-mismatch"),
        ("SMTP: STARTTLS wird nicht unterstützt", "stt-not-offered"),
        ("Das Zertifikat des Mailservers ist abgelaufen", "crt-expired"),
        ("Das Postfach des Empfängers ist voll (SMTP)", "snd-rcpt-full"),
        ("E-Mail: der Empfänger wurde abgelehnt", "snd-rcpt-unknown"),
        # French
        ("Le serveur sortant (SMTP) est inconnu", "dns-nxdomain"),
        ("SMTP : la connexion a été refusée", "tcp-refused"),
        ("SMTP : la connexion au serveur a expiré", "tcp-timeout"),
        ("IMAP : identifiant ou mot de passe incorrect", "aut-bad"),
        ("SMTP : authentification requise", "snd-not-logged-in"),
        ("SMTP : le certificat du serveur ne correspond pas", "crt-host-mismatch"),
        # Spanish, Portuguese, Italian
        ("El servidor de salida (SMTP) es desconocido", "dns-nxdomain"),
        ("SMTP: la conexión ha sido rechazada", "tcp-refused"),
        ("correo: usuario o contraseña no válida", "aut-bad"),
        ("SMTP: a conexão com o servidor foi perdida", "tcp-reset"),
        ("SMTP: o servidor não suporta o método de autenticação", "cap-mech-mismatch"),
        ("SMTP: server di posta sconosciuto", "dns-nxdomain"),
        ("posta: la connessione al server è scaduta", "tcp-timeout"),
        # Russian, Chinese, Japanese
        ("SMTP: сервер неизвестен", "dns-nxdomain"),
        ("SMTP: время ожидания соединения истекло", "tcp-timeout"),
        ("почта: неверный логин или пароль", "aut-bad"),
        ("почта: ящик получателя переполнен", "snd-rcpt-full"),
        ("邮件服务器未知", "dns-nxdomain"),
        ("连接邮件服务器时被拒绝", "tcp-refused"),
        ("SMTP 服务器不支持您所选择的认证方式", "cap-mech-mismatch"),
        ("郵件:密碼不正確", "aut-bad"),
        ("メールサーバーとの接続が切断されました", "tcp-reset"),
        ("メール: ユーザー名またはパスワードが間違っています", "aut-bad"),
        ("メール: 証明書の期限切れ", "crt-expired"),
    ],
)
def test_the_words_of_a_dialog_are_read_in_the_language_of_the_person(
    text: str, finding: str
) -> None:
    found = explain(text)

    assert found[0].id == finding
    assert str(found[0].certainty) != "sure"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Die Verbindung wurde abgebrochen: 535 5.7.8 Bad credentials", "aut-bad"),
        ("邮件发送失败: 550 5.1.1 User unknown", "snd-rcpt-unknown"),
        ("Erreur inconnue (SMTP): x509: certificate has expired", "crt-expired"),
    ],
)
def test_a_servers_or_a_librarys_words_come_before_those_of_a_dialog(
    text: str, finding: str
) -> None:
    assert explain(text)[0].id == finding


@pytest.mark.parametrize(
    "text",
    [
        "Die Datei ist unbekannt",
        "Le formulaire est requis",
        "Пароль сохранён",
        "数据库连接超时: mysql",
    ],
)
def test_a_dialog_that_is_not_about_mail_is_not_explained(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # the same three situations: a login that is rejected, a timeout, a refused connection
        ("IMAP: přihlášení selhalo", "aut-bad"),
        ("Spojení s poštovním serverem: vypršel časový limit", "tcp-timeout"),
        ("SMTP: prihlásenie zlyhalo", "aut-bad"),
        ("Pripojenie k poštovému serveru bolo odmietnuté", "tcp-refused"),
        ("E-post: inloggningen misslyckades", "aut-bad"),
        ("SMTP: anslutningen till servern nekades", "tcp-refused"),
        ("SMTP: adgangskoden er forkert", "aut-bad"),
        ("Forbindelsen til mailserveren blev afbrudt", "tcp-reset"),
        ("E-post: feil brukernavn eller passord", "aut-bad"),
        ("IMAP: tidsavbrudd", "tcp-timeout"),
        ("Sähköposti: käyttäjätunnus tai salasana on väärin", "aut-bad"),
        ("IMAP-palvelimen varmenne on vanhentunut", "crt-expired"),
        ("E-mail: hibás jelszó vagy felhasználónév", "aut-bad"),
        ("A levelezőkiszolgáló elutasította a kapcsolatot (SMTP)", "tcp-refused"),
        ("SMTP: parola este incorectă", "aut-bad"),
        ("Conexiunea la serverul de e-mail a fost întreruptă", "tcp-reset"),
        ("E-posta: parola veya kullanıcı adı yanlış", "aut-bad"),
        ("SMTP sunucusu bağlantıyı reddetti", "tcp-refused"),
        ("SMTP: λάθος όνομα χρήστη ή κωδικός πρόσβασης", "aut-bad"),
        ("Λήξη χρόνου σύνδεσης με τον διακομιστή αλληλογραφίας", "tcp-timeout"),
        ("Пощенски сървър: грешна парола", "aut-bad"),
        ("SMTP: neispravna lozinka", "aut-bad"),
        ("Е-пошта: погрешна лозинка (IMAP)", "aut-bad"),
        ("SMTP: geslo je napačno", "aut-bad"),
        ("El. paštas: neteisingas slaptažodis", "aut-bad"),
        ("E-pasts: nepareiza parole", "aut-bad"),
        ("E-post: vale parool", "aut-bad"),
        ("Поштовий сервер не відповідає: час очікування вичерпано", "tcp-timeout"),
        ("Correu: la contrasenya és incorrecta", "aut-bad"),
        ("שרת SMTP: הסיסמה שגויה", "aut-bad"),
        ("خادم SMTP: كلمة المرور غير صحيحة", "aut-bad"),
        ("SMTP: mật khẩu không đúng", "aut-bad"),
        ("Surel: kata sandi salah (IMAP)", "aut-bad"),
        ("메일 서버: 비밀번호가 올바르지 않습니다", "aut-bad"),
        ("메일 서버와의 연결이 끊어졌습니다", "tcp-reset"),
        ("อีเมล: รหัสผ่านไม่ถูกต้อง", "aut-bad"),
        ("ایمیل: گذرواژه نادرست است", "aut-bad"),
        ("SMTP: o tamanho da mensagem excede o limite", "snd-size"),
        ("Kunne ikke kopiere meldingen til mappen for sendte meldinger", "snd-sent-copy"),
        ("Kopie wiadomości nie można zapisać w folderze wysłanych", "snd-sent-copy"),
        ("O servidor não anuncia STARTTLS", "stt-not-offered"),
        ("Não é possível encontrar o servidor de e-mail.", "dns-nxdomain"),
        ("Der Mailserver wurde nicht gefunden", "dns-nxdomain"),
        ("Impossibile verificare l'identità del server di posta", "crt-host-mismatch"),
        ("Mail : impossible de vérifier l’identité du serveur", "crt-host-mismatch"),
    ],
)
def test_a_rule_holds_in_every_language(text: str, finding: str) -> None:
    found = explain(text)

    assert found[0].id == finding
    assert str(found[0].certainty) == "possible"


@pytest.mark.parametrize("code", sorted(languages()))
def test_a_language_has_words_for_every_step_of_a_session(code: str) -> None:
    language = languages()[code]
    words = [word for stems in language.beginnings.values() for word in stems]
    concepts = {concept for _, _, concept in words} | {concept for _, concept in language.parts}

    assert concepts <= CONCEPTS
    assert {
        "failed",
        "login",
        "connect",
        "server",
        "password",
        "wrong",
        "refused",
        "timeout",
    } <= concepts


@pytest.mark.parametrize(
    "text",
    [
        "The connection to the server failed: no route, permit expired.",
        "Could not connect to imap server using SSL Error 6",
        "error: temporary mailbox problem; contact support, message data rejected",
        "folder map: no address, timeout of the resolver",
    ],
)
def test_english_is_no_other_language(text: str) -> None:
    assert dialogs_in(text, mail=True) == []


def test_the_most_specific_sentence_of_a_dialog_comes_first() -> None:
    found = dialogs_in("Der Versand der E-Mail schlug fehl. Die Verbindung wurde abgelehnt.", True)

    assert found[0].findings == ("tcp-refused",)
    assert re.fullmatch("Die Verbindung wurde abgelehnt", found[0].words)


@pytest.mark.parametrize(
    ("text", "finding", "certainty"),
    [
        ("a1 NO Konto gesperrt", "aut-suspended", "possible"),
        ("535 5.7.8 Compte bloqué suite à trop de tentatives", "aut-locked", "likely"),
        ("-ERR Su cuenta está suspendida", "aut-suspended", "possible"),
        ("a4 NO Der Server ist vorübergehend nicht erreichbar", "aut-temp", "possible"),
    ],
)
def test_a_server_s_reply_is_read_in_its_language(text: str, finding: str, certainty: str) -> None:
    found = explain(text)

    assert (found[0].id, str(found[0].certainty)) == (finding, certainty)


def test_a_reply_about_a_folder_says_nothing_about_the_account() -> None:
    assert not [
        cause for cause in explain("a3 NO Ordner existiert nicht") if cause.id[:4] == "aut-"
    ]
