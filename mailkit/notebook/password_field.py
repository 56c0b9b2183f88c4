"""A password field whose value is in no widget state: not in a saved notebook, an exported page, or another browser window."""

from collections.abc import Container
from typing import Any

import ipywidgets as widgets
from traitlets import Unicode

from mailkit.secret import Secret

__all__ = ["PasswordField"]

_EMPTY, _KEPT = "", "kept in the kernel's memory"


class PasswordField(widgets.Password):  # type: ignore[misc]
    """A password that the kernel takes over as soon as it was typed.

    The browser sends it once, when the field is left, and gets an empty field back: what a notebook saves is empty. ``secret``
    is what was typed last, or ``None``; :meth:`forget` drops it.
    """

    value = Unicode(_EMPTY).tag(
        sync=True, echo_update=False
    )  # nothing is repeated to other windows

    def __init__(self, **options: Any) -> None:
        self._taken: Secret | None = None
        super().__init__(**options)
        self.continuous_update = False  # each key would be a state of its own
        self.observe(self._take, "value")

    @property
    def secret(self) -> Secret | None:
        """What was typed last."""
        return self._taken

    def forget(self) -> None:
        """Forget what was typed."""
        self._taken, self.placeholder = None, _EMPTY

    def get_state(
        self, key: str | Container[str] | None = None, drop_defaults: bool = False
    ) -> dict[str, Any]:
        """The state that browsers, notebooks and exported pages get: never with a value."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        return state | {"value": _EMPTY} if "value" in state else state

    def _take(self, change: Any) -> None:
        if change["new"]:
            self._taken, self.placeholder = Secret.value(change["new"]), _KEPT
            self.value = _EMPTY
            self.send_state("value")  # and the field in the browser is emptied
