"""Explain why a file has no known format, in one sentence with advice."""

import re
from pathlib import Path

from mailkit.formats.database import database_of
from mailkit.formats.file_names import candidates
from mailkit.formats.inclusion import beside
from mailkit.formats.syntax import is_guess, likely_syntaxes

__all__ = ["seen"]

_HEAD = 100_000

_TITLES = {
    "dotenv": "NAME=value lines",
    "ini": "INI",
    "javascript": "JavaScript",
    "json": "JSON",
    "php": "PHP",
    "properties": "Java properties",
    "python": "Python",
    "ruby": "Ruby",
    "shell": "a shell script",
    "toml": "TOML",
    "xml": "XML",
    "yaml": "YAML",
}
_KEY = re.compile(
    r"(?im)^[ \t\"']*+([\w.$\[\]'-]{0,60}?(?:smtp|imap|pop3|mail)[\w.-]{0,60}+)[\"'\]]*+[ \t]*+(?:=>|[:=])"
)


_INCLUDE = re.compile(
    r"(?m)!include\w*[ \t]+(\S+)|^[ \t]*(?:source|\.include\w*)[ \t]+(\"[^\"\n]*\"|\S+)"
)


def _missing(text: str, file: str) -> str:
    """What the file includes that is not in its folder."""
    found = (match[1] or match[2] for match in _INCLUDE.finditer(text[:_HEAD]))
    names = dict.fromkeys(name.strip("\"'") for name in found)
    absent = [name for name in names if not name.endswith("|") and not _is_beside(file, name)][:3]
    verb = "are" if len(absent) > 1 else "is"
    return f"; it includes {', '.join(absent)}, which {verb} not there" if absent else ""


def _is_beside(file: str, name: str) -> bool:
    return (Path(file).parent / beside(name, file)).exists()


def seen(text: str, file: str) -> str:
    """Return why a file was rejected."""
    if not text.strip():
        return "is empty: it has no mail settings."
    known = database_of(text)
    if known is not None:
        return (
            f"unknown format ({known.title} keeps its mail settings in a database). {known.where} "
            "Pass the server instead: mailkit diagnose --smtp HOST:PORT --user NAME --password-prompt"
        )
    syntaxes = likely_syntaxes(text, file)
    titles = [_TITLES[syntax] for syntax in syntaxes if syntax in _TITLES] or syntaxes
    what = titles[0] if titles and not is_guess(file, syntaxes[0]) else "text"
    keys = list(dict.fromkeys(match[1] for match in _KEY.finditer(text)))[:3]
    about = f"{what} with {', '.join(keys)}" if keys else f"{what} without mail settings"
    about += _missing(text, file)
    near = candidates(file)[:3]
    hint = (
        f"Try --from {near[0]}, or see mailkit formats."
        if near
        else "See mailkit formats, or name the format with --from."
    )
    return f"unknown format ({about}). {hint}"
