"""How far a run is: how many a second, how long it will take, and what was found so far."""

import sys
from collections import Counter
from time import monotonic
from typing import Protocol

from mailkit.report import Report

__all__ = ["Progress", "Tally", "progress_for"]

_EVERY_S = 0.2


class Progress(Protocol):
    """Something that is shown each report of a run."""

    def add(self, report: Report) -> None:
        """A report was finished."""

    def close(self) -> None:
        """The run is over."""


class Tally:
    """What was counted so far."""

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
        """Accounts a second."""
        return self.done / max(monotonic() - self.began, 0.001)

    @property
    def left_s(self) -> float:
        """The seconds that are left, at that rate."""
        return (self.total - self.done) / self.rate if self.done else 0.0

    def line(self, most: int = 3) -> str:
        """In one line: ``120/200 accounts, 41/s, 2 s left; OK 180, aut-bad 12, tcp-timeout 4``."""
        text = (
            f"{self.done:,}/{self.total:,} accounts, {self.rate:,.0f}/s, {_time(self.left_s)} left"
        )
        found = [f"{cause} {number:,}" for cause, number in self.causes.most_common(most)]
        return f"{text}; {', '.join(found)}" if found else text


class _Silent:
    """Shows nothing."""

    def add(self, report: Report) -> None:
        pass

    def close(self) -> None:
        pass


class _Line:
    """One line that is written again and again, or a line now and then where the output is no terminal."""

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


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def progress_for(progress: "bool | Progress", total: int) -> Progress:
    """What shows the progress of a run: as it was given, or what suits where the program runs."""
    if not isinstance(progress, bool):
        return progress
    return _Line(total) if progress and total else _Silent()
