"""Roles of folders, by the names that programs and servers give them where no role is told."""

from collections.abc import Iterable

from mailkit.observation import Folder

__all__ = ["NAMES", "folder_with_role"]

NAMES: dict[str, frozenset[str]] = {
    "sent": frozenset(
        {
            *("sent", "sent items", "sent messages", "sent mail", "sent-mail"),
            *("gesendet", "gesendete objekte", "gesendete elemente", "gesendete nachrichten"),
            *("envoyés", "messages envoyés", "éléments envoyés"),
            *("enviados", "elementos enviados", "mensajes enviados", "itens enviados", "enviadas"),
            *("mensagens enviadas", "inviata", "inviati", "posta inviata"),
            *("verzonden", "verzonden items", "verzonden berichten"),
            *("skickat", "skickade objekt", "sendt", "sendte elementer", "lähetetyt"),
            *("wysłane", "elementy wysłane", "odeslané", "odeslaná pošta", "elküldött elemek"),
            *("trimise", "gönderilmiş", "gönderilmiş öğeler", "απεσταλμένα"),
            *("отправленные", "надіслані", "已发送", "已发送邮件", "已傳送", "寄件備份"),
            *("送信済み", "送信済みメール", "보낸편지함", "보낸 편지함"),
        }
    ),
    "junk": frozenset(
        {
            *("junk", "spam", "junk e-mail", "junk email", "bulk mail", "spamverdacht"),
            *("junk-e-mail", "courrier indésirable", "indésirables", "correo no deseado"),
            *(
                "lixo eletrônico",
                "posta indesiderata",
                "ongewenste e-mail",
                "skräppost",
                "roskaposti",
            ),
            *("спам", "垃圾邮件", "垃圾郵件", "迷惑メール", "스팸메일함", "스팸편지함"),
        }
    ),
}
"""By role, in lower case; the last part of a name counts."""


def folder_with_role(folders: Iterable[Folder], role: str, delimiter: str) -> Folder | None:
    """The folder with a role (RFC 6154), or else one whose name says so."""
    many = [*folders]
    told = next((one for one in many if f"\\{role}" in one.flags), None)
    return told or next(
        (one for one in many if one.name.lower().rpartition(delimiter or "/")[2] in NAMES[role]),
        None,
    )
