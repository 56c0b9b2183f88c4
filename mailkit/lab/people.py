"""Who may log in to a lab: passwords, and tokens that admit for a while."""

import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

__all__ = ["Anyone", "People", "owner", "random_user"]


def random_user() -> tuple[str, str]:
    """An address and a password by chance."""
    return f"box-{secrets.token_hex(4)}@example.com", f"pw {secrets.token_hex(8)}"


def owner(address: str, users: Collection[str]) -> str:
    """The user whose mail goes to an address; the address itself where nobody has it.

    What follows a plus sign does not count (subaddressing, RFC 5233): ``kim+shop@`` is ``kim@``.
    """
    if address in users:
        return address
    local, at, domain = address.rpartition("@")
    if not at:
        local, domain = address, ""
    plain = local.partition("+")[0] or local
    known = {name.lower(): name for name in users}
    wanted = (address, local, f"{plain}{at}{domain}", plain)
    return next((known[one.lower()] for one in wanted if one.lower() in known), address)


@dataclass
class People:
    """User names, each in the one form that is accepted, with passwords; more can be added at any time.

    A password also admits as a token, for a token is a secret like another; :meth:`token` makes one
    that ends.
    """

    passwords: Mapping[str, str]
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def password(self, user: str) -> str | None:
        """The password of a user."""
        return self.passwords.get(user)

    def right(self, user: str, password: str) -> bool:
        """Whether a password is right."""
        known = self.passwords.get(user)
        return known is not None and secrets.compare_digest(known.encode(), password.encode())

    def admits(self, user: str, token: str) -> bool:
        """Whether a token admits a user now."""
        if token in self.tokens:
            owner, until = self.tokens[token]
            return owner == user and time.monotonic() < until
        return self.right(user, token)

    def token(self, user: str, valid_s: float = 600) -> str:
        """A new token for a user; one with a time in the past has ended already."""
        made = f"lab-{secrets.token_urlsafe(24)}"
        self.tokens[made] = (user, time.monotonic() + valid_s)
        return made


class Anyone(People):
    """Everybody may log in, with any password or token; challenges cannot be checked, and are accepted too."""

    def right(self, user: str, password: str) -> bool:
        """Any password is right."""
        return True

    def admits(self, user: str, token: str) -> bool:
        """Any token is right."""
        return True
