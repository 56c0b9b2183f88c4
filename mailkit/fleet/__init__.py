"""Many accounts: diagnosed in threads, processes or on a cluster, within the limits of servers, to a table.

``run`` is the entry point. ``schedule`` decides which account may be diagnosed next, ``worker`` diagnoses some of
them wherever it runs, ``executors`` are where. ``frames`` makes tables of reports, ``results`` keeps them in a
file as they come, ``page`` shows them, ``progress`` counts them. ``frame_checks`` runs the static rules over a
whole table. Nothing here knows a protocol or a rule.
"""
