"""A lab that stays up for people: ``mailkit lab up``, ``down`` and ``status``.

The lab runs in the foreground until Ctrl-C, ``down``, or its time limit.
"""

import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.cli.lab_settings import settings
from mailkit.cli.lab_state import DEFAULT, announced, ask, chosen, names
from mailkit.cli.lab_watch import watch
from mailkit.cli.signals import told_by
from mailkit.errors import LabError, SettingsError
from mailkit.lab.endpoints import PAGE_PORT, developer
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import account, for_every_client
from mailkit.lab.servers.core import USERS, Lab
from mailkit.lab.web import LabPage, installed, serve_page
from mailkit.ports import Security

if TYPE_CHECKING:
    from mailkit.lab.backends.dovecot import DovecotLab

__all__ = ["BACKENDS", "DEFAULT", "Options", "down", "status", "told", "up"]

Out = Callable[[str], None]


TRUST = "trust.sh"
"""A shell script that makes programs trust the lab's certificates."""

BACKENDS = ("embedded", "dovecot", "docker")
"""The backends: servers in this process, the Dovecot of this machine, or containers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of ``mailkit lab up``; by default an embedded lab on fixed ports.

    ``offset`` is added to each fixed port; ``None`` means that the system chooses the ports. ``seconds`` is its time
    limit, 0 for none. ``address`` is what it listens on if not loopback, ``names`` are further names in its
    certificate. With ``watch`` it reports what clients do wrong. With ``tempt`` its certificate is for another host,
    so a client must reject it.
    """

    name: str = DEFAULT
    backend: str = "embedded"
    fault: str | None = None
    anyone: bool = False
    offset: int | None = 0
    persist: Path | None = None
    address: str = ""
    names: tuple[str, ...] = ()
    shown: str = ""
    seconds: float = 28_800.0
    watch: bool = False
    tempt: bool = False


def up(options: Options, out: Out) -> int:
    """Start a lab, print its endpoints, and run until it is stopped.

    Raises:
        LabError: a lab of that name is running, a port is in use, or the backend is not available here.
        SettingsError: the fault is unknown.
    """
    name = options.name
    if ask(name, "status") is not None:
        raise LabError(
            f"a lab called {name} is running already; stop it with {_down(name)}, or choose another --name"
        )
    with ExitStack() as stack:
        over = stack.enter_context(told_by(signal.SIGTERM))
        lab = _started(options)
        stack.callback(lab.stop)
        folder = options.persist or lab.folder
        file = folder / "accounts.toml"
        text = _accounts(lab, options.fault)
        file.write_text(text, "utf-8")
        file.chmod(0o600)
        _write_trust(lab, folder)
        page = _page(lab, options)
        if isinstance(page, LabPage):
            stack.callback(page.stop)
        words = told(lab, options, file, text, page if isinstance(page, str) else page.url)
        try:
            with announced(lab, name, words, over):
                limit = (
                    f" It stops by itself after {_duration(options.seconds)}."
                    if options.seconds
                    else ""
                )
                out(f"{words}\nStop it with Ctrl-C or {_down(name)}.{limit}\n")
                if options.watch and isinstance(lab, Lab):
                    watch(lambda: lab.sessions, over, options.seconds, out)
                else:
                    over.wait(options.seconds or None)
        except KeyboardInterrupt:
            pass
    out("The lab has stopped.\n")
    return 0


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds % 1800 == 0 else f"{seconds:g} s"


def down(name: str, out: Out) -> int:
    """Stop a running lab: the named one, or the only one."""
    try:
        name = chosen(name)
    except LabError as error:
        if names():
            raise
        out(f"{str(error).partition(';')[0].capitalize()}.\n")
        return 0
    ask(name, "down")
    out(f"The lab {name} is stopping.\n" if name != DEFAULT else "The lab is stopping.\n")
    return 0


