"""Accounts as a new file in the words of a product."""

from mailkit.account import Account
from mailkit.errors import FormatError
from mailkit.formats.dialect import Dialect

__all__ = ["written"]


def written(dialect: Dialect | None, accounts: list[Account], name: str) -> str:
    """A new file of a product. Passwords are left out.

    Raises:
        FormatError: the product has no written form.
    """
    raise FormatError(name, "has no written form; see mailkit formats")
