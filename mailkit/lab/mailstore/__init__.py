"""The mail store behind all embedded servers: mailboxes, folders, messages and their MIME structure.

The package knows no protocol.
"""
