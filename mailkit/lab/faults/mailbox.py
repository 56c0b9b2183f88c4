"""Mailboxes with odd contents, and accepted logins without a usable mailbox."""

import poplib
import ssl
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, Scenario, imap, pop3, smtp
from mailkit.lab.script import Act, Say

if TYPE_CHECKING:
    from mailkit.lab.servers.core import Lab

_TLS = "implicit-tls"
_OFFERS = ("IMAP4rev1", "SASL-IR", "AUTH=PLAIN")
_LOOK: dict[str, object] = {"mailbox": True}
_EMPTY = b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] valid\r\n<tag> OK [READ-ONLY] done\r\n"


def _answers(**told: str) -> Mapping[str, Sequence[Act]]:
    """Untagged lines and the tagged reply for each command; lines are separated by bars."""
    scripts: dict[str, Sequence[Act]] = {}
    for command, text in told.items():
        *rows, last = text.split(" | ")
        shown = [f"* {row}\r\n" for row in rows] + [f"<tag> {last}\r\n"]
        scripts[command] = [Say("".join(shown).encode())]
    return scripts


def _inside(
    name: str, more: Sequence[str] = (), *, fails: bool = False, look: bool = True, **told: str
) -> Scenario:
    """An accepted login, and the state of its mailbox."""
    return Scenario(
        id=name,
        account=imap(993, _TLS),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                offers_tls=[*_OFFERS, *more],
                replies_tls=_answers(**told),
            )
        ],
        options=_LOOK if look else {},
        cause=name if fails else "",
    )


def _pop3(name: str, *offers: str, host: str = HOST) -> Scenario:
    shown = ["UIDL", "TOP", "USER", "SASL PLAIN", *offers]
    return Scenario(
        id=name,
        account=pop3(995, _TLS, host=host),
        listeners=[Listener(protocol="pop3", host=host, port=995, offers_tls=shown)],
    )


def _before(role: str, **mailbox: object) -> dict[str, object]:
    """An earlier report that found the service OK."""
    service = {"service": role, "proof": "logged-in", "cause": None, "mailbox": mailbox}
    accounts = [{"account": "kim", "services": [service]}]
    return {"before": {"schema": "mailkit.report/1", "accounts": accounts}}


def _leaves_without_quit(lab: "Lab") -> Sequence[str]:
    """A program that deletes by POP3 and hangs up."""
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    context.check_hostname = False
    host, port = lab.where(HOST, 995)
    client = poplib.POP3_SSL(host, port, context=context, timeout=5)
    client.user(ADDRESS)
    client.pass_(PASSWORD)
    client.dele(1)
    client.close()
    return lab.sessions[-1].transcript


def _named(name: str, user: str, right: str, greeting: str = "ready", **role: str) -> Scenario:
    """A user name that is rejected, and another one that is accepted."""
    account = imap(993, _TLS, user=user, address="sales@example.com" if role else ADDRESS)
    if role:
        account += smtp(465, _TLS, user=role["outgoing"]).partition("\n\n")[2]
    shown = f"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] {greeting}\r\n".encode()
    return Scenario(
        id=name,
        account=account,
        listeners=[
            Listener(protocol="imap", host=HOST, port=993, greeting=[Say(shown)]),
            Listener(protocol="smtp", host=HOST, port=465),
        ],
        users={right: PASSWORD},
        cause=name,
        changes={"user": right},
        proof="logged-in",
    )


