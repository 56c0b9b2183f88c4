"""Observations of one connection and its context: facts without conclusions.

The network fills these dataclasses, and the rules read them. A fact that a session shows is a field of
:class:`Facts`; one known from elsewhere is a field of :class:`Context`. Rules read fields, never text that another
package wrote.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mailkit.observation.connection import (
        Certificate,
        Login,
        Observation,
        Record,
        SeenFolder,
        SeenMailbox,
        ServerEndpoint,
        Tls,
        mechanisms,
    )
    from mailkit.observation.context import Before, Context, NamedFolder
    from mailkit.observation.facts import (
        NO_FACTS,
        UNSHOWN_FACTS,
        Facts,
        Request,
        Transaction,
        Unreached,
    )
    from mailkit.observation.progress import Proof, Step, Stop, StopReason

__all__ = [
    "NO_FACTS",
    "UNSHOWN_FACTS",
    "Before",
    "Certificate",
    "Context",
    "Facts",
    "Login",
    "NamedFolder",
    "Observation",
    "Proof",
    "Record",
    "Request",
    "SeenFolder",
    "SeenMailbox",
    "ServerEndpoint",
    "Step",
    "Stop",
    "StopReason",
    "Tls",
    "Transaction",
    "Unreached",
    "mechanisms",
]

_HOMES = {
    "connection": (
        *(
            "Certificate",
            "ServerEndpoint",
            "SeenFolder",
            "Login",
            "SeenMailbox",
            "Observation",
            "Record",
            "Tls",
        ),
        "mechanisms",
    ),
    "context": ("Before", "Context", "NamedFolder"),
    "facts": ("NO_FACTS", "UNSHOWN_FACTS", "Facts", "Request", "Transaction", "Unreached"),
    "progress": ("Proof", "Step", "Stop", "StopReason"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # or a misspelt name would have a type, Any

    def __getattr__(name: str) -> Any:
        """Import on first use: a check of files needs nothing about connections."""
        if name not in _HOME:
            raise AttributeError(f"module 'mailkit.observation' has no attribute {name!r}")
        value = getattr(import_module(f"mailkit.observation.{_HOME[name]}"), name)
        globals()[name] = value
        return value
