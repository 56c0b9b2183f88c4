"""The steps of one finding."""

from typing import NamedTuple

__all__ = ["Steps"]


class Steps(NamedTuple):
    """What to do about a finding, and how to check it.

    ``check`` is empty where that of the finding's family holds (:data:`mailkit.rules.advice.CHECK`).
    ``about`` is the setting that the steps change, where a product has a key for it: ``starttls``,
    ``implicit-tls``, ``login`` (user and password), ``host``, ``verify`` or ``helo``.
    """

    do: str
    check: str = ""
    about: str = ""
