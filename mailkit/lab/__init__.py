"""The lab: mail servers on loopback, healthy or with faults.

::

    with Lab() as lab:
        report = mailkit.diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file)

``endpoints`` lists the servers, ``servers`` has their protocols, ``mailstore`` the mail. ``sent`` and ``recording``
have the messages with envelopes and the connections of a lab. ``script`` has the misbehaviours of servers,
``certificates`` the authority, ``faults`` one scenario for each finding. ``backends`` are a real Dovecot, local or in
a container; ``relay`` runs in front of any server; ``testing`` and ``app_settings`` are for pytest fixtures.
"""

from mailkit.lab.endpoints import catch_all, everywhere, standard
from mailkit.lab.listener import Listener
from mailkit.lab.servers.core import USERS, Lab

__all__ = ["USERS", "Lab", "Listener", "catch_all", "everywhere", "standard"]
