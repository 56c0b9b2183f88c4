"""The lab: mail servers on loopback, to talk to and to break.

::

    with Lab() as lab:
        report = mailkit.diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file)

``core`` opens sockets, ``serve_imap`` and its siblings speak as far as a diagnosis goes, ``names`` is a
name server, ``script`` holds what a server can be told to do wrong, ``submission`` is aiosmtpd,
``certificates`` the authority, and ``faults`` one scenario for each finding. ``dovecot`` is a real
Dovecot, ``docker`` one in a container, and ``relay`` stands in front of any of them.
"""

from mailkit.lab.endpoints import everywhere, standard
from mailkit.lab.listener import Listener
from mailkit.lab.servers.core import USERS, Lab

__all__ = ["USERS", "Lab", "Listener", "everywhere", "standard"]
