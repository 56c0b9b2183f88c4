"""Diagnose many accounts in threads, processes or on a cluster, within limits for each server, and write a table.

``run`` is the entry point. ``schedule`` decides which account is next, ``worker`` diagnoses a chunk, ``executors``
run the chunks. ``frames`` turns reports into tables, ``results`` writes them to a file as they come, ``page`` shows
them, ``progress`` counts them. ``frame_checks`` runs the static rules over a whole table. The package knows no
protocol and no rule.
"""
