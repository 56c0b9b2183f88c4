"""Roles of folders, guessed from names that programs and servers use."""

from collections.abc import Iterable

from mailkit.observation import SeenFolder

__all__ = ["NAMES", "ROLES", "folder_with_role", "named_role"]

ROLES = frozenset({"all", "archive", "drafts", "flagged", "important", "junk", "sent", "trash"})
"""Roles that a server can report (RFC 6154, RFC 8457)."""

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
    "trash": frozenset(
        {
            *("trash", "deleted items", "deleted messages", "bin", "rubbish", "recycle bin"),
            *("papierkorb", "gelöscht", "gelöschte objekte", "gelöschte elemente"),
            *("corbeille", "éléments supprimés", "messages supprimés", "papelera", "eliminados"),
            *("elementos eliminados", "lixeira", "itens excluídos", "cestino", "posta eliminata"),
            *("prullenbak", "verwijderde items", "papperskorgen", "borttaget", "papirkurv"),
            *("slettet post", "roskakori", "kosz", "elementy usunięte", "koš", "odstraněná pošta"),
            *("kuka", "coș de gunoi", "çöp kutusu", "silinmiş öğeler", "κάδος", "корзина"),
            *("удаленные", "удалённые", "кошик", "已删除", "已删除邮件", "刪除的郵件", "ゴミ箱"),
            *("削除済みアイテム", "휴지통", "지운편지함"),
        }
    ),
    "drafts": frozenset(
        {
            *("drafts", "draft", "entwürfe", "entwurf", "brouillons", "borradores", "rascunhos"),
            *("bozze", "concepten", "utkast", "kladder", "luonnokset", "kopie robocze", "szkice"),
            *(
                "koncepty",
                "piszkozatok",
                "ciorne",
                "taslaklar",
                "πρόχειρα",
                "черновики",
                "чернетки",
            ),
            *("草稿", "草稿箱", "草稿匣", "下書き", "임시보관함", "임시 보관함"),
        }
    ),
    "archive": frozenset(
        {
            *("archive", "archives", "archived", "archiv", "archivo", "arquivo", "archivio"),
            *("archief", "arkiv", "arkisto", "archiwum", "archív", "arhivă", "arşiv", "αρχείο"),
            *("архив", "архів", "归档", "封存", "アーカイブ", "보관함"),
        }
    ),
}
"""Names by role, in lower case; the last part of a name is compared."""


def folder_with_role(folders: Iterable[SeenFolder], role: str, delimiter: str) -> SeenFolder | None:
    """Return the folder with a role (RFC 6154), or else one with a matching name."""
    many = [*folders]
    told = next((folder for folder in many if f"\\{role}" in folder.flags), None)
    return told or next(
        (
            folder
            for folder in many
            if folder.name.lower().rpartition(delimiter or "/")[2] in NAMES[role]
        ),
        None,
    )


def named_role(name: str, delimiter: str) -> str:
    """Return the role that a folder's name suggests, or an empty text."""
    last = name.lower().rpartition(delimiter or "/")[2].strip("[] ")
    return next((role for role, names in NAMES.items() if last in names), "")
