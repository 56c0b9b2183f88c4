"""IMAP4rev1 of the lab, on its store.

``commands`` parses the client's commands, ``session`` answers them, ``folders``, ``fetch`` and ``search`` have the
commands of their kind, and ``view`` is one client's view of a folder.
"""
