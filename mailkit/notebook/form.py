"""A form for one account: type an address, get settings, see what is wrong while typing, diagnose, take the repair.

The password is in the memory of the kernel alone: it is in no output and no widget state, and the TOML that the form
writes has the name of a variable in its place.
"""

import threading
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from mailkit.account import Account, Service, with_changes
from mailkit.checks import check
from mailkit.diagnosis.diagnose import diagnose
from mailkit.discovery.discover import discover
from mailkit.errors import MailError
from mailkit.formats import loads
from mailkit.notebook.password_field import PasswordField
from mailkit.ports import Protocol, Security
from mailkit.report import ServiceReport

__all__ = ["AccountForm"]

_SIGNS = {"error": "✗", "warning": "!", "note": "·"}


class AccountForm:
    """The form; the last line of a cell shows it.

    Args:
        options: as for :func:`mailkit.diagnose` and, as far as they fit, :func:`mailkit.discover`: ``connect_to``, ``ca``,
            ``dns``, ``timeout``, ``deadline``.
    """

    def __init__(self, **options: Any) -> None:
        self.options = options
        wide, style = widgets.Layout(width="28rem"), {"description_width": "7rem"}

        def text(label: str, hint: str = "", kind: Any = widgets.Text) -> Any:
            return kind(description=label, placeholder=hint, layout=wide, style=style)

        self.address = text("Address", "kim@example.com")
        self.protocol = widgets.Dropdown(
            description="Service", options=[str(one) for one in Protocol], layout=wide, style=style
        )
        self.host = text("Host", "imap.example.com")
        self.port = widgets.BoundedIntText(
            description="Port", value=993, min=1, max=65535, layout=wide, style=style
        )
        self.security = widgets.Dropdown(
            description="Security", options=[str(one) for one in Security], layout=wide, style=style
        )
        self.user = text("User", "kim@example.com")
        self.password = text("Password", kind=PasswordField)
        self.find = widgets.Button(description="Find settings", icon="search")
        self.run = widgets.Button(description="Diagnose", button_style="primary")
        self.apply = widgets.Button(description="Apply the fix", disabled=True)
        self.findings = widgets.HTML()
        self.state = widgets.HTML()
        self.result = widgets.HTML()
        self.toml = widgets.Textarea(
            description="TOML",
            disabled=True,
            rows=9,
            layout=widgets.Layout(width="40rem"),
            style=style,
        )
        self.report: ServiceReport | None = None
        self._found: list[Service] = []
        self._work: threading.Thread | None = None
        for one in (self.address, self.protocol, self.host, self.port, self.security, self.user):
            one.observe(self._typed, "value")
        self.find.on_click(lambda _: self._begin("Looking for settings …", self._discover))
        self.run.on_click(lambda _: self._begin("Diagnosing …", self._diagnose))
        self.apply.on_click(lambda _: self._take())
        fields = (self.protocol, self.host, self.port, self.security, self.user, self.password)
        self.box = widgets.VBox(
            [
                widgets.HBox([self.address, self.find]),
                *fields,
                self.findings,
                widgets.HBox([self.run, self.apply]),
                self.state,
                self.result,
                self.toml,
            ]
        )
        self._typed()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = self.box._repr_mimebundle_(**options)
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        shown["text/plain"] = "A form for one account: it needs a running kernel."
        return bundle

    @property
    def service(self) -> Service:
        """What the fields say."""
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
        """The same as an account."""
        service = self.service
        role = "outgoing" if service.protocol is Protocol.SMTP else "incoming"
        made: dict[str, Any] = {
            "label": "form",
            "address": self.address.value.strip(),
            role: service,
        }
        return Account(**made)

    def join(self) -> None:
        """Wait until what was begun has ended."""
        if self._work is not None:
            self._work.join()

    def _typed(self, change: Any = None) -> None:
        """Somebody has typed: findings about the settings as they stand, and the TOML."""
        self.report, self.apply.disabled = None, True
        if change is not None and change["owner"] is self.protocol:
            self._settle()
        if not self.host.value.strip():
            self.findings.value, self.toml.value = "", ""
            return
        shown = [
            f
            for f in check(self.account)
            if f.id not in ("cfg-secret-missing", "cfg-password-empty")
        ]
        rows = "".join(
            f"<li>{_SIGNS[f.severity]} {escape(f.severity)} <code>{escape(f.id)}</code>: {escape(f.message)}</li>"
            for f in shown
        )
        self.findings.value = f"<ul>{rows}</ul>" if rows else "✓ no problems found"
        self.toml.value = self._written()

    def _settle(self) -> None:
        """Another protocol: what was found for it, else its usual port."""
        known = next((s for s in self._found if str(s.protocol) == self.protocol.value), None)
        if known is not None:
            self._fill(known)
        else:
            usual = {"imap": 993, "pop3": 995, "smtp": 465}
            self.port.value, self.security.value = usual[self.protocol.value], "implicit-tls"

    def _fill(self, service: Service) -> None:
        self.host.value, self.port.value = service.host, max(service.port, 1)
        self.security.value = str(service.security)
        self.user.value = service.user or self.user.value

    def _begin(self, words: str, work: Callable[[], None]) -> None:
        """Do something that takes a while; the buttons wait for it, and what goes wrong is told here."""

        def do() -> None:
            try:
                work()
            except MailError as error:
                self.state.value = f"✗ {escape(str(error))}"
            finally:
                self.run.disabled = self.find.disabled = False

        self.run.disabled = self.find.disabled = self.apply.disabled = True
        self.state.value, self.result.value = f"⏳ {escape(words)}", ""
        self._work = threading.Thread(target=do, name="mailkit-form", daemon=True)
        self._work.start()

    def _discover(self) -> None:
        keys = ("connect_to", "ca", "dns", "timeout", "deadline")
        given = {key: value for key, value in self.options.items() if key in keys}
        found = discover(self.address.value.strip(), **given)
        account = found.account
        self._found = [*account.services] if account is not None else []
        if not self._found:
            self.state.value = (
                "✗ no settings published for this address, and nothing answers at the usual names"
            )
            return
        fitting = [s for s in self._found if str(s.protocol) == self.protocol.value]
        first = (fitting or self._found)[0]
        self.protocol.value = str(first.protocol)
        self._fill(first)
        self.state.value = "✓ settings found; checked without a password"

    def _diagnose(self) -> None:
        usual: dict[str, Any] = {"login": self.password.secret is not None}
        report = diagnose(self.account, **(usual | self.options))
        self.report = report.accounts[0].services[0]
        self.result.value = report._repr_html_()
        self.apply.disabled = self.report.proposal is None
        self.state.value = "✓ done" if self.report.ok else "✗ done: failing"

    def _take(self) -> None:
        """Put the proposal into the fields."""
        if self.report is None or self.report.proposal is None:
            return
        proposal = self.report.proposal
        self._fill(with_changes(self.service, {k: pair[1] for k, pair in proposal.changes.items()}))
        self.state.value = f"✓ taken: {escape(proposal.proof.word)}"

    def _written(self) -> str:
        """The account as TOML; the password is a variable's name."""
        service = self.service
        role = "outgoing" if service.protocol is Protocol.SMTP else "incoming"
        text = "\n".join(
            [
                "[account.mine]",
                f"address = {_quoted(self.address.value.strip())}",
                "",
                f"[account.mine.{role}]",
                f"protocol = {_quoted(str(service.protocol))}",
                f"host = {_quoted(service.host)}",
                f"port = {service.port}",
                f"security = {_quoted(str(service.security))}",
                f"user = {_quoted(service.user)}",
                'secret = { env = "MAIL_PASSWORD" }',
                "",
            ]
        )
        loads(text)
        return text


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
