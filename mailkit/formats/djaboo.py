"""Djaboo: the settings for all outgoing mail of a business suite; field names also in Japanese."""

from typing import Any

from mailkit.formats.form import Field, Form, many, number

__all__ = ["FORM"]

_SECURITY = {
    "SSL": "implicit-tls",
    "TLS": "starttls",
    "None": "cleartext",
    "No": "cleartext",
    "なし": "cleartext",
    "ノー": "cleartext",
    "-": "cleartext",
}


def _finish(table: dict[str, Any]) -> None:
    """The user name is the address, unless another is given (Exchange)."""
    table.setdefault("outgoing", {})
    outgoing = table["outgoing"]
    outgoing.setdefault("protocol", "smtp")
    via = table.get("delivery", {}).get("via", "smtp")
    if via == "smtp" and "user" not in outgoing and "secret" in outgoing:
        outgoing["user"] = table.get("address", "")
    if via != "smtp":
        outgoing.setdefault("host", "localhost")
        outgoing.setdefault("port", 25)
        outgoing.setdefault("security", "cleartext")


FORM = Form(
    "djaboo",
    "Djaboo e-mail settings",
    (
        Field(
            ("Mail Engine", "Messaging Engine", "メッセージング エンジン"),
            "delivery.engine",
            {"PHPMailer": "smtplib", "CodeIgniter": "aiosmtplib", "Codeigniter": "aiosmtplib"},
        ),
        Field(
            ("Email Protocol", "Messaging Protocol", "メッセージングプロトコル"),
            "delivery.via",
            {"SMTP": "smtp", "Sendmail": "sendmail", "Mail": "local"},
        ),
        Field(
            ("Email Encryption", "Encryption", "電子メールの暗号化", "暗号化"),
            "outgoing.security",
            _SECURITY,
        ),
        Field(("SMTP Host", "SMTP ホスト"), "outgoing.host"),
        Field(("SMTP Port", "SMTP ポート", "ポートSMTP"), "outgoing.port", read=number),
        Field(("Email", "SMTP Email", "電子メール", "SMTP メール"), "address"),
        Field(("SMTP Username", "SMTP ユーザー名"), "outgoing.user"),
        Field(("SMTP Password", "SMTP パスワード"), "outgoing.secret"),
        Field(("Email Charset", "電子メールの文字セット"), "delivery.charset"),
        Field(
            ("BCC All Emails To", "すべてのメールを BCC に送信"),
            "delivery.bcc",
            read=many,
        ),
        Field(("Email Signature", "電子メールの署名"), "delivery.signature"),
        Field(("Predefined Header", "定義済みヘッダー コード"), "delivery.header"),
        Field(("Predefined Footer", "定義済みフッターコード"), "delivery.footer"),
    ),
    _finish,
)
