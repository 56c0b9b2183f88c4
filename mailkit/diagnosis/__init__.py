"""Diagnose accounts on the network: probe, compare, name the cause, verify a fix.

``diagnose`` is the entry point, ``service`` diagnoses one service. Rules live in :mod:`mailkit.rules`; sockets in
:mod:`mailkit.net`. Nothing here knows how a report is shown.
"""
