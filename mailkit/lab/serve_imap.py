"""IMAP as far as a login and a look inside, with the listener's knobs."""

from mailkit.lab.talk import MECHANISMS, SPOKEN, Talk

__all__ = ["serve"]


def serve(talk: Talk) -> None:
    """Serve one connection."""
    wire = talk.wire

    def offers() -> str:
        usual = ["IMAP4rev1", "SASL-IR", "ID"]
        if talk.may_upgrade:
            usual.append("STARTTLS")
        usual += [f"AUTH={name}" for name in MECHANISMS] if talk.may_log_in else ["LOGINDISABLED"]
        return " ".join(talk.offers(usual))

    talk.greet(f"* OK [CAPABILITY {offers()}] lab ready\r\n".encode())
    while True:
        tag, _, rest = wire.line().partition(b" ")
        name, _, rest_text = rest.decode("utf-8", "replace").partition(" ")
        command = name.upper()

        def ask(challenge: str) -> str:
            wire.send(f"+ {challenge}\r\n".encode())
            return wire.line().decode("ascii", "replace")

        def tagged(text: str, tag: bytes = tag) -> None:
            wire.send(tag + f" {text}\r\n".encode())

        if talk.scripted(command, tag):
            continue
        if command == "CAPABILITY":
            wire.send(f"* CAPABILITY {offers()}\r\n".encode())
            tagged("OK done")
        elif command == "STARTTLS" and talk.may_upgrade:
            tagged("OK begin TLS now")
            wire.secure(talk.context)
        elif command in ("LOGIN", "AUTHENTICATE") and not talk.may_log_in:
            tagged("NO [PRIVACYREQUIRED] a password needs TLS here")
        elif command == "LOGIN":
            words = _strings(rest_text)
            fine = len(words) == 2 and talk.check(*words)
            tagged("OK logged in" if fine else "NO [AUTHENTICATIONFAILED] Authentication failed.")
        elif command == "AUTHENTICATE":
            mechanism, _, initial = rest_text.partition(" ")
            if initial and talk.listener.no_initial_response:
                tagged("BAD Parse command error")
                continue
            fine = mechanism.upper() in SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            tagged("OK logged in" if fine else "NO [AUTHENTICATIONFAILED] Authentication failed.")
        elif command == "LOGOUT":
            wire.send(b"* BYE goodbye\r\n")
            tagged("OK done")
            return
        elif command in ("NOOP", "ID"):
            talk.told_id = talk.told_id or command == "ID"
            tagged("OK done")
        elif command == "EXAMINE" and talk.listener.wants_id and not talk.told_id:
            tagged("NO EXAMINE Unsafe Login. Please contact us for help")
        elif command in _INSIDE and talk.user:
            said = "OK [READ-ONLY] done" if command == "EXAMINE" else "OK done"
            rows = [f"* {text}\r\n" for text in _INSIDE[command](talk, rest_text)]
            wire.send("".join(rows).encode() + tag + f" {said}\r\n".encode())
        else:
            tagged("BAD what?")


def _examine(talk: Talk, rest: str) -> list[str]:
    return [
        "FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
        f"{len(talk.messages())} EXISTS",
        "OK [UIDVALIDITY 1] valid",
    ]


def _list(talk: Talk, rest: str) -> list[str]:
    return [f'LIST ({flags}) "/" {name}' for name, flags in _FOLDERS.items()]


def _lsub(talk: Talk, rest: str) -> list[str]:
    return [f'LSUB () "/" {name}' for name in _FOLDERS]


def _search(talk: Talk, rest: str) -> list[str]:
    """``HEADER Message-ID "…"``: the only question the lab is asked."""
    wanted = _strings(rest)[-1].encode()
    found = [str(n) for n, content in enumerate(talk.messages(), 1) if wanted in content]
    return [" ".join(["SEARCH", *found])]


_FOLDERS = {
    "INBOX": "",
    "Drafts": "\\Drafts",
    "Junk": "\\Junk",
    "Sent": "\\Sent",
    "Trash": "\\Trash",
}
_INSIDE = {"EXAMINE": _examine, "LIST": _list, "LSUB": _lsub, "SEARCH": _search}


def _strings(text: str) -> list[str]:
    """Atoms and quoted strings."""
    words, word, quoted, escaped = [], "", False, False
    for char in text:
        if escaped:
            word, escaped = word + char, False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == " " and not quoted:
            words.append(word)
            word = ""
        else:
            word += char
    return [*words, word]
