"""asterCC: the mail servers of a call centre, one record for each; those without a team are the system's."""

from typing import Any

from mailkit.formats.form import Field, Form, flag, number

__all__ = ["FORM"]


def _team(text: str) -> str:
    return f"team:{text.strip()}" if text.strip() else "system"


class _Team(Field):
    """A team's name; the scope is mailkit's term."""

    def said(self, value: Any) -> str:
        return str(value).removeprefix("team:") if value != "system" else ""


def _finish(table: dict[str, Any]) -> None:
    """Defaults of the form: SMTP on port 25 in cleartext; the local host needs no server and no login."""
    delivery = table.setdefault("delivery", {})
    delivery.setdefault("via", "smtp")
    outgoing = table.setdefault("outgoing", {})
    outgoing.setdefault("protocol", "smtp")
    if delivery["via"] == "local":
        outgoing.setdefault("host", "localhost")
        outgoing.setdefault("port", 25)
        outgoing.setdefault("security", "cleartext")
    outgoing.setdefault("security", "cleartext")


FORM = Form(
    "astercc",
    "asterCC mail server",
    (
        _Team(("Team", "团队"), "scope", read=_team),
        Field(
            ("Server type", "服务器类型"),
            "delivery.via",
            {"SMTP": "smtp", "Local host": "local", "本机": "local", "本机发送": "local"},
        ),
        Field(
            ("Mode", "模式"),
            "delivery.mode",
            {"php": "immediate", "Php": "immediate", "Daemon": "daemon"},
        ),
        Field(("Hostname", "主机名"), "delivery.label"),
        Field(("Host IP", "主机IP"), "outgoing.host"),
        Field(("SMTP port", "SMTP端口"), "outgoing.port", read=number),
        Field(("Sender", "发信人邮箱"), "address"),
        Field(("Default", "是否默认"), "default", {"yes": True, "no": False, "是": True}, flag),
        Field(
            ("Status", "状态"),
            "active",
            {"available": True, "unavailable": False, "可用": True, "不可用": False},
            flag,
        ),
        Field(
            ("SSL", "是否ssl"),
            "outgoing.security",
            {
                "yes": "implicit-tls",
                "no": "cleartext",
                "是": "implicit-tls",
                "否": "cleartext",
            },
        ),
        Field(("User name", "用户名"), "outgoing.user"),
        Field(("Password", "密码"), "outgoing.secret"),
    ),
    _finish,
)
