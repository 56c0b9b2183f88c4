"""Open an account as an imaplib, poplib or smtplib object: verified TLS, a login, nothing kept from before TLS.

The opening is the same dialogue that a diagnosis uses, with its rules (RFC 8314 §5.1, RFC 3207 §6): TLS 1.2 at
least, the certificate verified, capabilities asked for again after TLS, bytes before the handshake are an attack, and
no credentials are sent before that. Then the standard library takes over.
"""

import imaplib
import poplib
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from mailkit.account import Account, Service
from mailkit.client.standard import IMAP4, POP3, SMTP
from mailkit.client.stream import Stream
from mailkit.errors import (
    ClientError,
    LoginError,
    OpenError,
    RefusedError,
    SettingsError,
)
from mailkit.net.connection import Connection
from mailkit.net.options import ConnectOptions, connect_options
from mailkit.net.probe import cleartext_ok, endpoint_of
from mailkit.net.routes import Routes
from mailkit.net.times import CLIENT
from mailkit.observation import Step, Stop, StopReason
from mailkit.ports import Protocol, Security
from mailkit.protocol.after_login import AfterLogin
from mailkit.protocol.conversation import dialogue_for, run
from mailkit.protocol.dialogue import Credentials, SessionState, Stopped
from mailkit.protocol.imap.utf7 import to_utf7
from mailkit.secret import Secret
from mailkit.text import decoded, number

__all__ = [
    "IMAP4",
    "POP3",
    "SMTP",
    "connect",
    "connect_imap",
    "connect_lmtp",
    "connect_pop3",
    "connect_smtp",
    "opened",
]

AnyConnection: TypeAlias = "IMAP4 | POP3 | SMTP"


def connect(
    account: Account | Service | str, user: str = "", password: str = "", **options: Any
) -> AnyConnection:
    """Open a service, or the incoming service of an account, and log in.

    Args:
        account: the account; or a host such as ``imap.example.com`` or ``pop.example.com:995``, opened by implicit
            TLS, or by STARTTLS if that port does not answer. Without verified TLS no password is sent.
        user: the user name, for a host.
        password: the password, for a host.
        options: as for :func:`connect_imap`.

    Raises:
        SettingsError: there is no such service, or no secret.
        OpenError: there is no connection, no TLS, or a certificate that is not to be trusted.
        LoginError: the login was refused, or could not be made safely.
    """
    if isinstance(account, str):
        return _connect_host(account, user, password, options)
    service = account.incoming if isinstance(account, Account) else account
    if service is None:
        raise SettingsError("the account has no incoming service")
    makes: dict[Protocol, Callable[..., AnyConnection]] = {
        Protocol.IMAP: connect_imap,
        Protocol.POP3: connect_pop3,
        Protocol.SMTP: connect_smtp,
    }
    return makes[service.protocol](service, **options)


_USUAL_PORTS = {Protocol.IMAP: (993, 143), Protocol.POP3: (995, 110), Protocol.SMTP: (465, 587)}
_NOTHING_THERE = {StopReason.REFUSED, StopReason.TIMED_OUT}


