"""What tests share: a lab for a listener or two, and a diagnosis against it."""

import gc
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mailkit.account import Account
from mailkit.diagnosis.diagnose import diagnose
from mailkit.finding import Finding
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.net.resolver import Resolver
from mailkit.net.times import DIAGNOSIS
from mailkit.observation import Record
from mailkit.protocol import transcript
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.markdown import report_markdown
from mailkit.rules.catalogue import WIRE, case_findings

collect_ignore = ["plugin/project"]
"""A project of its own, that test_plugin.py runs as its owner would."""

# A slow machine is no failure.
settings.register_profile("mailkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mailkit")

# jsonschema imports it for checks of URIs that no test makes, and it compiles its grammar for more than a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# In a shell's background job SIGINT is ignored, and what the tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def make_lab() -> Iterator[Callable[..., Lab]]:
    """Start labs that end with the test."""
    with ExitStack() as stack:

        def make(*listeners: Listener, **options: Any) -> Lab:
            return stack.enter_context(Lab(listeners, **options))

        yield make


def one_account(text: str) -> Account:
    return loads(text, "test.toml")[0]


def diagnosed(lab: Lab, text: str, **options: Any) -> ServiceReport:
    """The report on the first service of the first account of a text."""
    usual: dict[str, Any] = {"timeout": 10.0, "ca": lab.ca_file, "connect_to": lab.connect_to}
    report = diagnose(one_account(text), **(usual | options))
    return report.accounts[0].services[0]


@pytest.fixture
def diagnosis() -> Callable[..., ServiceReport]:
    return diagnosed


@pytest.fixture
def account_of() -> Callable[[str], Account]:
    return one_account


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait ten times as long for a slow reply as for others, so that a slow machine makes no difference."""
    times = DIAGNOSIS._replace(patience=10.0)
    monkeypatch.setattr("mailkit.diagnosis.options.DIAGNOSIS", times)


@pytest.fixture
def processor_time() -> Callable[[Callable[[], object]], float]:
    """The least seconds of the processor that three calls take: of this thread, and without the garbage collector,
    which looks through the objects of all tests.
    """

    def once(call: Callable[[], object]) -> float:
        began = time.thread_time()
        call()
        return time.thread_time() - began

    def least(call: Callable[[], object]) -> float:
        gc.disable()
        try:
            return min(once(call) for _ in range(3))
        finally:
            gc.enable()

    return least


@pytest.fixture(autouse=True)
def no_name_server_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the machine's own resolver anything; a lab's is named where one is asked."""
    ask = Resolver.ask

    def only_of_a_lab(self: Resolver, *question: Any) -> tuple[Record, ...]:
        return ask(self, *question) if self.server is not None else ()

    monkeypatch.setattr(Resolver, "ask", only_of_a_lab)


@pytest.fixture
def replayed() -> Callable[[ServiceReport], tuple[set[str], set[str]]]:
    """What was found about the wire, and what a replay of the report finds, pasted as Markdown."""

    def both(report: ServiceReport) -> tuple[set[str], set[str]]:
        account = AccountReport(account=Account(label="kim"), services=(report,))
        (script,) = transcript.transcripts_in(report_markdown(Report((account,))))
        assert script == "\n".join([*report.transcript, ""])
        found = (finding for finding in report.findings if finding.id in WIRE)
        return _whole(found), _whole(case_findings(transcript.loads(script)))

    return both


def _whole(findings: Iterable[Finding]) -> set[str]:
    """Findings with all they say; where they stand in a file is left aside."""
    return {
        repr((one.id, one.severity, one.message, one.evidence, sorted(one.fix.items())))
        for one in findings
    }
