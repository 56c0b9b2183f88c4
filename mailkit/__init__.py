"""mailkit: find out why a mail account doesn't work, and verify the fix by logging in.

The entry points: functions and the values they use. Everything else is in modules.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mailkit import client, lab
    from mailkit.account import Account, Service
    from mailkit.checks import check
    from mailkit.diagnosis.diagnose import diagnose
    from mailkit.discovery.discover import discover
    from mailkit.discovery.result import Discovery
    from mailkit.explanation import explain
    from mailkit.finding import Finding, Severity
    from mailkit.fleet.frame_checks import check_frame
    from mailkit.fleet.frames import causes_frame, changes_frame, repairs_frame, services_frame
    from mailkit.fleet.run import diagnose_all
    from mailkit.formats import columns_of, from_frame, load, loads, repair
    from mailkit.ports import Protocol, Security
    from mailkit.report import Proposal, Report
    from mailkit.secret import Secret

__all__ = [
    "Account",
    "Discovery",
    "Finding",
    "Proposal",
    "Protocol",
    "Report",
    "Secret",
    "Security",
    "Service",
    "Severity",
    "causes_frame",
    "changes_frame",
    "check",
    "check_frame",
    "client",
    "columns_of",
    "diagnose",
    "diagnose_all",
    "discover",
    "explain",
    "from_frame",
    "lab",
    "load",
    "loads",
    "repair",
    "repairs_frame",
    "services_frame",
]

_HOMES = {
    "account": ("Account", "Service"),
    "checks": ("check",),
    "diagnosis.diagnose": ("diagnose",),
    "fleet.frames": ("causes_frame", "changes_frame", "repairs_frame", "services_frame"),
    "fleet.frame_checks": ("check_frame",),
    "fleet.run": ("diagnose_all",),
    "discovery.discover": ("discover",),
    "explanation": ("explain",),
    "finding": ("Finding", "Severity"),
    "formats": ("columns_of", "from_frame", "load", "loads", "repair"),
    "ports": ("Protocol", "Security"),
    "report": ("Proposal", "Report"),
    "discovery.result": ("Discovery",),
    "secret": ("Secret",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # or a misspelt name would have a type, Any

    def __getattr__(name: str) -> Any:
        """Import on first use, so that a program which only checks a file loads no TLS."""
        if name in ("client", "lab"):
            return import_module(f"mailkit.{name}")
        if name in _HOME:
            value = getattr(import_module(f"mailkit.{_HOME[name]}"), name)
            globals()[name] = value
            return value
        raise AttributeError(f"module 'mailkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext mailkit``: adds ``%mailkit`` and ``%%mailkit``."""
    import_module("mailkit.cli.magics").load(shell)
