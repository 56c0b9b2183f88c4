"""A password field whose value is in no widget state: not in a saved notebook, an exported page, or another browser window."""

from collections.abc import Container
from typing import Any

import ipywidgets as widgets
from traitlets import Unicode

from mailkit.secret import Secret

__all__ = ["PasswordField"]

_EMPTY, _KEPT = "", "kept in the kernel's memory"


class PasswordField(widgets.Password):  # type: ignore[misc]
    """A password that the kernel reads and clears as soon as it is typed.

    The browser sends it once, when the field loses focus, and gets an empty field back, so a saved notebook has none.
    ``secret`` is what was typed last, or ``None``; :meth:`forget` clears it.
    """

    value = Unicode(_EMPTY).tag(sync=True, echo_update=False)  # other windows get no copy

    def __init__(self, **options: Any) -> None:
        self._taken: Secret | None = None
        super().__init__(**options)
        self.continuous_update = False  # otherwise each key would be a state
        self.observe(self._take, "value")

    @property
    def secret(self) -> Secret | None:
        """The password that was typed last."""
        return self._taken

    def forget(self) -> None:
        """Forget the password."""
        self._taken, self.placeholder = None, _EMPTY

    def get_state(
        self, key: str | Container[str] | None = None, drop_defaults: bool = False
    ) -> dict[str, Any]:
        """Return the state for browsers, notebooks and exported pages, always without the value."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        return state | {"value": _EMPTY} if "value" in state else state

    def _take(self, change: Any) -> None:
        if change["new"]:
            self._taken, self.placeholder = Secret.value(change["new"]), _KEPT
            self.value = _EMPTY
            self.send_state("value")  # clears the field in the browser
