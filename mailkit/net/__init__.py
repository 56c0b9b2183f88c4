"""Sockets, TLS, names and routes: one connection, one observation.

The package drives the dialogues it is given. It knows no protocol and no rule.
"""
