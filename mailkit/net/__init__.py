"""Sockets, TLS, names and routes: one connection, one observation.

Nothing here knows a protocol beyond the dialogue that it is given, and nothing here decides what is wrong.
"""
