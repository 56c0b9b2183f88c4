"""Syntaxes: one module each, which reads a text to entries and writes one value back.

A syntax module has three names::

    def read(text: str, file: str, flavour: str = "") -> list[Entry]
        Every value with path, decoded value, span, raw text, quoting and line.
        Raises FormatError(file, why, line) where the text is not in this syntax.
    def render(value: Scalar, entry: Entry) -> str
        A new value for the span of an entry, in the quoting that stands there.
    SEPARATE_ITEMS: bool
        Whether items of a list or table are separated by commas (JSON, PHP arrays).

It is imported when a file of its kind is read, and not before. Nothing in a file is executed.
To add a syntax, write the module and name it in ``SYNTAXES`` with the file names it is used for.
"""

import re
from fnmatch import translate
from functools import cache, lru_cache
from importlib import import_module
from pathlib import PurePath
from typing import Protocol, cast

from mailkit.errors import FormatError
from mailkit.formats.document import Document, Entry, Scalar
from mailkit.formats.values import PROGRAMS
from mailkit.text import one_line

__all__ = ["SYNTAXES", "Syntax", "is_guess", "likely_syntaxes", "named_syntaxes", "parse", "syntax"]


class Syntax(Protocol):
    """What a syntax module has."""

    SEPARATE_ITEMS: bool

    def read(self, text: str, file: str, flavour: str = "") -> list[Entry]: ...

    def render(self, value: Scalar, entry: Entry) -> str: ...


SYNTAXES: dict[str, tuple[str, ...]] = {
    "prefs": ("prefs.js", "user.js", "thunderbird.cfg", "mozilla.cfg"),
    "msmtp": ("msmtprc", ".msmtprc", "*.msmtprc", "mpoprc", ".mpoprc"),
    "mbsync": ("mbsyncrc", ".mbsyncrc", "isyncrc", ".isyncrc", "*.mbsyncrc"),
    "master": ("master.cf", "master.cf.*"),
    "postfix": ("main.cf", "main.cf.*", "*.cf", "ssmtp.conf", "revaliases"),
    "pinerc": (".pinerc", "pinerc", "pine.conf"),
    "exim": ("exim.conf", "exim4.conf", "exim4.conf.*", "exim.configure"),
    "sendmail": ("*.mc",),
    "logstash": ("logstash*.conf",),
    "elisp": (".emacs", "*.el", ".gnus"),
    "mutt": (
        *("muttrc", ".muttrc", "*.muttrc", "muttrc[-._]*", ".muttrc[-._]*"),
        *("neomuttrc", ".neomuttrc", "neomuttrc[-._]*"),
    ),
    "mailrc": (".mailrc", "mailrc", "mail.rc", "s-nail.rc", "nail.rc"),
    "dma": ("dma.conf",),
    "smtpd": ("smtpd.conf", "*.smtpd.conf"),
    "dovecot": (
        "dovecot.conf",
        "dovecot*.conf",
        "*dovecot*.conf",
        "imapc.conf",
        "[0-9][0-9]-*.conf",
    ),
    "esmtp": (".esmtprc", "esmtprc"),
    "fetchmail": ("fetchmailrc", ".fetchmailrc", "*.fetchmailrc"),
    "netrc": (
        *(".netrc", "_netrc", "netrc", "*.netrc", ".netrc.*"),
        *(".authinfo", "authinfo", "*.authinfo", ".authinfo.*"),
    ),
    "lua": ("*.lua",),
    "elixir": ("*.exs", "*.ex"),
    "perl": ("*.pm", "*.pl"),
    "hocon": ("application*.conf", "reference.conf", "*.hocon", "*.hjson"),
    "nix": ("*.nix",),
    "hcl": ("*.tf", "*.tfvars", "*.hcl", "*.tofu", "*.tfvars.*"),
    "nullmailer": ("remotes",),
    "swaksrc": (".swaksrc", "swaksrc"),
    "proxmox": ("notifications.cfg",),
    "monit": ("monitrc", ".monitrc", "monit.conf", "*.monitrc"),
    "registry": ("*.reg",),
    "toml": ("*.toml",),
    "nagios": ("*.cfg",),
    "icinga": ("services.conf", "hosts.conf", "commands.conf", "templates.conf", "*.icinga.conf"),
    "shell": ("*.sh", "*.bash", "*.zsh", "*.ksh"),
    "dotenv": (
        "*.sh",
        "*.bash",
        "*.zsh",
        "*.ksh",
        ".env",
        ".env.*",
        "*.env",
        "*.env.*",
        "env",
        "env.*",
        ".envrc",
        "update-exim4.conf.conf",
    ),
    "python": ("*.py", "indico.conf"),
    "php": ("*.php", "*.php.*", "*.inc"),
    "yaml": ("*.yml", "*.yaml", "*.yml.*", "*.yaml.*", "*.md"),
    "javascript": ("*.js", "*.mjs", "*.cjs", "*.jsx", "*.ts", "*.mts", "*.cts", "*.tsx"),
    "ruby": ("*.rb", "*.rb.*", "Rakefile"),
    "json": ("*.json", "*.jsonc", "*.json.*", "*imapnotify*.conf"),
    "properties": ("*.properties", "*.properties.*"),
    "xml": ("*.xml", "*.mobileconfig", "*.plist", "*.k9s", "*.config"),
    "ini": (
        "*.ini",
        "*.ini.*",
        "*.cfg",
        "*.conf",
        "*.conf.*",
        "*.source",
        "offlineimaprc",
        ".offlineimaprc",
        "getmailrc",
        ".getmailrc",
        "getmailrc-*",
        "accounts.conf",
        "*.prf",
        ".gitconfig",
        "gitconfig",
        "gerrit.config",
        "accountrc",
        "mailtransports",
        "akonadi_*_resource_*",
        "config.ini.php",
        "config.inc.php",
        "config.TEMPLATE.inc.php",
        "*.getmailrc",
    ),
}
"""By name, the file names each syntax is used for."""


