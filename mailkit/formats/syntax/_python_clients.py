"""Mail clients that a Python program makes: the calls of ``smtplib`` and its kin, and what follows them.

Each client is a table ``("smtplib", "0")`` with its ``class``, the arguments under the names of their
parameters, and ``starttls`` where that is called on it.
"""

import ast
import re
from collections.abc import Callable, Iterator

from mailkit.formats.document import Entry, KeyPath

__all__ = ["BARE", "Clients", "dotted"]

BARE = "."
"""The quoting of a name that is written without quotes."""

_SMTP = ("host", "port", "local_hostname", "timeout")
_MAIL = ("host", "port", "timeout")

_CLIENTS: dict[str, tuple[str, ...]] = {
    "smtplib.SMTP": _SMTP,
    "smtplib.SMTP_SSL": _SMTP[:3],
    "imaplib.IMAP4": _MAIL,
    "imaplib.IMAP4_SSL": _MAIL[:2],
    "poplib.POP3": _MAIL,
    "poplib.POP3_SSL": _MAIL[:2],
    "aiosmtplib.SMTP": (),
    "aiosmtplib.send": ("message",),
    "imapclient.IMAPClient": ("host", "port", "use_uid", "ssl"),
    "imapclient.imapclient.IMAPClient": ("host", "port", "use_uid", "ssl"),
    "imap_tools.MailBox": _MAIL,
    "imap_tools.MailBoxTls": _MAIL,
    "imap_tools.MailBoxStartTls": _MAIL,
    "imap_tools.MailBoxUnencrypted": _MAIL,
}
"""By class or function, the names of its positional parameters."""

_CALLS: dict[str, tuple[str, ...]] = {
    "connect": ("host", "port"),
    "login": ("user", "password"),
    "user": ("user",),
    "pass_": ("password",),
}
"""Methods that say a setting, with the names of their positional parameters."""

_HOSTS = ("host", "hostname")
_UPGRADES = ("starttls", "stls")

_TRACE = re.compile(r"smtplib|imaplib|poplib|imapclient|imap_tools")


class Clients:
    """The clients of a module, in the order in which they are made.

    Args:
        text: the module.
        resolved: makes the entry of an argument; its value is where the argument was given one.
        span: begin and end of a node in the text.
    """

    def __init__(
        self,
        text: str,
        resolved: Callable[[KeyPath, ast.expr], Entry],
        span: Callable[[ast.expr], tuple[int, int]],
    ) -> None:
        self.entries: list[Entry] = []
        self._wanted = _TRACE.search(text) is not None
        self._resolved, self._span = resolved, span
        self._imported: dict[str, str] = {}
        self._made: dict[str, tuple[str, str]] = {}
        self._count = 0

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        """Names under which the classes are known here."""
        for name in node.names:
            whole = f"{node.module}.{name.name}" if isinstance(node, ast.ImportFrom) else name.name
            self._imported[name.asname or name.name] = whole

    def calls(self, statement: ast.stmt) -> None:
        """Read the calls of one statement, without those of the statements in it."""
        if not self._wanted:
            return
        if isinstance(statement, ast.With | ast.AsyncWith):
            for item in statement.items:
                target = item.optional_vars
                self._expression(item.context_expr, [target] if target is not None else [])
        elif isinstance(statement, ast.Assign):
            self._expression(statement.value, statement.targets)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._expression(statement.value, [statement.target])
        else:
            for expression in _heads(statement):
                self._expression(expression, [])

    def _expression(self, node: ast.expr, targets: list[ast.expr]) -> None:
        made: tuple[str, str] | None = None
        for call in sorted(
            _calls(node), key=lambda found: (found.end_lineno, found.end_col_offset)
        ):
            name = dotted(call.func)
            whole = self._whole(name)
            if whole in _CLIENTS:
                module, _, kind = whole.rpartition(".")
                made = (module, str(self._count))
                self._count += 1
                self.entries.append(self._class((*made, "class"), kind, call.func))
                self._arguments(made, call, _CLIENTS[whole])
                continue
            receiver, method = ".".join(name[:-1]), name[-1:]
            client = self._made.get(receiver)
            if client is None and isinstance(call.func, ast.Attribute):
                method = (call.func.attr,)
                client = made if isinstance(call.func.value, ast.Call) else None
            if client is not None and method:
                self._method(client, method[0], call)
        for target in targets:
            if (known := ".".join(dotted(target))) and made is not None:
                self._made[known] = made

    def _class(self, path: KeyPath, kind: str, node: ast.expr) -> Entry:
        """The class; another of the same module can take its place where the module is named."""
        _, end = self._span(node)
        span = (end - len(kind), end) if isinstance(node, ast.Attribute) else None
        return Entry(path, kind, node.end_lineno or node.lineno, span, kind, BARE)

    def _whole(self, name: tuple[str, ...]) -> str:
        if not name:
            return ""
        return ".".join((self._imported.get(name[0], name[0]), *name[1:]))

    def _method(self, client: tuple[str, str], method: str, call: ast.Call) -> None:
        if method in _UPGRADES:
            line = call.end_lineno or call.lineno
            self.entries.append(Entry((*client, "starttls"), True, line))
        elif method in _CALLS:
            self._arguments(client, call, _CALLS[method])

    def _arguments(self, client: tuple[str, str], call: ast.Call, names: tuple[str, ...]) -> None:
        for name, argument in zip(names, call.args, strict=False):
            if isinstance(argument, ast.Starred):
                break
            self._argument((*client, name), argument)
        for keyword in call.keywords:
            if keyword.arg is not None:
                self._argument((*client, keyword.arg), keyword.value)

    def _argument(self, path: KeyPath, node: ast.expr) -> None:
        entry = self._resolved(path, node)
        reference = entry.reference
        unknown = reference is None or (
            reference.kind == "other" and reference.name.partition(".")[0] not in self._imported
        )
        if path[-1] in _HOSTS and entry.value is None and unknown:
            return  # the caller of this function chooses the server: these are no settings
        self.entries.append(entry)


def dotted(node: ast.expr) -> tuple[str, ...]:
    """The names of ``a.b.c``; empty for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()


def _heads(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement, without those of its body."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            yield child


def _calls(node: ast.expr) -> Iterator[ast.Call]:
    return (call for call in ast.walk(node) if isinstance(call, ast.Call))
