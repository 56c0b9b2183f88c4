"""The words of :mod:`~mailkit.formats.syntax.notes`: what names a server, a port or an encryption in many languages."""

import re
from dataclasses import dataclass

__all__ = [
    "BEGINS_WITH_ANSWER",
    "ENDS_IN_SWITCH",
    "NoteWord",
    "is_general",
    "is_server",
    "words_of",
]

_INCOMING = (
    "incoming|inbound|posteingang\\w*|eingehend\\w*|eingangs\\w*|entrante?s?|réception|reception"
    "|recepción|entrata|in arrivo|ricezione|inkomend\\w*|inkommande|ingående|przychodząc\\w*|odbior\\w*"
    "|entrada|recebimento|recepção|příchozí\\w*|bejövő|gelen|indgående|innkommende|saapuva\\w*|входящ\\w*|вхідн\\w*"
)
_OUTGOING = (
    "outgoing|outbound|postausgang\\w*|ausgehend\\w*|ausgangs\\w*|versand\\w*|sortante?s?|envoi|envío"
    "|salientes?|salida|uscita|invio|uitgaand\\w*|verzend\\w*|wychodząc\\w*|wysyłan\\w*|saída|envio|utgående"
    "|odchozí\\w*|kimenő|giden|udgående|lähtevä\\w*|исходящ\\w*|вихідн\\w*"
)
_HOST_LABEL = (
    "(?:mail-?)?servers?|\\w*server|hostname|host|serveurs?|hôte|servidor(?:es)?|servers?name|anfitrión|serwer\\w*"
    "|\\w*servern|nome host|hostnaam|servernaam|address|adresse|sunucu\\w*|palvelin|kiszolgáló|szerver|сервер\\w*"
)
_PORT_LABEL = "ports?|puertos?|porta|porty|portu|poort(?:en|nummer)?|portnummer|nr portu|bağlantı noktası|portti|порт\\w*"
_USER_LABEL = (
    "user ?names?|user ?id|user|login|benutzername|benutzer|(?:nom d.)?utilisateur|identifiant|(?:nombre de )?usuario"
    "|(?:nome )?utente|gebruikersnaam|gebruiker|(?:nazwa )?użytkownika|(?:nome de )?(?:usuário|utilizador)"
    "|användarnamn|användare|uživatel(?:ské jméno)?|felhasználó(?:név)?|kullanıcı(?: adı)?|brugernavn|brukernavn"
    "|käyttäjä(?:tunnus|nimi)?|логин|(?:имя )?пользовател\\w*|логін|користувач\\w*|e-?mail(?:[ -]?address| ?adresse?)?"
)
_SECURITY_LABEL = (
    "(?:connection |transport )?security|encryption|encrypted connection|verschlüsselung\\w*|verbindungssicherheit"
    "|sicherheit|chiffrement|sécurité|cryptage|cifrado|seguridad|crittografia|sicurezza|versleuteling|beveiliging"
    "|szyfrowani\\w*|zabezpiecz\\w*|criptografia|segurança|kryptering|säkerhet|sikkerhed|sikkerhet|šifrování|zabezpečení"
    "|titkosítás|biztonság|şifreleme|güvenlik|salaus|suojaus|шифрование|безопасность|защита|шифрування|безпека"
)
_SECRET_LABEL = "passwords?|passwort|kennwort|mot de passe|contraseña|wachtwoord|hasło|hasła|senha|palavra-passe|lösenord|heslo|jelszó|parola|adgangskode|passord|salasana|пароль"
_NO = (
    "non[- ](?:ssl|tls)\\b|no encryption|not encrypted|unencrypted|unverschlüsselt|keine verschlüsselung|non chiffré|none|keine|aucun\\w*|ningun[ao]"
    "|sin cifrado|nessun[ao]|geen|brak|nenhum\\w*|sem criptografia|ingen|žádn\\w*|yok|nincs|нет|без шифрования|немає"
)
_ANSWER = (
    "(?P<yes>yes|checked|ja|oui|sí|si|sì|tak|sim|on|an|ein|aktiviert|enabled|required|activé|activado|attivo|ativado)"
    "|(?P<no>no|unchecked|nein|non|nie|nej|nee|não|off|aus|deaktiviert|disabled|désactivé|desactivado)"
)

_ADJACENT = (
    ("incoming", "受信|収信|接收|接收邮件|收件|收信|받는 ?메일|수신"),
    ("outgoing", "送信|发送|發送|发件|寄件|보내는 ?메일|발신|송신"),
    ("host_label", "サーバー?|服务器|伺服器|主机|서버"),
    ("port_label", "ポート(?:番号)?|端口|連接埠|통신 ?포트|포트"),
    ("security_label", "暗号化(?:方式)?|セキュリティ|加密(?:方式|类型)?|安全(?:类型)?|암호화|보안"),
    ("user_label", "ユーザー?名|アカウント名|用户名|帐号|账号|使用者名稱|사용자 ?(?:이름|명)"),
    ("none", "なし|无|無|없음"),
    ("secret_label", "パスワード|密码|密碼|비밀번호"),
)
"""Words of languages that write them one against the other."""

