"""POP3 as far as a login and a look inside, with the listener's knobs."""

from mailkit.lab.talk import MECHANISMS, SPOKEN, Talk

__all__ = ["serve"]


def serve(talk: Talk) -> None:
    """Serve one connection."""
    wire = talk.wire
    user = ""
    talk.greet(b"+OK lab ready\r\n")

    def say(text: str) -> None:
        wire.send(text.encode() + b"\r\n")

    def ask(challenge: str) -> str:
        say(f"+ {challenge}")
        return wire.line().decode("ascii", "replace")

    while True:
        name, _, rest = wire.line().decode("utf-8", "replace").partition(" ")
        command = name.upper()
        if talk.scripted(command):
            continue
        if command == "CAPA":
            usual = ["UIDL", "TOP", "RESP-CODES", "AUTH-RESP-CODE"]
            usual += ["STLS"] if talk.may_upgrade else []
            usual += ["USER", f"SASL {' '.join(MECHANISMS)}"] if talk.may_log_in else []
            say("\r\n".join(["+OK", *talk.offers(usual), "."]))
        elif command == "STLS" and talk.may_upgrade:
            say("+OK begin TLS")
            wire.secure(talk.context)
        elif command in ("USER", "PASS", "AUTH") and not talk.may_log_in:
            say("-ERR [AUTH] a password needs TLS here")
        elif command == "USER":
            user = rest
            say("+OK")
        elif command == "PASS":
            say("+OK logged in" if talk.check(user, rest) else "-ERR [AUTH] Authentication failed.")
        elif command == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            fine = mechanism.upper() in SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            say("+OK logged in" if fine else "-ERR [AUTH] Authentication failed.")
        elif command == "STAT" and talk.user:
            drop = talk.messages()
            say(f"+OK {len(drop)} {sum(map(len, drop))}")
        elif command == "UIDL" and talk.user:
            rows = [f"{n} m{n}" for n in range(1, len(talk.messages()) + 1)]
            say("\r\n".join(["+OK", *rows, "."]))
        elif command == "TOP" and talk.user:
            content = talk.messages()[int(rest.split()[0]) - 1]
            header = content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
            say(f"+OK\r\n{header}\r\n\r\n.")
        elif command == "QUIT":
            say("+OK goodbye")
            return
        else:
            say("+OK" if command == "NOOP" else "-ERR unknown command")
