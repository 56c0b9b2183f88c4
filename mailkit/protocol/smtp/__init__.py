"""SMTP: replies, the opening dialogue and the mail transaction (RFC 5321)."""
