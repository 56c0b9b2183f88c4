"""The defaults of time, for every entry point.

The command line reads them for its help, so this module imports as little as it can.
"""

from typing import NamedTuple

__all__ = ["CLIENT", "DIAGNOSIS", "DISCOVERY", "Times"]


class Times(NamedTuple):
    """Default times, in seconds.

    Attributes:
        reply: for each request with its whole reply.
        deadline: for all steps together.
        patience: how many times longer the reply to a login may take.
        opening_only: whether the deadline ends with the login, and the connection is used further.
    """

    reply: float
    deadline: float
    patience: float = 1.0
    opening_only: bool = False


DIAGNOSIS = Times(reply=10.0, deadline=30.0, patience=2.0)
DISCOVERY = Times(reply=4.0, deadline=8.0)
CLIENT = Times(reply=30.0, deadline=60.0, opening_only=True)
