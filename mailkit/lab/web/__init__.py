"""The web page of a lab, and its API: messages, mailboxes, connections, and findings about clients.

It needs the extra ``web`` (Starlette and uvicorn). ``serving`` starts and stops the server, ``guard`` rejects
requests from other web pages, ``api`` has the URLs, with those of ``faults`` and those that only clients of Mailpit use (``mailpit``), ``shapes``
the documents, ``static`` the page itself. No byte of a message becomes HTML of the page.
"""

from mailkit.lab.web.serving import LabPage, installed, serve_page

__all__ = ["LabPage", "installed", "serve_page"]
