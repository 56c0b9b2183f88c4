"""SMTP for endpoints that are told to misbehave: every answer may be a script's, the rest is in order."""

from mailkit.lab.post import Envelope, single
from mailkit.lab.servers.session import SPOKEN, ServerSession
from mailkit.lab.servers.smtp_path import MAIL, RCPT, parameters

__all__ = ["serve"]


def serve(talk: ServerSession) -> None:
    """Serve one connection."""
    wire = talk.wire
    lmtp = talk.listener.protocol == "lmtp"
    letter: Envelope | None = None
    talk.greet(f"220 {talk.listener.host} {talk.manners.smtp}\r\n".encode())

    def say(text: str) -> None:
        wire.send(text.encode() + b"\r\n")

    def ask(challenge: str) -> str:
        say(f"334 {challenge}")
        return wire.line().decode("ascii", "replace")

    while True:
        name, _, rest = wire.line().decode("utf-8", "replace").partition(" ")
        command = name.upper()
        if talk.scripted(command):
            continue
        if command == ("LHLO" if lmtp else "EHLO"):
            usual = [f"SIZE {talk.listener.rules.size}", "8BITMIME", "PIPELINING", "SMTPUTF8"]
            usual += ["ENHANCEDSTATUSCODES", "DSN"]
            usual += ["STARTTLS"] if talk.may_upgrade else []
            usual += [f"AUTH {' '.join(talk.mechanisms)}"] if talk.may_log_in else []
            words = [talk.listener.host, *talk.offers(usual)]
            shown = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
            say("\r\n".join(shown))
        elif command == "STARTTLS" and talk.may_upgrade:
            say("220 2.0.0 ready for TLS")
            wire.secure(talk.context)
            letter = None
        elif command == "AUTH" and not talk.may_log_in:
            say("530 5.7.0 Must issue a STARTTLS command first")
        elif command == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            fine = mechanism.upper() in SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            say("235 2.7.0 logged in" if fine else talk.manners.smtp_refused)
        elif command == "QUIT":
            say("221 2.0.0 goodbye")
            return
        elif command in ("HELO", "NOOP", "RSET"):
            letter = None if command != "NOOP" else letter
            say(f"250 {talk.listener.host}")
        elif command == "MAIL" and not (talk.user or lmtp or talk.listener.open_relay):
            say("530 5.7.0 Authentication required")
        elif command == "MAIL":
            letter, reply = _begin(talk, rest)
            say(reply)
        elif command == "RCPT":
            say(_add(talk, letter, rest))
        elif command == "DATA" and (letter is None or not letter.recipients):
            say("503 5.5.1 need RCPT first")
        elif command == "DATA":
            assert letter is not None
            say("354 go on")
            lines = []
            while (line := wire.line(record=False)) != b".":
                lines.append(line.removeprefix(b".") + b"\r\n")
            letter.content = b"".join(lines)
            if not talk.scripted("."):
                replies = talk.office.take(letter)
                say("\r\n".join(replies) if lmtp else single(replies))
            letter = None
        else:
            say("502 5.5.1 no")


def _begin(talk: ServerSession, rest: str) -> tuple[Envelope | None, str]:
    found = parameters("FROM:", rest, MAIL)
    if isinstance(found, str):
        return None, found
    address, options = found
    size = int(options["SIZE"]) if options.get("SIZE", "").isdigit() else 0
    if refused := talk.office.sender(address, talk.user, size):
        return None, refused
    return Envelope(address, talk.user, options), "250 2.1.0 fine"


def _add(talk: ServerSession, letter: Envelope | None, rest: str) -> str:
    if letter is None:
        return "503 5.5.1 need MAIL first"
    found = parameters("TO:", rest, RCPT)
    if isinstance(found, str):
        return found
    if refused := talk.office.recipient(letter, found[0]):
        return refused
    letter.recipients.append(found)
    return "250 2.1.5 fine"
