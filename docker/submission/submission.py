"""SMTP submission for the lab: the same aiosmtpd as in the other backends, with Dovecot's users, and LMTP behind it.

The package and the list of ports come with the folder of configuration.
"""

import json
import socket
import ssl
import sys
import threading
import time
from pathlib import Path

CONF = Path("/lab/conf")
sys.path.insert(0, str(CONF))

from mailkit.lab.endpoints import MECHANISMS  # noqa: E402
from mailkit.lab.listener import Listener  # noqa: E402
from mailkit.lab.people import People  # noqa: E402
from mailkit.lab.post import AcceptancePolicy, MailAcceptance  # noqa: E402
from mailkit.lab.recording import Recording  # noqa: E402
from mailkit.lab.servers.lmtp import deliver_by_lmtp  # noqa: E402
from mailkit.lab.servers.submission import Submission  # noqa: E402
from mailkit.ports import Security  # noqa: E402


class Users(People):
    """Dovecot's users and tokens, read again each time: more are added while it runs."""

    def password(self, user):
        rows = (CONF / "users").read_text("utf-8").splitlines()
        pairs = (row.split(":", 2) for row in rows if row.count(":") >= 2)
        known = {name: password.removeprefix("{PLAIN}") for name, password, _ in pairs}
        return known.get(user)

    def right(self, user, password):
        return self.password(user) == password

    def admits(self, user, token):
        file = CONF / "tokens.json"
        known = json.loads(file.read_text("utf-8")) if file.exists() else {}
        owner, until = known.get(token, ("", 0))
        return owner == user and time.time() < until


def deliver(submitted):
    """Deliver a message to Dovecot."""
    recipients = [address for address, _ in submitted.recipients]
    return deliver_by_lmtp(("dovecot", 10024), submitted.sender, recipients, submitted.content)


def contexts(names):
    """The certificate that a client asks for by name (SNI), the first one where it asks for none."""
    made = {}
    for name in names:
        made[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (chain,) = CONF.glob(f"{name}.*.crt")
        made[name].load_cert_chain(chain, chain.with_suffix(".key"))
    first = made[names[0]]

    def choose(sock, name, context):
        sock.context = made.get(name, first)

    first.sni_callback = choose
    return first


def main():
    """Serve until the container ends."""
    told = json.loads((CONF / "submission.json").read_text("utf-8"))
    context = contexts(told["names"])
    rules = AcceptancePolicy(**told["rules"])
    acceptance = MailAcceptance(rules, deliver)
    submission = Submission()
    submission.start()
    for door in told["doors"]:
        listener = Listener(
            protocol="smtp",
            host=door["host"],
            port=door["port"],
            security=Security(door["security"]),
            rules=rules,
            mechanisms=MECHANISMS,
            clear_login=door["port"] == 30587,
        )
        sock = socket.create_server(("0.0.0.0", door["port"]))
        record = Recording(listener.endpoint)
        submission.serve(sock, listener, context, Users({}), record, acceptance)
    threading.Event().wait()


main()
