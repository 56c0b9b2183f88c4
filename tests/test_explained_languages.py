"""What mail programs say in other languages than English."""

import pytest

from mailkit import explain
from mailkit.replies.lexicon import WORDS
from mailkit.replies.pattern import needed


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


@pytest.mark.parametrize("kind", WORDS)
def test_a_text_without_a_word_of_a_kind_is_not_searched(kind: str) -> None:
    assert needed(WORDS[kind]) is not None