def status(name: str, out: Out) -> int:
    """List the running labs; exit status 1 if there is none."""
    answers = [
        said for running in ([name] if name else names()) if (said := ask(running, "status"))
    ]
    out("\n".join(answers) if answers else "No lab is running.\n")
    return 0 if answers else 1


def _write_trust(lab: "Lab | DovecotLab", folder: Path) -> None:
    """Write the shell script that makes programs trust the lab."""
    from mailkit.lab.app_settings import trust_variables

    ca_file = folder / "ca.pem"
    if ca_file != lab.ca_file:
        ca_file.write_bytes(lab.ca_file.read_bytes())
    lines = (
        f"export {name}={shlex.quote(value)}\n"
        for name, value in trust_variables(ca_file, folder).items()
    )
    (folder / TRUST).write_text("".join(lines), "utf-8")


def _started(options: Options) -> "Lab | DovecotLab":
    """Return the running lab.

    Raises:
        LabError: it cannot start; if a port is in use, the message says what to do.
    """
    lab = _lab(options)
    with _other_ports():
        return lab.start()


@contextmanager
def _other_ports() -> Iterator[None]:
    """If a port is in use, say what to do."""
    try:
        yield
    except LabError as error:
        if not str(error).startswith("cannot listen on"):
            raise
        raise LabError(
            f"{error}. Stop the program that uses that port, or choose other ports: "
            "mailkit lab up --port-offset 1000, or --ports random"
        ) from None


def _page(lab: "Lab | DovecotLab", options: Options) -> "LabPage | str":
    """Return the lab's web page, or why it has none.

    Raises:
        LabError: its port is in use.
    """
    if not isinstance(lab, Lab):
        return "only with the embedded backend"
    if not installed():
        return "pip install 'mailkit-lab[web]'"
    fixed = options.offset is not None and options.fault is None
    with _other_ports():
        port = PAGE_PORT + (options.offset or 0) if fixed else 0
        return serve_page(lab, port, address=options.address, names=options.names)


def _lab(options: Options) -> "Lab | DovecotLab":
    backend, fault = options.backend, options.fault
    if backend != "embedded":
        only = {
            "--fault": fault is not None,
            "--open": options.anyone,
            "--port-offset": bool(options.offset),
            "--persist": options.persist is not None,
            "--listen": bool(options.address),
            "--watch": options.watch,
            "--tempt": options.tempt,
        }
        if wrong := [option for option, given in only.items() if given]:
            raise SettingsError(f"{' and '.join(wrong)}: only with the embedded backend")
    if backend == "dovecot":
        from mailkit.lab.backends.dovecot import DovecotLab

        return DovecotLab(host="localhost")
    if backend == "docker":
        from mailkit.lab.backends.docker import DockerLab

        return DockerLab(host="localhost")
    if fault is not None:
        given = {
            "--open": options.anyone,
            "--print": bool(options.shown),
            "--port-offset": bool(options.offset),
            "--tempt": options.tempt,
        }
        if wrong := [option for option, is_given in given.items() if is_given]:
            raise SettingsError(
                f"{' and '.join(wrong)}: not with --fault, which has servers of its own; "
                "the page switches faults on in a usual lab"
            )
    if fault is None:
        listeners = developer(anyone=options.anyone, offset=options.offset, address=options.address)
        if options.tempt:
            listeners = tuple(replace(listener, certificate="other-host") for listener in listeners)
        return Lab(listeners, persist=options.persist, names=options.names)
    from mailkit.lab.faults import NOT_SHOWN, SCENARIOS

    if fault in NOT_SHOWN:
        raise SettingsError(f"{fault} is not available here: {NOT_SHOWN[fault]}")
    if fault not in SCENARIOS:
        raise SettingsError(f"unknown fault {fault}; mailkit lab faults lists them")
    scenario = SCENARIOS[fault]
    listeners = tuple(map(for_every_client, scenario.listeners))
    return Lab(listeners, scenario.users, scenario.zone, persist=options.persist)


