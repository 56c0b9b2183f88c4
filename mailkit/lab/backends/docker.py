"""The lab's stack in Docker: Dovecot 2.4 and aiosmtpd in containers, on ports of loopback.

The accounts and endpoints are those of :class:`~mailkit.lab.backends.dovecot.DovecotLab`, except those that need
their own address: hosts without TLS, and hosts that accept passwords in cleartext. Certificates are chosen by SNI.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex

from mailkit.errors import LabError
from mailkit.lab.backends.dovecot import LIFETIME_S, DovecotLab
from mailkit.lab.backends.dovecot_config import DovecotListener, Spec, configuration, public_folders
from mailkit.lab.backends.guard import guarded
from mailkit.lab.backends.supplies import RealAddresses, closed
from mailkit.lab.endpoints import CERTIFICATES, HOST
from mailkit.lab.listener import Users
from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.sent import SentMail
from mailkit.lab.servers.core import USERS
from mailkit.ports import STANDARD, Protocol, Security

__all__ = ["DockerLab", "build", "compose_command", "compose_file", "engine_missing"]

_START_S, _BUILD_S = 60.0, 600.0
_SUBMISSION = {
    ("", 465): (10465, Security.IMPLICIT_TLS),
    ("", 587): (10587, Security.STARTTLS),
    ("", 25): (10025, Security.STARTTLS),
    ("wrong.example.com", 465): (20465, Security.STARTTLS),
    ("wrong.example.com", 587): (20587, Security.IMPLICIT_TLS),
    ("clear.example.com", 587): (30587, Security.STARTTLS),
    ("none.example.com", 587): (40587, Security.CLEARTEXT),
}
"""Logical endpoints (the healthy host has no name here), and the ports in the container."""


def compose_command() -> list[str] | None:
    """Compose 2 if installed, else Compose 1."""
    if shutil.which("docker"):
        done = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if done.returncode == 0:
            return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def compose_file() -> Path:
    """Return ``docker/compose.yaml`` beside the package, or in an installed one."""
    package = Path(__file__).parents[2]
    beside, inside = package.parent / "docker", package / "docker"
    return (beside if beside.is_dir() else inside) / "compose.yaml"


def engine_missing() -> str:
    """Return why Docker is not usable, or an empty text."""
    if compose_command() is None:
        return "neither docker compose nor docker-compose is installed"
    done = subprocess.run(["docker", "info"], capture_output=True, check=False)
    return "no Docker engine answers" if done.returncode else ""


def build(base: str = "debian:trixie-slim") -> None:
    """Build the two images, if they do not exist.

    Raises:
        LabError: they cannot be built.
    """
    command = [*(compose_command() or []), "-f", str(compose_file()), "build"]
    _run(command, os.environ | {"LAB": "/nowhere", "BASE": base}, _BUILD_S)


def _run(
    command: list[str], environment: dict[str, str], within: float, *, strict: bool = True
) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=within, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(command)} took more than {within:g} s") from None
    if done.returncode and strict:
        raise LabError(f"{' '.join(command)} failed: {(done.stdout + done.stderr)[-600:]}")
    return done.stdout


class DockerLab(DovecotLab):
    """Dovecot and aiosmtpd in Docker for as long as a ``with`` block lasts.

    Args:
        users: user names and passwords.
        host: the name of the healthy host.
        quota_kib: how much mail a user may have, in KiB.
        rules: the mail that is accepted for submission.
        base: the image to build on; ``docker/README.md`` says how to make one.

    Raises:
        LabError: there is no Docker, an image cannot be built, or a container does not start.
    """

    def __init__(
        self,
        users: Users = USERS,
        *,
        host: str = HOST,
        quota_kib: int = 10_240,
        rules: AcceptancePolicy | None = None,
        base: str = "debian:trixie-slim",
    ) -> None:
        super().__init__(users, host=host, program="dovecot", quota_kib=quota_kib, rules=rules)
        self.base = base
        self.project = f"mailkit-{token_hex(4)}"
        self._ports: dict[tuple[str, int], tuple[str, int]] = {}

    @property
    def sent(self) -> SentMail:
        """Not available: the submission server runs in a container.

        Raises:
            LabError: always.
        """
        raise LabError("the docker backend keeps no record of sent mail")

    def start(self) -> "DockerLab":
        """Build missing images and start the containers; return when every port answers."""
        if reason := engine_missing():
            raise LabError(f"no Docker: {reason}")
        try:
            self.prepare()
            build(self.base)
            self._watch()
            self._compose("up", "-d", "--no-build", within=_START_S)
            self.attach()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment for ``docker/compose.yaml``."""
        return {"LAB": str(self.folder), "BASE": self.base}

    def prepare(self) -> None:
        """Write configuration, certificates and users; for those who start the containers themselves."""
        self.version = (2, 4)
        self._made = Path(tempfile.mkdtemp(prefix="mk-"))
        self.folder = (
            self._made / "conf"
        )  # the containers' user reads it; no other user of this machine gets so far
        self.folder.mkdir()
        self._prepare()

    def stop(self) -> None:
        """Stop the containers, and remove their volumes and network."""
        if self._guard is not None:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard.wait(60)
            self._guard = None
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None

    @property
    def connect_to(self) -> RealAddresses:
        """The real address of each logical endpoint; connections to other ports of its hosts are refused."""
        return closed({key: [place] for key, place in self._ports.items()})

    @property
    def log(self) -> str:
        """Return the logs of the containers."""
        return self._compose("logs", "--no-color", within=20, strict=False)

    def _prepare(self) -> None:
        self.folder.chmod(0o755)
        (self.folder / "keys/default/HS256").mkdir(parents=True)
        self._authority()
        inside = Path("/lab/conf")
        kinds = {"wrong.example.com": "good"} | {
            f"{kind}.example.com": kind for kind in CERTIFICATES
        }
        for name, kind in {self.host: "good", **kinds}.items():
            self.authority.files(name, kind, self.folder)
        for ending in ("crt", "key"):
            shutil.copy(self.folder / f"{self.host}.good.{ending}", self.folder / f"main.{ending}")
        public_folders(self.folder / "public")
        package = Path(__file__).parents[2]
        ignored = shutil.ignore_patterns("__pycache__", "examples", "docker")
        shutil.copytree(package, self.folder / "mailkit", ignore=ignored)
        doors = [
            {"host": host or self.host, "port": inside, "security": str(security)}
            for (host, _), (inside, security) in _SUBMISSION.items()
        ]
        told = {"doors": doors, "rules": asdict(self.rules), "names": [self.host, *kinds]}
        (self.folder / "submission.json").write_text(json.dumps(told), "utf-8")
        self._write_users()
        spec = Spec(
            folder=Path("/lab"),
            conf=inside,
            log=Path("/dev/stderr"),
            places=tuple(_PLACES),
            certificates={"": (inside / "main.crt", inside / "main.key")},
            named={
                name: (inside / f"{name}.{kind}.crt", inside / f"{name}.{kind}.key")
                for name, kind in kinds.items()
            },
            user="lab",
            group="lab",
            root=False,
            quota_kib=self.quota_kib,
            jwt_keys=inside / "keys",
        )
        (self.folder / "dovecot.conf").write_text(configuration(spec, self.version), "utf-8")
        for path in self.folder.rglob("*"):  # the container's user is another one
            path.chmod(0o755 if path.is_dir() else 0o644)

    @property
    def _users_mode(self) -> int:
        return 0o644

    def token(self, user: str, *, valid_s: float = 600) -> str:
        """A token as :meth:`DovecotLab.token` creates it; the container gets it too."""
        made = super().token(user, valid_s=valid_s)
        file = self.folder / "tokens.json"
        known = json.loads(file.read_text("utf-8")) if file.exists() else {}
        file.write_text(json.dumps(known | {made: (user, time.time() + valid_s)}), "utf-8")
        return made

    def _watch(self) -> None:
        """Start a guard that stops everything when this process ends, also if it is killed."""
        down = self._command("down", "-v", "--remove-orphans", "-t", "1")
        self._guard = subprocess.Popen(
            guarded(self._made or self.folder, LIFETIME_S, ["sleep", str(LIFETIME_S)], after=down),
            stdin=subprocess.PIPE,
            env=os.environ | self.environment,
        )

    def _command(self, *words: str) -> list[str]:
        file = str(compose_file())
        return [*(compose_command() or []), "-p", self.project, "-f", file, *words]

    def _compose(self, *words: str, within: float, strict: bool = True) -> str:
        return _run(self._command(*words), os.environ | self.environment, within, strict=strict)

    def attach(self) -> None:
        """Find the ports of the started containers, and wait until all answer.

        Raises:
            LabError: one does not.
        """
        known = self._published()
        wanted = {(host, port): inside for host, port, inside in _fronts(self.host)}
        wanted |= {
            (host or self.host, port): submission[0]
            for (host, port), submission in _SUBMISSION.items()
        }
        wanted |= {(f"{kind}.example.com", 465): 10465 for kind in CERTIFICATES}
        try:
            self._ports = {key: known[inside] for key, inside in wanted.items()}
        except KeyError as error:
            raise LabError(f"port {error} is not published: {self.log[-600:]}") from None
        until = time.monotonic() + _START_S
        for inside, place in known.items():
            while not _speaks(place, tls=inside in _TLS_PORTS):
                if time.monotonic() > until:
                    raise LabError(f"port {inside} does not answer: {self.log[-600:]}")
                time.sleep(0.05)

    def _published(self) -> dict[int, tuple[str, int]]:
        """Return the real address of each container port, from the engine."""
        label = f"label=com.docker.compose.project={self.project}"
        command = ["docker", "ps", "-q", "--filter", label]
        names = _run(command, dict(os.environ), 20).split()
        told = _run(
            ["docker", "inspect", "-f", "{{json .NetworkSettings.Ports}}", *names],
            dict(os.environ),
            20,
        )
        return {
            int(inside.partition("/")[0]): (places[0]["HostIp"], int(places[0]["HostPort"]))
            for row in told.splitlines()
            for inside, places in json.loads(row).items()
            if places
        }


