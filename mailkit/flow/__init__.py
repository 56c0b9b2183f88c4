"""Mail that moves by itself: an outbox with journals, a channel for what comes in, folders kept the same as on the server.

::

    box = Outbox("outbox.sqlite", accounts)
    box.put(write(account, "lee@example.com", "Your order", "It is on its way."))

``letters`` makes messages as an account's settings say, ``scopes`` chooses the account, ``outbox`` sends and keeps the journals;
``inbound`` processes what comes into a channel; ``mirror`` keeps folders; ``people`` is the history of each correspondent.
"""

from mailkit.flow.channel import ChannelRunner
from mailkit.flow.correspondents import History
from mailkit.flow.letters import write
from mailkit.flow.outbox import Outbox
from mailkit.flow.scopes import default_sender
from mailkit.flow.sync import FolderSync

Inbound, Mirror, choose = ChannelRunner, FolderSync, default_sender
"""The names of version 0.1; they go away with version 0.3."""

__all__ = ["ChannelRunner", "FolderSync", "History", "Outbox", "default_sender", "write"]
