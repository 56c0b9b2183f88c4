"""The users of a lab: passwords, and tokens with a limited life."""

import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

__all__ = ["Anyone", "People", "owner", "random_user"]


def random_user() -> tuple[str, str]:
    """Return a random address and password."""
    return f"box-{secrets.token_hex(4)}@example.com", f"pw {secrets.token_hex(8)}"


def owner(address: str, users: Collection[str]) -> str:
    """Return the user with an address; the address itself if there is none.

    Text after a plus sign is ignored (subaddressing, RFC 5233): ``kim+shop@`` is ``kim@``.
    """
    if address in users:
        return address
    local, at, domain = address.rpartition("@")
    if not at:
        local, domain = address, ""
    plain = local.partition("+")[0] or local
    known = {name.lower(): name for name in users}
    wanted = (address, local, f"{plain}{at}{domain}", plain)
    return next((known[name.lower()] for name in wanted if name.lower() in known), address)


@dataclass
class People:
    """User names in the only accepted form, with passwords; more can be added at any time.

    A password is also accepted as a token; :meth:`token` creates one that expires.
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
        """Return whether a token is valid for a user now."""
        if token in self.tokens:
            owner, until = self.tokens[token]
            return owner == user and time.monotonic() < until
        return self.right(user, token)

    def token(self, user: str, valid_s: float = 600) -> str:
        """Return a new token for a user; one with a time in the past has expired."""
        made = f"lab-{secrets.token_urlsafe(24)}"
        self.tokens[made] = (user, time.monotonic() + valid_s)
        return made


class Anyone(People):
    """Accepts every user with any password or token; challenges cannot be checked, and are accepted too."""

    def right(self, user: str, password: str) -> bool:
        """Any password is right."""
        return True

    def admits(self, user: str, token: str) -> bool:
        """Any token is right."""
        return True
