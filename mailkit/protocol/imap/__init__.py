"""IMAP: grammar, values, the opening dialogue, and the examination after the login (RFC 9051)."""