SCENARIOS = [
    _inside(
        "mbx-quota",
        ["QUOTA"],
        fails=True,
        GETQUOTAROOT='QUOTAROOT INBOX "user" | QUOTA "user" (STORAGE 1048576 1048576) | OK done',
    ),
    _inside(
        "mbx-corrupt",
        fails=True,
        look=False,
        EXAMINE="NO [SERVERBUG] Internal error occurred. Refer to server log for more information.",
    ),
    _inside("mbx-noperm", fails=True, look=False, EXAMINE="NO [NOPERM] Permission denied"),
    _inside("mbx-readonly", ["ACL"], MYRIGHTS="MYRIGHTS INBOX lrs | OK done"),
    _inside("mbx-no-sent", LIST='LIST () "/" INBOX | LIST (\\Trash) "/" Trash | OK done'),
    _inside(
        "mbx-namespace", ["NAMESPACE"], NAMESPACE='NAMESPACE (("INBOX." ".")) NIL NIL | OK done'
    ),
    Scenario(
        id="mbx-folder-missing",
        account=imap(993, _TLS) + '\n[account.kim.folders]\nroles = { sent = "Sent" }\n',
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                offers_tls=_OFFERS,
                replies_tls=_answers(LIST='LIST () "." INBOX | LIST () "." INBOX.Sent | OK done'),
            )
        ],
        options=_LOOK,
    ),
    _inside("mbx-subscription", LSUB='LSUB () "/" Sent | OK done'),
    _inside(
        "mbx-uidnotsticky",
        look=False,
        EXAMINE="0 EXISTS | NO [UIDNOTSTICKY] no identities are kept | OK [READ-ONLY] done",
    ),
    Scenario(
        id="mbx-uidvalidity",
        account=imap(993, _TLS),
        listeners=standard(HOST, "imap"),
        options=_before("incoming", messages=12, uid_validity=6, uids=[]),
    ),
    Scenario(
        id="mbx-pop3-steals",
        account=imap(993, _TLS) + pop3(995, _TLS, label="till"),
        listeners=standard(HOST, "imap", replies_tls={"EXAMINE": [Say(_EMPTY)]}),
        options=_before("incoming", messages=12, uid_validity=1, uids=[]),
    ),
    Scenario(
        id="mbx-pop3-uidl-churn",
        account=pop3(995, _TLS),
        listeners=[
            Listener(
                protocol="pop3",
                host=HOST,
                port=995,
                replies_tls={
                    "STAT": [Say(b"+OK 2 900\r\n")],
                    "UIDL": [Say(b"+OK\r\n1 new1\r\n2 new2\r\n.\r\n")],
                },
            )
        ],
        options=_before("incoming", messages=2, uid_validity=None, uids=["old1", "old2"]) | _LOOK,
    ),
    _pop3("mbx-pop3-expire", "EXPIRE 30"),
    _pop3("mbx-pop3-window", host="pop.gmail.com"),
    Scenario(
        id="mbx-pop3-no-quit",
        account=pop3(995, _TLS),
        listeners=[
            Listener(
                protocol="pop3",
                host=HOST,
                port=995,
                replies_tls={"DELE": [Say(b"+OK marked\r\n")]},
            )
        ],
        program=_leaves_without_quit,
    ),
    _inside(
        "aut-not-connected",
        fails=True,
        look=False,
        EXAMINE="BAD User is authenticated but not connected.",
    ),
    Scenario(
        id="aut-shared-mailbox",
        account=imap(993, _TLS, user=f"{ADDRESS}\\shared"),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                replies_tls=_answers(EXAMINE="BAD User is authenticated but not connected."),
            )
        ],
        users={f"{ADDRESS}\\shared": PASSWORD},
        cause="aut-shared-mailbox",
    ),
    Scenario(
        id="aut-id-required",
        account=imap(993, _TLS),
        listeners=[Listener(protocol="imap", host=HOST, port=993, wants_id=True)],
    ),
    _named(
        "aut-username-domain",
        ADDRESS,
        "EXAMPLE\\kim",
        "The Microsoft Exchange IMAP4 service is ready.",
    ),
    _named("aut-alias", "sales@example.com", ADDRESS, outgoing=ADDRESS),
    Scenario(
        id="aut-server-accepts-all",
        account=imap(993, _TLS),
        listeners=[Listener(protocol="imap", host=HOST, port=993, accepts_all=True)],
        options={"wrong_password": True},
    ),
    Scenario(
        id="aut-split",
        account=smtp(465, _TLS) + imap(993, _TLS).partition("\n\n")[2],
        listeners=[
            Listener(protocol="smtp", host=HOST, port=465, users={ADDRESS: "another one"}),
            Listener(protocol="imap", host=HOST, port=993),
        ],
        role="outgoing",
        cause="aut-split",
    ),
    Scenario(
        id="cap-sasl-ir",
        account=imap(993, _TLS, auth="plain"),
        listeners=[
            Listener(protocol="imap", host=HOST, port=993, no_initial_response=True),
        ],
    ),
]
