"""Where a Python expression gets a password from, as OfflineIMAP's ``remotepasseval`` has it. Nothing is executed."""

import ast
import shlex

from mailkit.formats.document import Reference

__all__ = ["source_of"]

_COMMANDS = frozenset(("check_output", "getoutput", "getstatusoutput", "popen", "Popen", "run"))
_LONGEST = 2_000
"""Characters of an expression; one of thousands of brackets would take the parser's stack."""


def source_of(expression: str) -> Reference:
    """The command, the file or the entry of a keyring in an expression; ``other`` if it has none of them, or one that is not literal."""
    unknown = Reference("other", expression)
    if len(expression) > _LONGEST:
        return unknown
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return unknown
    found = [one for node in ast.walk(tree) if isinstance(node, ast.Call) for one in _source(node)]
    return found[0] if len(found) == 1 else unknown


def _source(call: ast.Call) -> list[Reference]:
    """What a call reads: a list of none or one."""
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    words = [_literal(argument) for argument in call.args]
    first = words[0] if words else None
    if name in _COMMANDS and first:
        return [Reference("command", first if isinstance(first, str) else shlex.join(first))]
    if name == "get_password" and len(words) == 2 and all(isinstance(w, str) for w in words):
        return [Reference("keyring", f"{words[0]}/{words[1]}")]
    if name == "open" and isinstance(first, str):
        return [Reference("file", first)]
    return []


def _literal(node: ast.expr) -> str | list[str] | None:
    """A text, or a list of texts; ``expanduser`` around a path does not change it."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "expanduser" and node.args:
        return _literal(node.args[0])
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        items = [_literal(item) for item in node.elts]
        texts = [item for item in items if isinstance(item, str)]
        return texts if len(texts) == len(items) else None
    return None