_ENV_LIKE = frozenset(("dotenv", "shell", "ini"))
"""Syntaxes whose file names variables may have too."""

_MOST_OF_PROGRAM = dict.fromkeys(PROGRAMS, 256 * 1024) | {"python": 1024 * 1024}
"""Characters of a program that is read: its tree takes some 200 times as many octets.

Where a text is no program at all, tree-sitter takes 8 s for a megabyte; Python stops at the first error.
"""


def _begins(pattern: str, remark: str = "#", flags: int = 0) -> re.Pattern[str]:
    """A pattern for the first line that is not blank and no remark."""
    lines = rf"(?:[^\S\n]*+(?:(?:{remark})[^\n]*+)?\n)*+"
    return re.compile(rf"{lines}[^\S\n]*+(?:{pattern})", flags)


def _has(pattern: str) -> re.Pattern[str]:
    """A pattern for a line somewhere in the text."""
    return re.compile(rf"(?s:.*?)^(?:{pattern})", re.M)


_MUTT = (
    "set|unset|source|(?:un)?mailboxes|named-mailboxes|(?:account|folder|send)-hook|(?:un)?alternates|alias|bind|macro"
    "|cd|ignore|auto_view|subscribe|lists|my_hdr|color|mono"
)
"""Commands that a file of mutt begins with."""

