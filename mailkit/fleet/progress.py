"""The progress of a run: rate, time left, and counts by cause."""

import os
import sys
from collections import Counter
from importlib.util import find_spec
from time import monotonic
from typing import Any, Protocol

from mailkit.report import Report

__all__ = ["Progress", "Tally", "progress_for"]

_EVERY_S = 0.2
_ENOUGH = 3
"""After so many accounts their rate says how long the others take."""


class Progress(Protocol):
    """The interface of a progress display."""

    def add(self, report: Report) -> None:
        """A report was finished."""

    def close(self) -> None:
        """The run has ended."""


class Tally:
    """The counts so far."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.began = total, 0, monotonic()
        self.causes: Counter[str] = Counter()

    def add(self, report: Report) -> None:
        self.done += len(report.accounts)
        for account in report.accounts:
            for service in account.services:
                self.causes["OK" if service.ok else service.cause] += 1

    @property
    def rate(self) -> float:
        """Accounts per second."""
        return self.done / max(monotonic() - self.began, 0.001)

    @property
    def left_s(self) -> float:
        """The seconds left at that rate."""
        return (self.total - self.done) / self.rate if self.done else 0.0

    def line(self, most: int = 3) -> str:
        """Return the counts in one line: ``120/200 accounts, 41/s, 2 s left; OK 180, aut-bad 12, tcp-timeout 4``."""
        rate = f"{self.rate:,.0f}" if self.rate >= 1 else f"{self.rate:.1f}"
        text = f"{self.done:,}/{self.total:,} accounts, {rate}/s"
        if self.done >= _ENOUGH:
            text += f", {_time(self.left_s)} left"
        found = [f"{cause} {number:,}" for cause, number in self.causes.most_common(most)]
        return f"{text}; {', '.join(found)}" if found else text


class _Silent:
    """Shows nothing."""

    def add(self, report: Report) -> None:
        pass

    def close(self) -> None:
        pass


class _Line:
    """A line that is overwritten, or occasional lines if the output is not a terminal."""

    def __init__(self, total: int) -> None:
        self.tally, self.terminal = Tally(total), sys.stderr.isatty()
        self._last = 0.0 if self.terminal else monotonic()

    def add(self, report: Report) -> None:
        self.tally.add(report)
        every = _EVERY_S if self.terminal else 10.0
        if monotonic() - self._last < every:
            return
        self._last = monotonic()
        text = self.tally.line()[:110]
        sys.stderr.write(f"\r\x1b[K{text}" if self.terminal else f"{text}\n")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\r\x1b[K" if self.terminal else f"{self.tally.line()}\n")
        sys.stderr.flush()


class _Bar:
    """A progress bar in a terminal, by rich."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self.tally = Tally(total)
        self._progress = Progress(
            BarColumn(20),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            transient=True,
            refresh_per_second=5,
        )
        self._task = self._progress.add_task("", total=total)
        self._progress.start()

    def add(self, report: Report) -> None:
        self.tally.add(report)
        self._progress.update(self._task, completed=self.tally.done, description=self.tally.line())

    def close(self) -> None:
        self._progress.stop()


class _Widget:
    """A progress bar and a line in a notebook, with counts and finding ids only."""

    def __init__(self, total: int) -> None:
        import ipywidgets
        from IPython import display

        self.tally, self._last = Tally(total), 0.0
        self._bar = ipywidgets.IntProgress(value=0, max=total)
        self._text = ipywidgets.Label(self.tally.line())
        show: Any = display.display
        show(ipywidgets.HBox([self._bar, self._text]))

    def add(self, report: Report) -> None:
        self.tally.add(report)
        if monotonic() - self._last >= _EVERY_S:
            self._draw()

    def _draw(self) -> None:
        self._last = monotonic()
        self._bar.value, self._text.value = self.tally.done, self.tally.line(5)

    def close(self) -> None:
        self._draw()
        self._bar.bar_style = "success" if self.tally.done == self.tally.total else "warning"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def progress_for(progress: "bool | Progress", total: int) -> Progress:
    """Return the progress display: the given one, or one that suits the environment."""
    if not isinstance(progress, bool):
        return progress
    if not progress or not total:
        return _Silent()
    if _in_notebook():
        if _installed("ipywidgets"):
            return _Widget(total)
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and _installed("rich"):
        return _Bar(total)
    return _Line(total)


def _installed(package: str) -> bool:
    return find_spec(package) is not None


def _in_notebook() -> bool:
    """Return whether this is a Jupyter kernel, and not a shell."""
    kept = sys.modules.get("IPython")
    shell = kept.get_ipython() if kept is not None else None
    return shell is not None and hasattr(shell, "kernel")
