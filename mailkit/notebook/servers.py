"""The lab of a notebook: one line to start it, another word for another make."""

import atexit
from typing import Any

from mailkit.errors import SettingsError

__all__ = ["start_lab"]


def start_lab(make: str = "embedded", **options: Any) -> Any:
    """Mail servers on loopback until the kernel ends: ``embedded``, ``dovecot`` or ``docker``.

    Args:
        make: what it is made of.
        options: as for the make's class.

    Raises:
        SettingsError: there is no such make.
        LabError: it cannot be had here.
    """
    lab: Any
    if make == "embedded":
        from mailkit.lab import Lab, everywhere

        lab = Lab(everywhere(), **({"quota_kib": 10_240} | options))
    elif make == "dovecot":
        from mailkit.lab.backends.dovecot import DovecotLab

        lab = DovecotLab(**options)
    elif make == "docker":
        from mailkit.lab.backends.docker import DockerLab

        lab = DockerLab(**options)
    else:
        raise SettingsError(f"the backend of a lab is embedded, dovecot or docker, not {make!r}")
    lab.start()
    atexit.register(lab.stop)
    return lab
