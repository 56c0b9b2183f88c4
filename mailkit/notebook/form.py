"""A form for one account: type an address, find settings, see problems while typing, diagnose, apply the fix.

The password stays in the memory of the kernel. It is in no output and no widget state; the settings that the form
writes name a variable instead.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from mailkit.account import Account, Service, with_changes
from mailkit.checks import check
from mailkit.diagnosis.diagnose import diagnose
from mailkit.discovery.discover import discover
from mailkit.errors import MailError
from mailkit.formats import named
from mailkit.formats.writing import written_formats
from mailkit.net.activity import activities
from mailkit.notebook.password_field import PasswordField
from mailkit.ports import Protocol, Security
from mailkit.report import Report, ServiceReport
from mailkit.rules.cfg_host import corrected_address
from mailkit.secret import Secret

__all__ = ["AccountForm"]

_SIGNS = {"error": "✗", "warning": "!", "note": "i"}
_USUAL = {"imap": 993, "pop3": 995, "smtp": 465}
_EVERY_S = 0.5
_COPY = (
    '<button type="button" class="jupyter-button widget-button" onclick="navigator.clipboard.writeText('
    "this.closest('.mailkit-form').querySelector('textarea').value)\">Copy</button>"
)
"""Copies the settings in the browser: the kernel may run on another machine."""


class AccountForm:
    """The form, shown as the last line of a cell. Enter in a field starts the diagnosis.

    Both services of an account can be filled in, one after the other: the form keeps each. ``Find settings`` fills in
    both.

    Args:
        options: as for :func:`mailkit.diagnose` and, as far as they fit, :func:`mailkit.discover`: ``connect_to``, ``ca``,
            ``dns``, ``timeout``, ``deadline``.
    """

    def __init__(self, **options: Any) -> None:
        self.options = options
        wide, style = widgets.Layout(width="28rem"), {"description_width": "7rem"}

        def text(label: str, hint: str = "", kind: Any = widgets.Text) -> Any:
            field = kind(description=label, placeholder=hint, layout=wide, style=style)
            field.on_msg(self._entered)
            return field

        def choice(label: str, words: list[str]) -> Any:
            return widgets.Dropdown(description=label, options=words, layout=wide, style=style)

        self.address = text("Address", "kim@example.com")
        self.protocol = choice("Service", [str(protocol) for protocol in Protocol])
        self.host = text("Host", "imap.example.com")
        self.port = widgets.IntText(description="Port", value=993, layout=wide, style=style)
        self.security = choice("Security", [str(security) for security in Security])
        self.user = text("User", "kim@example.com")
        self.password = text("Password", kind=PasswordField)
        self.find = widgets.Button(description="Find settings", icon="search")
        self.run = widgets.Button(description="Diagnose", button_style="primary")
        self.cancel = widgets.Button(description="Cancel", disabled=True)
        self.apply = widgets.Button(description="Apply the fix", disabled=True)
        self.findings = widgets.HTML()
        self.state = widgets.HTML()
        self.result = widgets.HTML()
        self.format = choice("Settings as", ["native", *written_formats()])
        self.toml = widgets.Textarea(rows=16, layout=widgets.Layout(width="40rem"))
        self.file = widgets.Text(placeholder="accounts.toml", layout=widgets.Layout(width="20rem"))
        self.save = widgets.Button(description="Save", icon="save")
        self.copy = widgets.HTML(_COPY)
        self.report: ServiceReport | None = None
        self._whole: Report | None = None
        self._services: dict[str, Service] = {}
        self._work: threading.Thread | None = None
        self._turn = 0
        self._lock = threading.Lock()
        for field in (self.address, self.protocol, self.host, self.port, self.security, self.user):
            field.observe(self._typed, "value")
        self.format.observe(lambda _: self._write(), "value")
        self.find.on_click(lambda _: self._begin("Looking for settings", self._discover))
        self.run.on_click(lambda _: self._begin("Diagnosing", self._diagnose))
        self.cancel.on_click(lambda _: self._cancel())
        self.apply.on_click(lambda _: self._take())
        self.save.on_click(lambda _: self._save())
        self.box = self._arranged()
        self.box.add_class("mailkit-form")
        self._typed()

    def _arranged(self) -> Any:
        """Return the widgets in their places."""
        fields = (self.protocol, self.host, self.port, self.security, self.user, self.password)
        return widgets.VBox(
            [
                widgets.HBox([self.address, self.find]),
                *fields,
                self.findings,
                widgets.HBox([self.run, self.cancel, self.apply]),
                self.state,
                self.result,
                self.format,
                self.toml,
                widgets.HBox([self.file, self.save, self.copy]),
            ]
        )

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = self.box._repr_mimebundle_(**options)
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        shown["text/plain"] = "A form for one account: it needs a running kernel."
        return bundle

    @property
    def service(self) -> Service:
        """The service in the fields."""
        return Service(
            protocol=Protocol(self.protocol.value),
            host=self.host.value.strip(),
            port=self.port.value,
            security=Security(self.security.value),
            user=self.user.value.strip() or self.address.value.strip(),
            secret=self.password.secret,
        )

    @property
    def account(self) -> Account:
        """The account with the service in the fields, and the other service if it is known."""
        service = self.service
        known = {
            role: replace(kept, secret=service.secret) for role, kept in self._services.items()
        }
        made: dict[str, Any] = known | {_role(service): service}
        address = self.address.value.strip()
        return Account(label=address or "account", address=address, **made)

    def join(self) -> None:
        """Wait until the current work has finished."""
        if self._work is not None:
            self._work.join()

    def _entered(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content.get("event") == "submit" and not self.run.disabled and self.host.value.strip():
            self._begin("Diagnosing", self._diagnose)

    def _typed(self, change: Any = None) -> None:
        """Show problems of the settings as typed, and remove the older report."""
        self.report, self._whole, self.apply.disabled, self.result.value = None, None, True, ""
        if change is not None and change["owner"] is self.protocol:
            self._settle(change["old"])
        hints = []
        address = self.address.value.strip()
        if (meant := corrected_address(address)) != address:
            hints.append(f"<li>! Did you mean <code>{escape(meant)}</code>?</li>")
        if self.host.value.strip():
            hints += [
                f"<li>{_SIGNS[found.severity]} {escape(found.severity)} <code>{escape(found.id)}</code>: "
                f"{escape(found.message)}</li>"
                for found in check(self.account)
                if found.id not in ("cfg-secret-missing", "cfg-password-empty")
            ]
        fine = "✓ no problems found" if self.host.value.strip() else ""
        self.findings.value = f"<ul>{''.join(hints)}</ul>" if hints else fine
        self._write()

    def _settle(self, before: str) -> None:
        """Switch to another service: keep the one in the fields, and show what is known of the other."""
        if self.host.value.strip():
            old = replace(self.service, protocol=Protocol(before), role="", secret=None)
            self._services[_role(old)] = old
        protocol = Protocol(self.protocol.value)
        role = "outgoing" if protocol is Protocol.SMTP else "incoming"
        known = self._services.get(role)
        if known is not None and known.protocol is protocol:
            self._fill(known)
        else:
            self.port.value, self.security.value = _USUAL[protocol], "implicit-tls"

    def _fill(self, service: Service) -> None:
        self.host.value, self.port.value = service.host, service.port
        self.security.value = str(service.security)
        self.user.value = service.user or self.user.value

    def _begin(self, words: str, work: Callable[[], Callable[[], None]]) -> None:
        """Run ``work`` in a thread and show its progress; the function it returns shows the result."""
        self._turn += 1
        turn = self._turn

        def do() -> None:
            try:
                show = work()
            except MailError as error:
                message = f"✗ {escape(str(error))}"

                def show() -> None:
                    self.state.value = message

            with self._lock:
                if turn == self._turn:  # not cancelled
                    self._turn += 1  # and progress is no longer drawn
                    self._ready()
                    show()

        self.run.disabled = self.find.disabled = self.apply.disabled = True
        self.cancel.disabled = False
        self.state.value, self.result.value = f"⏳ {escape(words)} …", ""
        self._work = threading.Thread(target=do, name="mailkit-form", daemon=True)
        self._work.start()
        threading.Thread(target=self._watch, args=(turn, words), daemon=True).start()

    def _watch(self, turn: int, words: str) -> None:
        """Show progress while the work is running."""
        work = self._work
        while work is not None and work.is_alive():
            work.join(_EVERY_S)
            current = activities()
            with self._lock:
                if turn == self._turn and current:
                    self.state.value = f"⏳ {escape(words)}: {escape(str(current[0]))}"

    def _cancel(self) -> None:
        """Cancel the current work: its result is not shown, and it ends at its deadline."""
        with self._lock:
            self._turn += 1
            self._ready()
            self.state.value = "Cancelled."

    def _ready(self) -> None:
        self.run.disabled = self.find.disabled = False
        self.cancel.disabled = True

    def _discover(self) -> Callable[[], None]:
        keys = ("connect_to", "ca", "dns", "timeout", "deadline")
        given = {key: value for key, value in self.options.items() if key in keys}
        account = discover(self.address.value.strip(), **given).account
        services = account.services if account is not None else ()

        def show() -> None:
            if not services:
                self.state.value = "✗ no settings published for this address, and nothing answers at the usual names"
                return
            self._services = {_role(service): service for service in services}
            wanted = self.protocol.value
            first = next(
                (service for service in services if str(service.protocol) == wanted), services[0]
            )
            self.protocol.value = str(first.protocol)
            self._fill(first)
            listed = " and ".join(f"{service.protocol} {service.host}" for service in services)
            self.state.value = f"✓ settings found, checked without a password: {escape(listed)}"

        return show

    def _diagnose(self) -> Callable[[], None]:
        usual: dict[str, Any] = {"login": self.password.secret is not None}
        shown = _role(self.service)
        report = diagnose(self.account, **(usual | self.options))

        def show() -> None:
            self._whole = report
            services = report.accounts[0].services
            self.report = next(service for service in services if service.service.role == shown)
            self.result.value = report._repr_html_()
            self.apply.disabled = not any(service.proposal for service in services)
            self.state.value = "✓ done" if report.ok else "✗ done: failing"

        return show

    def _take(self) -> None:
        """Apply the proposals to the fields and to the other service."""
        if self._whole is None:
            return
        mine, taken = _role(self.service), []
        for service in self._whole.accounts[0].services:
            if service.proposal is None:
                continue
            changes = {key: pair[1] for key, pair in service.proposal.changes.items()}
            taken.append(f"{service.service.role}: {service.proposal.proof.word}")
            if service.service.role == mine:
                self._fill(with_changes(self.service, changes))
            else:
                self._services[service.service.role] = with_changes(service.service, changes)
        self._write()
        self.state.value = f"✓ applied ({escape(', '.join(taken))}). Diagnose again to see it work."

    def _write(self) -> None:
        """Write the settings in the chosen format, with the name of a variable instead of the password."""
        try:
            self.toml.value = self._written() if self.host.value.strip() else ""
        except MailError as error:
            self.toml.value = f"# {error}\n"

    def _written(self) -> str:
        account = self.account
        secret = Secret.env("MAIL_PASSWORD")
        parts = {
            service.role or _role(service): replace(service, secret=secret)
            for service in account.services
        }
        return named(self.format.value).written([replace(account, label="mine", **parts)])  # type: ignore[arg-type]

    def _save(self) -> None:
        """Save the settings in the chosen format; a file that exists is not replaced."""
        file = Path(self.file.value.strip() or self.file.placeholder)
        try:
            with file.open("x", encoding="utf-8") as new:
                new.write(self.toml.value)
        except OSError as error:
            self.state.value = f"✗ {escape(str(file))}: {escape(error.strerror or str(error))}"
        else:
            self.state.value = f"✓ saved as {escape(str(file))}"


def _role(service: Service) -> str:
    return "outgoing" if service.protocol is Protocol.SMTP else "incoming"
