"""The page of a lab, and its API: messages, mailboxes, connections, and what the client does wrong.

It needs the extra ``web`` (Starlette and uvicorn). ``serving`` listens and stops, ``guard`` refuses what other web pages
ask, ``api`` has the addresses, ``shapes`` what they say, ``static`` the page itself. Mail is data here: no byte of a
message becomes HTML of the page.
"""

from mailkit.lab.web.serving import Page, installed, serve_page

__all__ = ["Page", "installed", "serve_page"]
