"""Running labs: a state file for each, readable by its owner only.

The file has the lab's control port and a token. A lab is stopped by a request, never by killing a process id.
"""

import json
import os
import re
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailkit.errors import LabError, SettingsError

if TYPE_CHECKING:
    import argparse

    from mailkit.lab.backends.dovecot import DovecotLab
    from mailkit.lab.servers.core import Lab

__all__ = ["DEFAULT", "announced", "ask", "chosen", "names", "routed", "state_of"]

DEFAULT = "default"
"""The default name of a lab."""


@contextmanager
def announced(
    lab: "Lab | DovecotLab", name: str, words: str, over: threading.Event
) -> Iterator[None]:
    """Announce a lab, so that other commands can find, describe and stop it.

    Args:
        lab: the running lab.
        name: its name.
        words: what ``mailkit lab status`` shows.
        over: set by ``mailkit lab down``.
    """
    word = secrets.token_urlsafe()
    with socket.create_server(("127.0.0.1", 0)) as orders:
        rows = [
            [host, port if host != "localhost" or port is None else place[1], *place]
            for (host, port), places in lab.connect_to.items()
            for place in places
        ]  # localhost has its real ports
        state = {"port": orders.getsockname()[1], "word": word, "pid": os.getpid(), "routes": rows}
        _write(name, state | {"ca": str(lab.ca_file), "dns": lab.dns})
        threading.Thread(
            target=_obey, args=(orders, word, words, over), daemon=True, name="mailkit-orders"
        ).start()
        try:
            yield
        finally:
            _file(name).unlink(missing_ok=True)


def names() -> list[str]:
    """Return the names of the labs that have a state file, the default first."""
    found = [path.stem.removeprefix(_prefix()) for path in _folder().glob(f"{_prefix()}*.json")]
    return sorted(found, key=lambda name: (name != DEFAULT, name))


def ask(name: str, order: str) -> str | None:
    """Send a request to a running lab; return ``None`` if it is not running. A stale file is removed."""
    try:
        state = state_of(name)
        with socket.create_connection(("127.0.0.1", int(state["port"])), timeout=2) as sock:
            sock.sendall(f"{state['word']} {order}".encode())
            sock.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: sock.recv(65_536), b""))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        with suppress(OSError):  # it may belong to another user
            _file(name).unlink(missing_ok=True)
        return None
    return answer.decode("utf-8", "replace") or None


def state_of(name: str) -> dict[str, Any]:
    """Read the state file of a lab.

    Raises:
        OSError: there is no lab of that name, or its file belongs to another user, who could redirect logins.
        ValueError: the file is broken.
    """
    handle = os.open(_file(name), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, encoding="utf-8") as file:
        about = os.fstat(file.fileno())
        if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
            raise PermissionError(f"{_file(name)} belongs to another user, or others may change it")
        state = json.loads(file.read())
    if not isinstance(state, dict):
        raise ValueError("not an object")
    return state


def chosen(name: str) -> str:
    """Return the lab to use: the named one, the default one, or the only one.

    Raises:
        LabError: it is not running, or there are several.
    """
    running = [name for name in names() if ask(name, "status") is not None]
    if name and name not in running:
        raise LabError(f"no lab called {name} is running; start it: mailkit lab up --name {name}")
    if name or len(running) == 1:
        return name or running[0]
    if DEFAULT in running:
        return DEFAULT
    if running:
        raise LabError(f"several labs are running: choose one by name ({', '.join(running)})")
    raise LabError("no lab is running; start one: mailkit lab up")


def routed(options: "argparse.Namespace", usual: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options with the routes to the lab of ``--lab``.

    Raises:
        LabError: that lab is not running.
    """
    state = state_of(chosen(options.lab_name))
    routes: dict[tuple[str, int | None], list[tuple[str, int]]] = {}
    for host, port, address, real in state["routes"]:
        routes.setdefault((host, port), []).append((address, real))
    return {
        **usual,
        "ca": [*usual["ca"], state["ca"]],
        "connect_to": routes | usual["connect_to"],
        "dns": usual["dns"] or (tuple(state["dns"]) if state["dns"] else None),
    }


def _obey(orders: socket.socket, word: str, words: str, over: threading.Event) -> None:
    while not over.is_set():
        try:
            asking, _ = orders.accept()
        except OSError:
            return
        with asking, suppress(OSError):
            asking.settimeout(2)
            said = asking.recv(200).split()
            if len(said) == 2 and secrets.compare_digest(said[0], word.encode()):
                asking.sendall(words.encode())
                if said[1] == b"down":
                    over.set()


def _folder() -> Path:
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())


def _prefix() -> str:
    return f"mailkit-lab-{os.getuid() if hasattr(os, 'getuid') else 0}-"


def _file(name: str) -> Path:
    if re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name) is None:
        raise SettingsError(f"the name of a lab has letters, digits, - and _ only, not {name!r}")
    return _folder() / f"{_prefix()}{name}.json"


def _write(name: str, state: Mapping[str, Any]) -> None:
    path = _file(name)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(state))
