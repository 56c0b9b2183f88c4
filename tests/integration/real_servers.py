"""Mail servers of the distribution, each unpacked into a file system of its own and never installed.

``python tests/integration/real_servers.py`` fetches the packages. A server runs as root in namespaces of its own for mounts and
processes, over the machine's files, on a port of the loopback interface; it ends with whoever started it. Nothing of it is left.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PASSWORD = "open sesame 17"
PACKAGES = {
    "cyrus": ["cyrus-imapd", "cyrus-pop3d", "sasl2-bin"],
    "courier": ["courier-imap", "courier-pop"],
    "postfix": ["postfix"],
    "exim": ["exim4-daemon-light"],
}
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mailkit-servers"
PORTS = {
    "cyrus": ("imap", "pop3"),
    "courier": ("imap", "pop3"),
    "postfix": ("smtp",),
    "exim": ("smtp",),
}
WITHIN_S = 60.0

_UNPACK = r"""
set -eu
mount -t tmpfs none "$1"; cd "$1"; mkdir lower upper work root
for package in "$2"/*.deb; do dpkg-deb -x "$package" lower; done
for name in bin sbin lib; do  # links to /usr in today's Debian
  if [ -d lower/$name ]; then mkdir -p lower/usr/$name; cp -a lower/$name/. lower/usr/$name/; rm -r lower/$name; fi
done
mount -t overlay none -o lowerdir="$1/lower":/,upperdir="$1/upper",workdir="$1/work" root
mount --rbind /dev root/dev; mount -t proc none root/proc
mount -t tmpfs none root/run; mount -t tmpfs none root/tmp; chmod 1777 root/tmp
cat > root/tmp/start
exec chroot root /bin/sh -eu /tmp/start
"""
_USERS = r"""
person() { grep -q "^$1:" /etc/passwd || echo "$1:x:$2:$2::/nonexistent:/bin/false" >> /etc/passwd
           grep -q "^$1:" /etc/group || echo "$1:x:$2:" >> /etc/group; }
"""
_CYRUS = r"""
person cyrus 990; mkdir -p /run/cyrus/socket /var/lib/cyrus/socket /var/lib/cyrus/proc /var/spool/cyrus/mail
chown -R cyrus /run/cyrus /var/lib/cyrus /var/spool/cyrus
cat > /etc/imapd.conf <<'END'
configdirectory: /var/lib/cyrus
partition-default: /var/spool/cyrus/mail
defaultpartition: default
servername: mail.example.com
allowplaintext: yes
altnamespace: no
unixhierarchysep: no
autocreate_quota: 5000
autocreate_inbox_folders: Sent|Trash
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_mech_list: PLAIN
idlesocket: /run/cyrus/socket/idle
lmtpsocket: /run/cyrus/socket/lmtp
syslog_prefix: cyrus
END
cat > /etc/cyrus.conf <<END
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"
}
SERVICES {
  imap cmd="/usr/lib/cyrus/bin/imapd -U 30" listen="127.0.0.1:$IMAP" prefork=0
  pop3 cmd="/usr/lib/cyrus/bin/pop3d -U 30" listen="127.0.0.1:$POP3" prefork=0
}
EVENTS {
  checkpoint cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -c" period=30
}
DAEMON {
  idled cmd="/usr/lib/cyrus/bin/idled"
}
END
for user in kim lee; do echo "$PASSWORD" | saslpasswd2 -p -c -u mail.example.com $user; done
chown cyrus /etc/sasldb2
exec /usr/lib/cyrus/bin/master -D -C /etc/imapd.conf -M /etc/cyrus.conf
"""
_COURIER = r"""
person courier 991; person vmail 992
mkdir -p /run/courier/authdaemon /srv/mail; chown -R courier /run/courier
ln -sf /usr/bin/maildirmake.courier /usr/bin/maildirmake 2>/dev/null || true
for user in kim lee; do
  mkdir /srv/mail/$user; maildirmake.courier /srv/mail/$user/Maildir
  maildirmake.courier -f Sent /srv/mail/$user/Maildir
  userdb $user set uid=992 gid=992 home=/srv/mail/$user mail=/srv/mail/$user/Maildir
  printf '%s\n%s\n' "$PASSWORD" "$PASSWORD" | userdbpw | userdb $user set systempw
done
chown -R vmail:vmail /srv/mail; chmod 700 /etc/courier/userdb*; makeuserdb
sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' /etc/courier/authdaemonrc
/usr/lib/courier/courier-authlib/authdaemond &
set -a; . /etc/courier/imapd; . /etc/courier/pop3d
IMAP_STARTTLS=NO; POP3_STARTTLS=NO; IMAPDSTART=YES; TLS_PROTOCOL=; MAILDIRPATH=Maildir; IMAP_CAPABILITY="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
POP3AUTH=; set +a
couriertcpd -address=127.0.0.1 -maxprocs=20 -maxperip=20 -nodnslookup -noidentlookup "$POP3" \
  /usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d Maildir &
exec couriertcpd -address=127.0.0.1 -maxprocs=20 -maxperip=4 -nodnslookup -noidentlookup "$IMAP" \
  /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
"""
_POSTFIX = r"""
person postfix 993; person postdrop 994
mkdir -p /etc/postfix /var/lib/postfix /var/spool/postfix; chown postfix /var/lib/postfix
cat > /etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = mail.example.com
mydestination =
virtual_mailbox_domains = example.com
virtual_mailbox_maps = inline:{kim@example.com=kim, lee@example.com=lee}
virtual_transport = discard
relay_transport = discard
smtpd_recipient_limit = 50
message_size_limit = 5000000
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
mynetworks =
smtputf8_enable = yes
maillog_file = /dev/stdout
END
cat > /etc/postfix/master.cf <<END
127.0.0.1:$SMTP inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
END
for name in active bounce corrupt defer deferred flush hold incoming private saved trace; do
  mkdir -p /var/spool/postfix/$name; chown postfix /var/spool/postfix/$name; done
mkdir -p /var/spool/postfix/maildrop /var/spool/postfix/public /var/spool/postfix/pid
chown postfix:postdrop /var/spool/postfix/maildrop /var/spool/postfix/public
exec /usr/lib/postfix/sbin/master -c /etc/postfix -d
"""
_EXIM = r"""
person Debian-exim 995; mkdir -p /var/spool/exim4 /var/log/exim4; chown -R Debian-exim /var/spool/exim4 /var/log/exim4
cat > /tmp/exim.conf <<END
primary_hostname = mail.example.com
local_interfaces = 127.0.0.1
daemon_smtp_ports = $SMTP
tls_advertise_hosts =
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
message_size_limit = 5M
recipients_max = 50
recipients_max_reject = true
log_file_path = /var/log/exim4/%slog
host_lookup =
rfc1413_query_timeout = 0s
begin acl
rcpt:
  accept domains = example.com
         local_parts = kim : lee
  deny   domains = example.com
         message = Unrouteable address
  deny   message = relay not permitted
begin routers
all:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
  user = Debian-exim
END
exec /usr/sbin/exim4 -C /tmp/exim.conf -bdf -q1h
"""
_SCRIPTS = {"cyrus": _CYRUS, "courier": _COURIER, "postfix": _POSTFIX, "exim": _EXIM}


def why_not(name: str) -> str:
    """Why a server cannot run here; empty where it can."""
    if os.environ.get("SERVERS") == "skip":
        return "no real server: SERVERS=skip"
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"):
        return "no real server: needs Linux, root and unshare"
    if not [*(CACHE / name).glob("*.deb")]:
        return f"no real server: {name} is not fetched (python tests/integration/real_servers.py)"
    return ""


class RealServer:
    """One of the servers, on free ports."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ports = {protocol: _free() for protocol in PORTS[name]}
        self._folder = tempfile.TemporaryDirectory(prefix=f"mailkit-{name}-", dir="/tmp")
        self._log = (Path(self._folder.name).parent / f"{Path(self._folder.name).name}.log").open(
            "w+b"
        )

    def __enter__(self) -> "RealServer":
        settings = {protocol.upper(): str(port) for protocol, port in self.ports.items()}
        self._process = subprocess.Popen(
            [
                "unshare",
                "-m",
                "-p",
                "-f",
                "--kill-child",
                "/bin/bash",
                "-c",
                _UNPACK,
                "unpack",
                self._folder.name,
                str(CACHE / self.name),
            ],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            env=os.environ
            | settings
            | {"PASSWORD": PASSWORD, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
        )
        assert self._process.stdin is not None
        self._process.stdin.write((_USERS + _SCRIPTS[self.name]).encode())
        self._process.stdin.close()
        until = time.monotonic() + WITHIN_S
        for port in self.ports.values():
            while not _listens(port):
                if self._process.poll() is not None or time.monotonic() > until:
                    said = self.said()
                    self.__exit__()
                    raise RuntimeError(f"{self.name} does not start: {said[-2000:]}")
                time.sleep(0.1)
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._process.wait(10)
        self._log.close()
        Path(self._log.name).unlink(missing_ok=True)
        self._folder.cleanup()

    def said(self) -> str:
        """What it wrote."""
        return Path(self._log.name).read_text("utf-8", "replace")


def _free() -> int:
    """A free port, and none that the system may give to a connection before the server has started."""
    for port in random.sample(range(20_000, 32_768), 1000):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


def _listens(port: int) -> bool:
    with socket.socket() as found:
        found.settimeout(1)
        return found.connect_ex(("127.0.0.1", port)) == 0


def fetch() -> None:
    """Fetch the packages with what they need, for each server apart: two of them cannot be installed together."""
    missing = [name for name in PACKAGES if not [*(CACHE / name).glob("*.deb")]]
    quiet: dict[str, Any] = {"check": False, "timeout": 300, "stdout": subprocess.DEVNULL}
    quiet["env"] = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if missing:
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
    for name in missing:
        (CACHE / name / "partial").mkdir(parents=True, exist_ok=True)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--download-only"]
        subprocess.run(
            [*command, "-o", f"Dir::Cache::archives={CACHE / name}", *PACKAGES[name]], **quiet
        )


if __name__ == "__main__":
    fetch()
