"""The lab: mail servers on loopback, to talk to and to break.

::

    with Lab() as lab:
        report = mailkit.diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file)

``endpoints`` has the servers that people ask for, ``servers`` what they speak, ``mailstore`` the mail. ``sent`` and
``recording`` are what a lab writes down: messages with their envelopes, and connections. ``script`` holds what a
server can be told to do wrong, ``certificates`` the authority, ``faults`` one scenario for each finding. ``backends`` are a
real Dovecot, here and in a container; ``relay`` stands in front of any server; ``testing`` and ``app_settings`` are for
the fixtures of pytest.
"""

from mailkit.lab.endpoints import catch_all, everywhere, standard
from mailkit.lab.listener import Listener
from mailkit.lab.servers.core import USERS, Lab

__all__ = ["USERS", "Lab", "Listener", "catch_all", "everywhere", "standard"]
