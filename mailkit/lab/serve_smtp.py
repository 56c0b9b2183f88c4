"""SMTP as far as a login and a transaction, with the listener's knobs."""

from mailkit.lab.talk import MECHANISMS, SPOKEN, Talk

__all__ = ["serve"]


def serve(talk: Talk) -> None:
    """Serve one connection."""
    wire = talk.wire
    talk.greet(f"220 {talk.listener.host} ESMTP lab\r\n".encode())

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
        if command == "EHLO":
            usual = ["SIZE 35882577", "8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES"]
            usual += ["STARTTLS"] if talk.may_upgrade else []
            usual += [f"AUTH {' '.join(MECHANISMS)}"] if talk.may_log_in else []
            words = [talk.listener.host, *talk.offers(usual)]
            shown = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
            say("\r\n".join(shown))
        elif command == "STARTTLS" and talk.may_upgrade:
            say("220 2.0.0 ready for TLS")
            wire.secure(talk.context)
        elif command == "AUTH" and not talk.may_log_in:
            say("530 5.7.0 Must issue a STARTTLS command first")
        elif command == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            fine = mechanism.upper() in SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            say("235 2.7.0 logged in" if fine else "535 5.7.8 Error: authentication failed")
        elif command == "QUIT":
            say("221 2.0.0 goodbye")
            return
        elif command in ("HELO", "NOOP", "RSET"):
            say(f"250 {talk.listener.host}")
        elif command == "MAIL" and not talk.user:
            say("530 5.7.0 Authentication required")
        elif command in ("MAIL", "RCPT"):
            say("250 2.1.0 fine")
        elif command == "DATA":
            say("354 go on")
            while wire.line(record=False) != b".":
                pass
            if not talk.scripted("."):
                say("250 2.0.0 kept")
        else:
            say("502 5.5.1 no")
