"""IMAP: grammar, values, the opening dialogue, and what it examines after the login (RFC 9051)."""