_TLS_PORTS = {10993, 10995, 20143, 20110, 10465, 20587}

_PLACES = [
    DovecotListener(kind, "*", base + port, base + port in _TLS_PORTS)
    for kind, ports in (("imap", (993, 143)), ("pop3", (995, 110)))
    for base in (10_000, 20_000)
    for port in ports
] + [DovecotListener("lmtp", "*", 10_024, False)]


def _fronts(host: str) -> list[tuple[str, int, int]]:
    """Logical endpoints and the port inside the container."""
    found = [
        (name, port, base + port)
        for name, base in ((host, 10_000), ("wrong.example.com", 20_000))
        for protocol in (Protocol.IMAP, Protocol.POP3)
        for port, _ in STANDARD[protocol]
    ]
    found += [
        (f"{kind}.example.com", port, 10_000 + port) for kind in CERTIFICATES for port in (993, 995)
    ]
    return [*found, ("lmtp", 24, 10_024)]


def _speaks(place: tuple[str, int], *, tls: bool) -> bool:
    """Return whether a server answers, and not only Docker's proxy."""
    try:
        with socket.create_connection(place, 1) as sock:
            sock.settimeout(0.3 if tls else 1)
            return bool(sock.recv(1))
    except TimeoutError:
        return tls  # waits for a hello
    except OSError:
        return False
