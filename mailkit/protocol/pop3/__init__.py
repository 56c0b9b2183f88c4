"""POP3: the opening dialogue and the maildrop (RFC 1939)."""
