"""A lab that stays up for people: ``mailkit lab up``, ``down`` and ``status``.

The lab runs in the foreground and ends with Ctrl-C, with ``down``, or by itself when its time is
over. It is found through a file that only its owner can read, with the port it takes orders on
and a word that proves who asks; no process is ended by its number.
"""

import json
import os
import secrets
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.errors import LabError, SettingsError
from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import account
from mailkit.lab.servers.core import USERS, Lab

if TYPE_CHECKING:
    from mailkit.lab.backends.dovecot import DovecotLab

__all__ = ["BACKENDS", "down", "status", "told", "up"]

Out = Callable[[str], None]


BACKENDS = ("embedded", "dovecot", "docker")
"""What a lab can be made of: servers in this process, the Dovecot of this machine, or containers."""


def up(fault: str | None, seconds: float, out: Out, make: str = "embedded") -> int:
    """Start a lab, tell where everything is, and keep it until it is to end.

    Raises:
        LabError: one is running already, or this make cannot be had here.
        SettingsError: there is no such fault to show.
    """
    if _ask("status") is not None:
        raise LabError("a lab is running already; mailkit lab down ends it")
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with _lab(fault, make) as lab, socket.create_server(("127.0.0.1", 0)) as orders:
        file = lab.folder / "accounts.toml"
        text = _accounts(lab, fault)
        file.write_text(text, "utf-8")
        file.chmod(0o600)
        words = told(lab, fault, file, text)
        word = secrets.token_urlsafe()
        state = {"port": orders.getsockname()[1], "word": word, "pid": os.getpid()}
        _keep_state(json.dumps(state | {"folder": str(lab.folder)}))
        try:
            thread = threading.Thread(
                target=_obey, args=(orders, word, words, over), daemon=True, name="mailkit-orders"
            )
            thread.start()
            out(
                f"{words}\nStop it with Ctrl-C or mailkit lab down. It stops by itself after {seconds:g} s.\n"
            )
            over.wait(seconds)
        except KeyboardInterrupt:
            pass
        finally:
            _state_file().unlink(missing_ok=True)
    out("The lab is down.\n")
    return 0


def down(out: Out) -> int:
    """End the lab that is running."""
    answer = _ask("down")
    _state_file().unlink(missing_ok=True)
    out("The lab is stopping.\n" if answer is not None else "No lab is running.\n")
    return 0


def status(out: Out) -> int:
    """Tell whether a lab is running, and where; status 1 where none is."""
    answer = _ask("status")
    out(answer if answer is not None else "No lab is running.\n")
    return 0 if answer is not None else 1


def _lab(fault: str | None, make: str) -> "Lab | DovecotLab":
    if make != "embedded" and fault is not None:
        raise SettingsError("only the embedded backend shows faults")
    if make == "dovecot":
        from mailkit.lab.backends.dovecot import DovecotLab

        return DovecotLab(host="localhost")
    if make == "docker":
        from mailkit.lab.backends.docker import DockerLab

        return DockerLab(host="localhost")
    if fault is None:
        return Lab(standard("localhost"))
    from mailkit.lab.faults import NOT_SHOWN, SCENARIOS

    if fault in NOT_SHOWN:
        raise SettingsError(f"{fault} is not available here: {NOT_SHOWN[fault]}")
    if fault not in SCENARIOS:
        raise SettingsError(f"unknown fault {fault}; mailkit lab faults lists them")
    scenario = SCENARIOS[fault]
    return Lab(scenario.listeners, scenario.users, scenario.zone)


def _accounts(lab: "Lab | DovecotLab", fault: str | None) -> str:
    """The accounts as TOML. In a lab without faults they name the real ports."""
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


def told(lab: "Lab | DovecotLab", fault: str | None, file: Path, text: str) -> str:
    """What a person is told of a lab: endpoints, accounts, and a command to try."""
    rows = [_row(lab, one) for one in lab.listeners if not one.same_as]
    command = f"mailkit diagnose {file} --ca {lab.ca_file}"
    if lab.dns is not None:
        command += f" --dns {lab.dns[0]}:{lab.dns[1]}"
    if fault is not None:
        command += _options(fault)
    if fault is not None:
        for (host, port), places in lab.connect_to.items():
            for address, real in places:
                command += f" \\\n    --connect-to {host}:{port or ''}:{address}:{real}"
    return "\n".join(
        ["Endpoints", *rows, "", f"Accounts ({file})", "", text, "Try", f"  {command}", ""]
    )


def _options(fault: str) -> str:
    """What a scenario asks for beyond the usual, as options of the command."""
    from mailkit.lab.faults import SCENARIOS

    given = SCENARIOS[fault].options
    parts = [f" --{name.replace('_', '-')}" for name, value in given.items() if value is True]
    if "rehearse" in given:
        parts.append(" --rehearse " + " ".join(f"'{one}'" for one in given["rehearse"]))
    if "send_test" in given:
        parts.append(f" --send-test {given['send_test']}")
    return "".join(parts)


def _row(lab: "Lab | DovecotLab", listener: Listener) -> str:
    address, port = lab.where(listener.host, listener.port)
    return f"  {listener.protocol:<5} {listener.endpoint:<40} at {address}:{port}"


def _obey(orders: socket.socket, word: str, words: str, over: threading.Event) -> None:
    while not over.is_set():
        try:
            asking, _ = orders.accept()
        except OSError:
            return
        with asking, suppress(OSError):
            asking.settimeout(2)
            said = asking.recv(200).decode("ascii", "replace").split()
            if len(said) == 2 and secrets.compare_digest(said[0], word):
                asking.sendall(words.encode())
                if said[1] == "down":
                    over.set()


def _ask(order: str) -> str | None:
    """Give the running lab an order; ``None`` where there is none. A stale file is removed."""
    try:
        state = json.loads(_state_file().read_text("utf-8"))
        with socket.create_connection(("127.0.0.1", int(state["port"])), timeout=2) as sock:
            sock.sendall(f"{state['word']} {order}".encode())
            sock.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: sock.recv(65_536), b""))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        _state_file().unlink(missing_ok=True)
        return None
    return answer.decode("utf-8", "replace") or None


def _state_file() -> Path:
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(folder) / f"mailkit-lab-{os.getuid() if hasattr(os, 'getuid') else 0}.json"


def _keep_state(text: str) -> None:
    path = _state_file()
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
