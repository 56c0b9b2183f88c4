"""The mail store behind all embedded servers: mailboxes, folders, messages and their MIME structure.

Nothing here knows a protocol.
"""