_CONTENT = (
    ("shell", re.compile(r"#!\S*\b(?:env[ \t]+)?(?:ba|da|z|k)?sh\b")),
    ("shell", _has(r"[^#\n]*?\b(?:swaks|openssl[ \t]+s_client|msmtp[ \t]+-|check_\w+[ \t]+-)")),
    ("shell", _has(r"(?=[^\n]*(?:smtp|imap|pop3)s?://)[^#\n]*?\bcurl[ \t]")),
    (
        "url",
        _begins(r"[\"']?(?:smtp|submission|imap|pop3?)s?(?:\+\w+)?://\S+\s*(?:\n|$)", flags=re.I),
    ),
    ("nagios", _has(r"[ \t]*define[ \t]+\w+[ \t]*\{|command\[")),
    ("icinga", _has(r"(?:object|apply|template)[ \t]+(?:Service|Host|CheckCommand)\s")),
    ("exim", _has(r"begin[ \t]+(?:routers|transports)[ \t]*\r?$")),
    ("sendmail", _has(r"define\(`SMART_HOST'")),
    ("logstash", _begins(r"(?:input|filter|output)\s*\{")),
    ("xml", re.compile(r"\s*+<(\?xml|!DOCTYPE plist|clientConfig|plist|Autodiscover)", re.I)),
    ("php", re.compile(r"\s*+<\?(php|=)", re.I)),
    ("json", re.compile(r"\s*+(?:\[\s*+)?\{\s*+(\"|//|\})")),
    ("prefs", _begins(r"(?:user_pref|lockPref|defaultPref|pref)\(", "//|#")),
    ("monit", _has(r"[ \t]*set[ \t]+mailserver[ \t\r\n]")),
    ("registry", re.compile(r"\s*(?:Windows Registry Editor Version \d|REGEDIT4)")),
    ("msmtp", _begins(r"(?:defaults|account[ \t]+[\w.@-]+)[ \t]*\r?\n")),
    ("mbsync", _begins(r"IMAPAccount\s")),
    ("fetchmail", _begins(r"(?:poll|skip)\s", r"#|set\s")),
    ("mailrc", _has(r"[ \t]*set[ \t]+(?:smtp|mta)=\S")),
    ("mutt", _begins(rf"(?:{_MUTT})[ \t]+[\w+=~$`'\"/.*-]")),
    ("ini", _begins(r"\[[^\]\n]+\]\s*(?:\n|$)", "[;#]")),
    ("dotenv", _begins(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*=")),
    ("properties", _begins(r"[\w-]++\.[\w.-]+\s*(?:=|:\S)", "[#!]")),
    ("yaml", _begins(r"[\w.-]++:(?:\s|$)", "#|---")),
)
"""What the beginning of a text without a telling name looks like."""

_GENERAL = re.compile("|".join(map(translate, ("*.conf", "*.cfg"))))
"""Names that programs of many syntaxes give to their files."""

_TELLING = frozenset(
    ("fetchmail", "json", "mailrc", "mbsync", "monit", "msmtp", "mutt", "prefs", "url", "xml")
)
"""Syntaxes whose content tells them apart from an INI file."""


def syntax(name: str) -> Syntax:
    """The module of a syntax."""
    return cast(Syntax, import_module(f"mailkit.formats.syntax.{name}"))


def parse(text: str, file: str, name: str, flavour: str = "") -> Document:
    """Read a text in one syntax.

    Raises:
        FormatError: it is not in that syntax, or a program that is too large for settings.
    """
    most = _MOST_OF_PROGRAM.get(name, len(text))
    if len(text) > most:
        why = f"is a program of more than {most // 1024} KiB, too large for settings"
        raise FormatError(file, why)
    try:
        entries = tuple(syntax(name).read(text, file, flavour))
    except FormatError:
        raise
    except ValueError as error:  # such as a number of thousands of digits
        raise FormatError(file, f"cannot be read: {one_line(str(error))[:200]}") from None
    return Document(file, text, name, entries)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        kind: re.compile("|".join(translate(name) for name in names))
        for kind, names in SYNTAXES.items()
    }


def named_syntaxes(file: str) -> list[str]:
    """The syntaxes that use a file name."""
    return [*_named(PurePath(file).name)]


def is_guess(file: str, syntax_name: str) -> bool:
    """Return whether a syntax is only a guess: many a text looks like YAML, and a file with another ending is none.

    In ``.md`` only the settings of one product are YAML.
    """
    suffix = PurePath(file).suffix
    other = suffix == ".md" or (suffix != "" and "yaml" not in named_syntaxes(file))
    return syntax_name == "yaml" and other


@lru_cache(maxsize=1024)
def _named(name: str) -> tuple[str, ...]:
    found = [kind for kind, pattern in _patterns().items() if pattern.match(name)]
    if "dotenv" in found and not _ENV_LIKE.issuperset(found):
        found.remove("dotenv")  # env.ts is a program
    return tuple(found)


def likely_syntaxes(text: str, file: str) -> list[str]:
    """The syntaxes a file may be in: by its name, or else by how its text begins."""
    named = named_syntaxes(file)
    if named and not _GENERAL.match(PurePath(file).name):
        return named
    head = text[:20_000]
    told = [kind for kind, begin in _CONTENT if begin.match(head)]
    if named:
        told = [*(kind for kind in told if kind in _TELLING), *named]
    return list(dict.fromkeys(told))