def _connect_host(where: str, user: str, password: str, options: dict[str, Any]) -> AnyConnection:
    host, colon, given = where.partition(":")
    names = {"pop": Protocol.POP3, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
    protocol = names.get(host.partition(".")[0].lower(), Protocol.IMAP)
    port = number(given, 65_535)
    if not user or not password or (colon and not port):
        raise SettingsError("connect(host, user, password) needs all three")
    for kind, (tls, starttls) in _USUAL_PORTS.items():
        if port in (tls, starttls, 25):
            protocol = Protocol.SMTP if port == 25 else kind
    tls, starttls = _USUAL_PORTS[protocol]
    service = Service(
        protocol=protocol,
        host=host,
        port=port or tls,
        security=Security.STARTTLS if port in (starttls, 25) else Security.IMPLICIT_TLS,
        user=user,
        secret=Secret.value(password),
    )
    try:
        return connect(service, **options)
    except OpenError as error:
        if port or error.kind not in _NOTHING_THERE:
            raise
    return connect(replace(service, port=starttls, security=Security.STARTTLS), **options)


def connect_imap(
    account: Account | Service, *, folder: str = "", read_only: bool = True, **options: Any
) -> IMAP4:
    """Open IMAP and log in (RFC 9051 §6.2).

    Args:
        account: an account (its incoming service), or a service.
        folder: a folder to open.
        read_only: whether to open it read-only.
        options: ``timeout``: limit for each step
            and each reply, in seconds. ``deadline``: limit for all steps of opening, in seconds. ``ca``: files with
            additional trust anchors, in PEM; or ``trust``, loaded before.
            ``connect_to``, ``dns``, ``helo``: as for :func:`mailkit.diagnose`. ``limits``: limits on the server's
            replies. Or ``options``: a :class:`~mailkit.net.options.ConnectOptions`.

    Raises:
        SettingsError: there is no such service, or no secret.
        OpenError: there is no connection, no TLS, or a certificate that is not to be trusted.
        LoginError: the login was refused, or could not be made safely.
        RefusedError: the folder cannot be opened.
    """
    stream = opened(
        account, Protocol.IMAP, connect_options(CLIENT, options), first=b"* PREAUTH ready\r\n"
    )
    with _made(stream):
        client = IMAP4(stream)
        if "ID" in client.capabilities and "coremail" in "".join(stream.session.greeting).lower():
            client.xatom("ID", '("name" "mailkit")')  # it requires this before a folder
    if folder:
        try:
            _open_folder(client, folder, read_only)
        except BaseException:
            stream.close()
            raise
    return client


def _open_folder(imap: IMAP4, folder: str, read_only: bool) -> None:
    name = folder if imap.utf8_enabled else to_utf7(folder).decode("ascii")
    kind, words = imap.select('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"', read_only)
    if kind != "OK":
        said = decoded(words[0] or b"") if words else ""
        raise RefusedError(f"the folder {folder!r} cannot be opened: {said}", imap.transcript)


def connect_pop3(account: Account | Service, **options: Any) -> POP3:
    """Open POP3 and log in (RFC 1939, RFC 2595, RFC 5034); see :func:`connect_imap`."""
    stream = opened(
        account, Protocol.POP3, connect_options(CLIENT, options), first=b"+OK ready\r\n"
    )
    with _made(stream):
        return POP3(stream)


def connect_smtp(account: Account | Service, **options: Any) -> SMTP:
    """Open submission, and log in if there is a user name (RFC 6409); see :func:`connect_imap`."""
    return _smtp(account, False, connect_options(CLIENT, options))


def connect_lmtp(where: Service | str | Path, **options: Any) -> SMTP:
    """Open LMTP, for delivery into mailboxes (RFC 2033); see :func:`connect_imap`.

    Args:
        where: the path of a Unix-domain socket such as ``/run/dovecot/lmtp``, or a service of the protocol ``smtp``.
        options: as for :func:`connect_imap`.
    """
    made = connect_options(CLIENT, options)
    if not isinstance(where, Service):
        path = str(Path(where).absolute())
        made = replace(made, routes=Routes.of({(path, 24): (path, 0)}, None))
        where = Service(protocol=Protocol.SMTP, host=path, port=24, security=Security.CLEARTEXT)
    return _smtp(where, True, made)


def _smtp(account: Account | Service, lmtp: bool, options: ConnectOptions) -> SMTP:
    if isinstance(account, Account):
        options = options.greeting_as(account.delivery.host_name)
    stream = opened(account, Protocol.SMTP, options, lmtp=lmtp)
    with _made(stream):
        return SMTP(stream, stream.session.helo, lmtp=lmtp)


@contextmanager
def _made(stream: Stream) -> Iterator[None]:
    """Close the stream if creating the standard library's object fails."""
    try:
        yield
    except ClientError as error:
        stream.close()
        raise OpenError(error.message, error.transcript, error.kind) from None
    except (imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPException) as error:
        stream.close()
        raise OpenError(str(error), stream.transcript) from None


def opened(
    account: Account | Service,
    protocol: Protocol,
    options: ConnectOptions,
    *,
    first: bytes = b"",
    lmtp: bool = False,
) -> Stream:
    """Open a service by the same dialogue as a diagnosis, log in, and return the connection.

    Args:
        account: an account or a service.
        protocol: the protocol.
        options: the connection options.
        first: what the module on the stream reads first: a
            greeting made for it.
        lmtp: whether to open LMTP.

    Raises:
        SettingsError: the account has no such service, or no secret.
        OpenError: no connection, no TLS, or an untrusted certificate.
        LoginError: the login was rejected, or could not be made safely.
    """
    service = _service(account, protocol)
    endpoint = endpoint_of(service)
    if lmtp:
        endpoint = replace(endpoint, protocol="lmtp")
    if service.security is not Security.CLEARTEXT:
        options.trust.prepare()
    connection = Connection(service.host, service.port, options.begun())
    credentials = None
    if service.user:
        if service.secret is None:
            raise SettingsError(f"{endpoint} has a user name but no secret")
        credentials = Credentials(service.user, service.secret.reveal(), service.auth)
    elif protocol is not Protocol.SMTP:
        raise SettingsError(f"{endpoint} has no user name")
    session = SessionState()
    session.helo = options.helo or session.helo
    try:
        run(
            dialogue_for(
                session,
                endpoint,
                credentials,
                clear_ok=cleartext_ok(service, options.routes),
                after_login=AfterLogin(keep_open=True),
            ),
            connection,
        )
    except Stopped as stopped:
        connection.close()
        raise _error(service, session, stopped.stop) from None
    except BaseException:
        connection.close()
        raise
    if session.heard:
        connection.close()
        raise OpenError(
            f"{service.endpoint}: the server sent more than was asked", tuple(session.transcript)
        )
    connection.deadline = float("inf")
    return Stream(connection, session, str(protocol), options.limits, first)


def _service(account: Account | Service, protocol: Protocol) -> Service:
    if isinstance(account, Service):
        service: Service | None = account
    else:
        service = account.outgoing if protocol is Protocol.SMTP else account.incoming
    if service is None or service.protocol is not protocol:
        raise SettingsError(f"there is no {protocol} service to open")
    return service


def _error(service: Service, session: SessionState, stop: Stop) -> ClientError:
    """Return what ended the opening, as a message."""
    transcript = tuple(map(session.masked_text, session.transcript))
    said = session.masked_text(_one_text(session.reply) if session.reply else stop.text)
    if stop.kind in (StopReason.BROKEN, StopReason.FOREIGN) and stop.data:
        said = f"it said {decoded(session.masked(stop.data), 200).strip()!r}"
    tried = session.login is not None or session.step is Step.LOGIN
    if tried and stop.kind not in _BROKEN:
        why = "nothing was sent" if stop.kind in _UNSENT else "the login was not accepted"
        kind = StopReason.TEMPORARY if 400 <= stop.code < 500 else stop.kind
        return LoginError(f"{service.endpoint}: {why}: {said or stop.kind}", transcript, kind)
    return OpenError(
        f"{service.endpoint}: {_WORDS.get(stop.kind, str(stop.kind))}{f': {said}' if said else ''}; run mailkit diagnose for details",
        transcript,
        stop.kind,
    )


def _one_text(lines: tuple[str, ...]) -> str:
    """Return the lines of a reply as one text, with the code once (RFC 5321 §4.2.1)."""
    first = re.sub(r"\A(\d{3})-", r"\1 ", lines[0])
    return " ".join([first, *(_CODE.sub("", line) for line in lines[1:_MOST_LINES])])


_MOST_LINES = 10
_CODE = re.compile(r"\A\d{3}(?:[ -]|\Z)(?:\d\.\d{1,3}\.\d{1,3}(?:\s+|\Z))?")
_BROKEN = {
    StopReason.CLOSED,
    StopReason.RESET,
    StopReason.DRIP,
    StopReason.SILENT,
    StopReason.FLOOD,
    StopReason.BROKEN,
}
_UNSENT = {
    StopReason.IN_CLEAR,
    StopReason.NOT_SENDABLE,
    StopReason.NO_MECHANISM,
    StopReason.LOGIN_DISABLED,
    StopReason.NO_AUTH,
}
_WORDS = {
    StopReason.REFUSED: "connection refused",
    StopReason.TIMED_OUT: "connection timed out",
    StopReason.SILENT: "timed out waiting for the server",
    StopReason.DRIP: "the server is too slow",
    StopReason.TLS_FAILED: "TLS handshake failed",
    StopReason.INJECTED: "bytes came between STARTTLS and the handshake: an attack, or a broken server",
    StopReason.NOT_OFFERED: "STARTTLS is not offered; nothing was sent in cleartext",
    StopReason.NOT_UPGRADED: "STARTTLS was rejected; nothing was sent in cleartext",
    StopReason.PREAUTH: "the server sent PREAUTH before TLS",
    StopReason.FLOOD: "the server sent more than the limit",
    StopReason.NO_NAME: "the host name does not exist",
    StopReason.FOREIGN: "the server speaks another protocol",
    StopReason.BROKEN: "the server sent a reply that cannot be read",
    StopReason.UNWELCOME: "the server rejected the session",
}
