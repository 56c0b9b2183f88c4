"""Automated mail: an outbox with journals, a channel for incoming mail, and folder sync.

::

    box = Outbox("outbox.sqlite", accounts)
    box.put(write(account, "lee@example.com", "Your order", "It is on its way."))

``letters`` writes messages with an account's settings, ``scopes`` chooses the account, ``outbox`` sends and keeps the
journals;
``inbound`` processes what comes into a channel; ``mirror`` keeps folders; ``people`` is the history of each correspondent.
"""

from mailkit.flow.channel import ChannelRunner
from mailkit.flow.correspondents import History
from mailkit.flow.letters import write
from mailkit.flow.outbox import Outbox
from mailkit.flow.scopes import default_sender
from mailkit.flow.sync import FolderSync

Inbound, Mirror, choose = ChannelRunner, FolderSync, default_sender
"""Names of version 0.1, to be removed in version 0.3."""

__all__ = ["ChannelRunner", "FolderSync", "History", "Outbox", "default_sender", "write"]
