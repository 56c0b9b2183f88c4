"""The embedded servers: IMAP, POP3, SMTP, LMTP, HTTP and DNS, each with its own command parser.

They share encoders with the client but no parser, so that a bug cannot hide itself.
"""
