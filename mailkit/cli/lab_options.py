"""The options of ``mailkit lab``."""

import argparse

from mailkit.cli.console import out
from mailkit.cli.options import Make
from mailkit.errors import SettingsError

__all__ = ["add_lab", "lab"]


def lab(options: argparse.Namespace) -> int:
    """Run ``mailkit lab up``, ``down``, ``status`` or ``faults``."""
    from mailkit.cli import lab as servers

    if options.action == "faults":
        from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
        from mailkit.rules.catalogue import RULES

        rows = [f"{name:<27} {RULES[name].title}" for name in SCENARIOS]
        rows += [f"{name:<27} not available: {why}" for name, why in NOT_SHOWN.items()]
        out("\n".join(rows) + "\n")
        return 0
    if options.action == "up":
        from pathlib import Path

        if options.seconds < 0:
            raise SettingsError(
                f"--for is a number of seconds, 0 for no limit; not {options.seconds:g}"
            )
        wanted = servers.Options(
            name=options.name or servers.DEFAULT,
            backend=options.backend,
            fault=options.fault,
            anyone=options.open,
            offset=None if options.ports == "random" else options.port_offset,
            persist=Path(options.persist) if options.persist else None,
            address=options.listen,
            names=tuple(options.cert_name),
            shown=options.shown,
            seconds=options.seconds,
            watch=options.watch or options.tempt,
            tempt=options.tempt,
        )
        return servers.up(wanted, out)
    show = servers.down if options.action == "down" else servers.status
    return show(options.name, out)


def add_lab(command: Make) -> None:
    """Add ``mailkit lab`` and its options."""
    lab = command("lab", "lab", "run local mail servers: catch mail, or show a chosen fault")
    lab.set_defaults(module="mailkit.cli.lab_options")
    lab.add_argument(
        "action",
        choices=("up", "down", "status", "faults"),
        help="start a lab, stop it, show what is running, or list the faults",
    )
    lab.add_argument(
        "--name", default="", metavar="NAME", help="which lab, where there are several"
    )
    up = lab.add_argument_group("with up")
    up.add_argument(
        "--open", action="store_true", help="every port takes any login, or none; 1025 always does"
    )
    up.add_argument(
        "--ports",
        choices=("fixed", "random"),
        default="fixed",
        help="fixed: SMTP 1025 1587 1465, IMAP 1143 1993, POP3 1110 1995, page 8025 (fixed)",
    )
    up.add_argument(
        "--port-offset", type=int, default=0, metavar="N", help="add N to each fixed port"
    )
    up.add_argument("--persist", metavar="FOLDER", help="keep mail and certificates in a folder")
    up.add_argument(
        "--print", dest="shown", default="", metavar="FORMAT",
        help="settings to paste: django, laravel, spring, phpmailer, nodemailer, dotenv …; "
        "FORMAT:starttls or FORMAT:implicit-tls for a port with TLS and login",
    )  # fmt: skip
    up.add_argument(
        "--watch", action="store_true", help="report what the programs that connect do wrong"
    )
    up.add_argument(
        "--tempt",
        action="store_true",
        help="with a certificate for another host, which a careful program rejects; watches too",
    )
    up.add_argument("--fault", metavar="ID", help="start a server with this fault, on random ports")
    up.add_argument(
        "--backend",
        choices=("embedded", "dovecot", "docker"),
        default="embedded",
        help="built-in servers, the Dovecot of this machine, or containers (embedded)",
    )
    up.add_argument(
        "--make", dest="backend", choices=("embedded", "dovecot", "docker"), help=argparse.SUPPRESS,
        default=argparse.SUPPRESS,
    )  # fmt: skip
    up.add_argument(
        "--listen", default="", metavar="ADDRESS", help="for containers: listen there, not on loopback"
    )  # fmt: skip
    up.add_argument(
        "--cert-name", action="append", default=[], metavar="NAME",
        help="one more name in the certificate, beside localhost (repeatable)",
    )  # fmt: skip
    up.add_argument(
        "--for", dest="seconds", type=float, default=28_800, metavar="S",
        help="stop after S seconds, 0 for never (28800, which is 8 h)",
    )  # fmt: skip
