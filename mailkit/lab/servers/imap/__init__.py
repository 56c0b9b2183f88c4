"""IMAP4rev1 of the lab, on its store.

``commands`` reads what a client sends, ``session`` answers it, ``folders``, ``fetch`` and ``search`` have the
commands of their kind, and ``view`` is what one client knows of a folder.
"""