_UNITS = "s|ms|sec|secs|seconds?|min|mins|minutes?|minuten?|h|hours?|days?|tage?|jours?|[kmgt]i?b|eur|usd|times"
"""What a number is a measure with, and no port."""

ENDS_IN_SWITCH = re.compile(
    r"(?:.*\W)?(?:starttls|ssl ?/ ?tls|tls ?/ ?ssl|ssl|tls)\s*", re.I | re.S
)
BEGINS_WITH_ANSWER = re.compile(rf"\s*(?:{_ANSWER})\s*\|?\s*", re.I)
"""A switch for encryption and its state, which may be in the next column or row."""

_NAME = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:xn--[a-z0-9-]{1,59}|[a-z]{2,10})"
_TOKEN = re.compile(
    r"(?=[\w.+%-])(?:"  # what a token begins with: blanks and signs need no look at each kind
    r"(?P<link>\b(?:https?|ftp)://\S++)"
    rf"|(?P<address>[\w.+%-]{{1,64}}@{_NAME})"
    rf"|(?<![\w@.-])(?P<host>{_NAME})(?::(?P<at>\d{{1,5}})\b)?(?![\w@(]|-\w)"
    rf"|(?<![\w.])(?P<number>\d{{1,5}})(?![\w]|\.\d|[ \t]?(?:%|(?:{_UNITS})\b))"
    r"|\b(?P<protocol>imaps?4?(?![\w.-]*\.\w)|pop-?3?s?|e?smtps?)\b(?!\[)"
    r"|\b(?P<sure>(?:im|ex)pli[cz]it\w{0,3}[ -]?(?:ssl|tls)|(?:ssl|tls)[ -](?:im|ex)pli[cz]it\w{0,3})\b"
    r"|\b(?P<security>starttls|start tls|ssl ?/ ?tls|tls ?/ ?ssl|ssl|tls)"
    rf"(?:\s*[:=|-]?\s*(?:{_ANSWER})\b)?(?![\w])"
    rf"|\b(?P<none>{_NO})\b"
    rf"|\b(?P<secret_label>{_SECRET_LABEL})\b"
    rf"|\b(?P<security_label>{_SECURITY_LABEL})\b"
    rf"|\b(?P<port_label>{_PORT_LABEL})\b"
    rf"|\b(?P<incoming>{_INCOMING})|\b(?P<outgoing>{_OUTGOING})"
    rf"|\b(?P<host_label>{_HOST_LABEL})\b|\b(?P<user_label>{_USER_LABEL})\b"
    + "".join(f"|(?P<{kind}_>{words})" for kind, words in _ADJACENT)
    + r"|\w++)",
    re.I,
)
_FILLING = frozenset(("e", "mail", "email", "post", "of", "the", "for", "der", "de", "required"))


_NO_SERVERS = ("www.", "webmail.", "help.", "support.", "cpanel.")
_ENDINGS = re.compile(
    r"\.(?:html?|php|pdf|txt|png|jpg|exe|zip|md|m?js|ts|py|rb|c|cpp|h|sh|pem|key|crt|log|lock|conf|info)$"
)


@dataclass(frozen=True, slots=True)
class NoteWord:
    """A token: its kind and value, and where the value is."""

    kind: str
    value: str
    span: tuple[int, int]


def is_server(name: str) -> bool:
    """Whether a name may be that of a mail server, and not of a page, a file or a member of a program."""
    lower = name.lower()
    program = name not in (lower, name.upper(), name.title())
    return not (program or lower.startswith(_NO_SERVERS) or _ENDINGS.search(lower))


def is_general(name: str) -> bool:
    """Whether a label has words of servers and logins only, so that it is no product's own."""
    words = words_of(name, 0, len(name))
    return all(word.kind != "word" or word.value.casefold() in _FILLING for word in words)


def words_of(text: str, begin: int, end: int) -> list[NoteWord]:
    words = []
    for match in _TOKEN.finditer(text, begin, end):
        kind = match.lastgroup
        if kind is None:
            words.append(NoteWord("word", match[0], match.span()))
        elif match["security"]:
            if match["no"]:
                words.append(NoteWord("off", match[0], match.span()))
            else:
                words.append(NoteWord("security", match["security"], match.span("security")))
        elif match["host"]:
            words.append(NoteWord("host", match["host"], match.span("host")))
            if match["at"]:
                words.append(NoteWord("at", match["at"], match.span("at")))
        else:
            words.append(NoteWord(kind.removesuffix("_"), match[0], match.span()))
    return words
