"""Progress on a terminal: a status line, and each result as soon as it is known."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from io import StringIO
from typing import TYPE_CHECKING

from mailkit.cli.console import coloured, out, style, unicode_of, width
from mailkit.cli.terminal import measured
from mailkit.text import clean

if TYPE_CHECKING:
    from mailkit.report import Report

__all__ = ["LiveReport", "StatusLine", "next_step", "status_line", "waiting"]

_FIRST_S, _EVERY_S = 0.5, 0.25


class StatusLine:
    """The status line. A thread draws it; it is cleared while anything else is written."""

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._shown = False
        self._thread = threading.Thread(target=self._draw, daemon=True, name="mailkit-status")
        self._thread.start()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Clear the line, and draw nothing while the block writes."""
        with self._lock:
            self._clear()
            yield

    def close(self) -> None:
        """Clear the line and stop the thread."""
        self._over.set()
        self._thread.join()
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._shown:
            self._shown = False
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):  # the terminal was closed
            self._over.set()

    def _draw(self) -> None:
        if self._over.wait(_FIRST_S):
            return
        drawn = _drawing()
        while True:
            text = clean(self._text())
            with self._lock:
                if text:
                    self._shown = True
                    self._write(f"\r{drawn(text, max(measured(sys.stderr, 80), 20))}\x1b[K")
                else:
                    self._clear()
            if self._over.wait(_EVERY_S):
                return


def _drawing() -> Callable[[str, int], str]:
    """Return what makes a status line of a text and a width: by rich where it is installed."""
    if not coloured(sys.stderr):
        return _plain
    try:
        return _by_rich()
    except ImportError:
        return _plain


def _plain(text: str, columns: int) -> str:
    return text if len(text) < columns else f"{text[: columns - 2]}…"


def _by_rich() -> Callable[[str, int], str]:
    """Return a drawing with a spinner, and with the seconds in colour. It is imported while others wait."""
    from rich.console import Console
    from rich.spinner import Spinner
    from rich.table import Table
    from rich.text import Text

    console = Console(file=StringIO(), force_terminal=True, legacy_windows=False)
    spinner = Spinner("dots" if unicode_of(sys.stderr) else "line", style="cyan")

    def drawn(text: str, columns: int) -> str:
        shown = Text(text, no_wrap=True, overflow="ellipsis", end="")
        shown.highlight_regex(r"\d+ s$", "bold cyan")
        shown.highlight_regex(r"^\d+ of \d+ accounts", "bold")
        shown.highlight_regex(r"\S+:\d+(?=,)", "bold")
        line = Table.grid(padding=(0, 1))
        line.add_row(spinner, shown)
        with console.capture() as captured:
            console.print(line, width=columns - 1, end="", no_wrap=True, crop=True)
        return captured.get().replace("\n", "")

    return drawn


@contextmanager
def status_line(text: Callable[[], str]) -> Iterator[StatusLine | None]:
    """Show ``text()`` on a terminal while the block runs, from 0.5 s on."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    line = StatusLine(text)
    try:
        yield line
    finally:
        line.close()


def waiting(done: int, accounts: int) -> str:
    """Return the text of the status line: the longest wait, and how many accounts are done."""
    from mailkit.net.activity import activities

    current = activities()
    parts = [f"{done} of {accounts} accounts"] if accounts > 1 else []
    if current:
        parts.append(str(current[0]))
    return "  ".join(parts)


class LiveReport:
    """Writes results in input order, each as soon as all before it are written.

    Only on a terminal: a file or a pipe gets the whole report at the end.
    """

    def __init__(self, text: bool) -> None:
        self.written = 0
        self._live = text and sys.stdout.isatty()

    def show(self, reports: "Sequence[Report | None]", line: StatusLine | None) -> None:
        """Write the next finished accounts; ``None`` is one that is not finished."""
        from mailkit.report.terminal import account_text

        while self._live and self.written < len(reports):
            report = reports[self.written]
            if report is None:
                return
            with line.hidden() if line is not None else nullcontext():
                out(account_text(report.accounts[0], width(), style()) + "\n\n")
            self.written += 1


def next_step(report: "Report", files: Sequence[str]) -> str:
    """Return what to do after a failed diagnosis, as lines that can be pasted; else nothing."""
    from shlex import join

    from mailkit.observation import Proof

    failing = [
        service for account in report.accounts for service in account.services if not service.ok
    ]
    fixes = [service.proposal for service in failing if service.proposal is not None]
    fixable = any(fix.proof is Proof.LOGGED_IN and fix.service.place() for fix in fixes)
    steps = []
    if fixable and files and "-" not in files:
        given = join(files)
        steps.append((f"mailkit diagnose {given} --apply", "write the verified fix into the file"))
    causes = [service.cause for service in failing if service.reason is not None]
    if causes:
        steps.append((f"mailkit finding {causes[0]}", "what it means and what to do"))
    if failing and not causes:
        given = join(files) or "…"
        steps.append((f"mailkit diagnose {given} --format markdown", "a report for a ticket"))
    if not steps:
        return ""
    first = max(len(command) for command, _ in steps)
    lines = [f"  {command:<{first}}   {about}" for command, about in steps]
    return "\n".join(["", "Next:", *lines]) + "\n"