def _accounts(lab: "Lab | DovecotLab", fault: str | None) -> str:
    """Return the accounts as TOML. In a lab without faults they name the real ports."""
    if fault is not None:
        from mailkit.lab.faults import SCENARIOS

        return SCENARIOS[fault].account
    user, password = next(iter(USERS.items()))
    secret = {"value": password}
    parts = []
    for listener in lab.listeners:
        if listener.port == 25:
            continue
        role = "outgoing" if listener.protocol == "smtp" else "incoming"
        parts.append(
            account(
                role,
                label=f"{listener.protocol}-{listener.security}",
                protocol=listener.protocol,
                host="localhost",
                port=lab.where(listener.host, listener.port)[1],
                security=str(listener.security),
                user=user,
                secret=secret,
            )
        )
    return "\n".join(parts)


def told(lab: "Lab | DovecotLab", options: Options, file: Path, text: str, page: str = "") -> str:
    """Describe a lab: endpoints, users, settings to paste, and a command to try."""
    name = "" if options.name == DEFAULT else f" {options.name}"
    rows = [f"The lab{name} is running.", "", "Endpoints"]
    rows += [_row(lab, listener) for listener in lab.listeners if not listener.same_as]
    rows.append("")
    if page:
        rows += [f"Page      {page}"] + [""] * (options.fault is not None)
    if options.fault is not None:
        rows += [f"Account ({file})", "", text]
    else:
        login = "any, or none" if options.anyone else ""
        known = login or ", ".join(f"{user} / {password}" for user, password in _known(lab))
        shown = options.shown or "env"
        rows += [f"Logins    {known}", f"Accounts  {file}", f"CA file   {file.parent / 'ca.pem'}"]
        rows += [f"Trust it  . {shlex.quote(str(file.parent / TRUST))}", ""]
        rows += [f"Settings for an app ({shown}; --print FORMAT for another)", ""]
        rows += [f"  {line}" for line in settings(lab, shown).splitlines()]
        rows.append("")
    lab_name = f" --lab-name {options.name}" if options.name != DEFAULT else ""
    command = f"mailkit diagnose {file} --lab{lab_name}{_extra(options.fault)}"
    return "\n".join([*rows, "Try", "", f"  {command}", ""])


def _known(lab: "Lab | DovecotLab") -> list[tuple[str, str]]:
    return [(user, lab.users[user]) for user in USERS if user in lab.users]


def _extra(fault: str | None) -> str:
    """Return the options that a scenario needs on the command line."""
    from mailkit.lab.faults import SCENARIOS

    given = SCENARIOS[fault].options if fault is not None else {}
    parts = [f" --{name.replace('_', '-')}" for name, value in given.items() if value is True]
    if "rehearse" in given:
        parts.append(" --rehearse " + " ".join(f"'{address}'" for address in given["rehearse"]))
    if "send_test" in given:
        parts.append(f" --send-test {given['send_test']}")
    return "".join(parts)


_SECURITY = {
    Security.CLEARTEXT: "no TLS",
    Security.STARTTLS: "STARTTLS",
    Security.IMPLICIT_TLS: "implicit TLS",
}


def _row(lab: "Lab | DovecotLab", listener: Listener) -> str:
    address, port = lab.where(listener.host, listener.port)
    if listener.host == "localhost":
        word = ""
        if listener.open_relay and listener.protocol == "smtp":
            word = "any login or none, any sender, any recipient"
        elif listener.accepts_all:
            word = "any mailbox, any password"
        protocol, security = listener.protocol.upper(), _SECURITY[listener.security]
        return f"  {protocol:<5} localhost:{port:<6} {security:<13} {word}".rstrip()
    return f"  {listener.protocol:<5} {listener.endpoint:<40} at {address}:{port}"


def _down(name: str) -> str:
    return "mailkit lab down" + ("" if name == DEFAULT else f" --name {name}")
