"""Mail that moves by itself: an outbox with journals, a channel for what comes in, folders kept the same as on the server.

::

    box = Outbox("outbox.sqlite", accounts)
    box.put(write(account, "lee@example.com", "Your order", "It is on its way."))

``letters`` makes messages as an account's settings say, ``scopes`` chooses the account, ``outbox`` sends and keeps the journals;
``inbound`` processes what comes into a channel; ``mirror`` keeps folders; ``people`` is the history of each correspondent.
"""

from mailkit.flow.inbound import Inbound
from mailkit.flow.letters import write
from mailkit.flow.mirror import Mirror
from mailkit.flow.outbox import Outbox
from mailkit.flow.people import History
from mailkit.flow.scopes import choose

__all__ = ["History", "Inbound", "Mirror", "Outbox", "choose", "write"]
