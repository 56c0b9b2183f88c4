"""``mailkit relay``: relay between a program and its real server, and report what the program does wrong."""

import argparse
import re
import shlex
import signal
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from mailkit.cli.lab_watch import watch
from mailkit.cli.signals import told_by
from mailkit.errors import SettingsError
from mailkit.lab.certificates import Authority
from mailkit.lab.relay import Relay
from mailkit.ports import STANDARD, Security
from mailkit.scratch import TemporaryFolder

__all__ = ["relay"]


def relay(options: argparse.Namespace, out: Callable[[str], None]) -> int:
    """Relay one port until Ctrl-C, and report each session as it ends.

    The program connects to ``localhost`` and gets a certificate of a CA made for this run. TLS towards the
    server is verified for its host name; passwords pass through and are masked in what is shown.

    Raises:
        SettingsError: the server is not HOST:PORT, or no certificate can be read from ``--ca``.
    """
    host, port = _endpoint(options.to)
    protocol, security = _usual(port, options.security)
    with ExitStack() as stack:
        over = stack.enter_context(told_by(signal.SIGTERM))
        folder = TemporaryFolder("mailkit-relay-")
        stack.callback(folder.remove)
        authority = Authority(folder.path)
        server = Relay(
            (host, port),
            context=authority.context("localhost"),
            onward=_onward(options.ca),
            host=host,
            implicit=security is Security.IMPLICIT_TLS,
            port=options.listen,
            protocol=protocol,
        )
        try:
            with server:
                out(_told(server, options.to, security, authority.ca_file))
                watch(
                    lambda: [session.session() for session in server.sessions],
                    over,
                    options.seconds,
                    out,
                )
        except KeyboardInterrupt:
            pass
        except OSError as error:
            raise SettingsError(
                f"cannot listen on port {options.listen}: {error.strerror}"
            ) from None
    out("The relay has stopped.\n")
    return 0


def _told(server: Relay, to: str, security: Security, ca_file: Path) -> str:
    address, port = server.address
    return (
        f"Relaying localhost:{port} to {to} ({security}), on {address}.\n"
        f"Set the program's host to localhost and its port to {port}, and trust {shlex.quote(str(ca_file))}.\n"
        "Stop it with Ctrl-C.\n"
    )


def _endpoint(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})", text)
    if found is None or not 0 < int(found[2]) < 65536:
        raise SettingsError(f"--to takes HOST:PORT, not {text!r}")
    return found[1].strip("[]"), int(found[2])


def _usual(port: int, security: str | None) -> tuple[str, Security]:
    """Return the protocol and encryption of a registered port; ``security`` overrides the encryption."""
    for protocol, pairs in STANDARD.items():
        for known, usual in pairs:
            if known == port:
                return str(protocol), Security(security) if security else usual
    if security is None:
        raise SettingsError(f"port {port} is not a usual mail port: add --security")
    return "smtp", Security(security)


def _onward(files: list[str]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    for file in files:
        try:
            context.load_verify_locations(file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(f"--ca {file}: {error}") from None
    return context
