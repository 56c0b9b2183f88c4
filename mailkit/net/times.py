"""The default timeouts of every entry point.

The help of the command line needs them, so this module imports little.
"""

from typing import NamedTuple

__all__ = ["CLIENT", "DIAGNOSIS", "DISCOVERY", "Times"]


class Times(NamedTuple):
    """Default times, in seconds.

    Attributes:
        reply: for each request with its whole reply.
        deadline: for all steps together.
        patience: factor for the reply to a login.
        opening_only: whether the deadline only covers the login, because the connection is used afterwards.
    """

    reply: float
    deadline: float
    patience: float = 1.0
    opening_only: bool = False


DIAGNOSIS = Times(reply=10.0, deadline=30.0, patience=2.0)
DISCOVERY = Times(reply=4.0, deadline=8.0)
CLIENT = Times(reply=30.0, deadline=60.0, opening_only=True)
