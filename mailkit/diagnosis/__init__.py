"""Diagnose accounts on the network: probe, compare, name the cause, verify a fix.

``diagnose`` is the entry point, ``service`` diagnoses one service. Rules live in :mod:`mailkit.rules`; sockets in
:mod:`mailkit.net`. Presentation of reports is in :mod:`mailkit.report`.
"""
