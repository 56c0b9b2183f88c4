"""The form, driven by its own callbacks: no browser, the same code."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.lab import Lab, everywhere
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD

pytest.importorskip("ipywidgets")
from ipywidgets.embed import embed_data

from mailkit.notebook import form as form_module
from mailkit.notebook.form import AccountForm


@pytest.fixture
def form() -> Any:
    with Lab(everywhere()) as lab:
        form = AccountForm(connect_to=lab.connect_to, ca=lab.ca_file, timeout=10, deadline=10)
        form.address.value, form.host.value = ADDRESS, HOST
        yield form
        form.join()


def test_what_is_wrong_shows_while_typing(form: Any) -> None:
    assert "no problems found" in form.findings.value
    form.port.value = 587
    form.protocol.value = "smtp"
    form.port.value, form.security.value = 587, "implicit-tls"
    assert "cfg-port-587-tls" in form.findings.value
    form.host.value = "<script>alert(1)</script>"
    assert "<script>" not in form.findings.value


def test_a_diagnosis_offers_its_repair_and_it_is_taken(form: Any) -> None:
    form.security.value, form.password.value = "starttls", PASSWORD

    form.run.click()
    assert (form.run.disabled, form.find.disabled) == (True, True)
    form.join()

    assert form.run.disabled is False
    assert "grt-silent-tls" in form.result.value
    assert form.apply.disabled is False
    form.apply.click()
    assert form.security.value == "implicit-tls"
    form.run.click()
    form.join()
    assert form.report.ok
    shown = form.result.value + form.toml.value + form.findings.value + form.state.value
    assert PASSWORD not in shown
    (account,) = mailkit.loads(form.toml.value)
    assert account.incoming is not None
    assert (account.incoming.port, str(account.incoming.security)) == (993, "implicit-tls")


def test_enter_diagnoses(form: Any) -> None:
    form.user._handle_custom_msg({"event": "submit"}, [])
    form.join()
    assert form.report.ok


def test_an_impossible_port_and_a_misspelt_address_are_named_and_not_changed(form: Any) -> None:
    form.port.value = 99999
    assert "cfg-port-range" in form.findings.value
    form.address.value = "kim@gmial.com"
    assert "kim@gmail.com" in form.findings.value
    assert (form.port.value, form.address.value) == (99999, "kim@gmial.com")


def test_an_old_report_goes_when_something_is_typed(form: Any) -> None:
    form.security.value = "starttls"
    form.run.click()
    form.join()
    assert "grt-silent-tls" in form.result.value
    form.port.value = 143
    assert (form.result.value, form.report, form.apply.disabled) == ("", None, True)


def test_both_services_are_diagnosed_and_fixed(form: Any) -> None:
    form.password.value = PASSWORD
    form.security.value = "starttls"
    form.protocol.value = "smtp"
    form.port.value, form.security.value = 587, "implicit-tls"
    form.run.click()
    form.join()
    assert "grt-silent-tls" in form.result.value
    assert "tls-plain-server" in form.result.value
    form.apply.click()
    assert (form.port.value, form.security.value) == (587, "starttls")
    form.protocol.value = "imap"
    assert (form.port.value, form.security.value) == (993, "implicit-tls")


def test_a_cancelled_diagnosis_shows_nothing(form: Any) -> None:
    form.run.click()
    form.cancel.click()
    assert (form.state.value, form.run.disabled) == ("Cancelled.", False)
    form.join()
    assert (form.result.value, form.report) == ("", None)


class Waiting:
    """An activity that lasts as long as the work of a test."""

    def __str__(self) -> str:
        return "waiting for the greeting"


class State:
    """The line of the form that shows progress and results; ``drawing`` is called before progress is drawn."""

    def __init__(self) -> None:
        self.shown = ""
        self.finished = threading.Event()
        self.drawing: Any = lambda: None

    @property
    def value(self) -> str:
        return self.shown

    @value.setter
    def value(self, text: str) -> None:
        if "waiting" in text:
            self.drawing()
        self.shown = text
        if text == "done":
            self.finished.set()


def begun(form: Any, work: Any) -> set[threading.Thread]:
    """Begin work in the form; the threads that this started."""
    before = set(threading.enumerate())
    form._begin("Diagnosing", work)
    return set(threading.enumerate()) - before


def test_progress_that_was_asked_for_before_the_end_is_not_drawn_over_the_result(
    form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = form.state = State()
    asked, shown, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> tuple[Waiting, ...]:
        asked.set()
        assert shown.wait(60)
        return (Waiting(),)

    def work() -> Any:
        assert ended.wait(60)
        return lambda: setattr(state, "value", "done")

    monkeypatch.setattr(form_module, "activities", slow)
    threads = begun(form, work)
    assert asked.wait(60)  # the work goes on, so far
    ended.set()
    assert state.finished.wait(60)
    shown.set()
    for thread in threads:
        thread.join(60)
    assert state.value == "done"


def test_a_result_waits_until_progress_is_drawn(form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    state = form.state = State()
    ended = threading.Event()

    def drawing() -> None:
        ended.set()
        assert not state.finished.wait(0.2)  # the result is there, and has to wait

    def work() -> Any:
        assert ended.wait(60)
        return lambda: setattr(state, "value", "done")

    state.drawing = drawing
    monkeypatch.setattr(form_module, "activities", lambda: (Waiting(),))
    for thread in begun(form, work):
        thread.join(60)
    assert state.value == "done"


def test_settings_are_written_in_another_product_s_words_and_saved_once(
    form: Any, tmp_path: Path
) -> None:
    form.password.value = PASSWORD
    form.protocol.value = "smtp"
    form.port.value, form.security.value = 587, "starttls"
    form.format.value = "django"
    assert "EMAIL_USE_TLS = True" in form.toml.value
    form.file.value = str(tmp_path / "settings.py")
    form.save.click()
    assert (tmp_path / "settings.py").read_text() == form.toml.value
    assert PASSWORD not in form.toml.value
    form.save.click()
    assert form.state.value.startswith("✗")


def test_without_a_password_nobody_logs_in(form: Any) -> None:
    form.run.click()
    form.join()

    assert form.report.proof.word == "capable"


def test_settings_are_found_or_that_is_said(form: Any) -> None:
    form.options = {**form.options, "timeout": 1.0, "deadline": 3.0}
    form.address.value = "nobody@nothing.invalid"
    form.find.click()
    form.join()

    assert "✗" in form.state.value
    assert form.find.disabled is False


def test_what_goes_wrong_is_told_in_the_form(form: Any) -> None:
    form.options = {"ca": "/nothing/here.pem"}
    form.run.click()
    form.join()

    assert "no trust anchors in" in form.state.value
    assert form.run.disabled is False


def test_no_widget_state_holds_the_password(form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(
        type(form.password), "_send", lambda self, message, buffers=None: sent.append(message)
    )
    update = {"method": "update", "state": {"value": PASSWORD}, "buffer_paths": []}
    form.password._handle_msg({"content": {"data": update}, "buffers": []})
    page = json.dumps(embed_data(views=[form.box]))

    assert form.service.secret.reveal() == PASSWORD
    assert {"method": "update", "state": {"value": ""}, "buffer_paths": []} in sent
    assert PASSWORD not in json.dumps(sent) + page + repr(form.password) + form.password.value


def test_a_password_is_forgotten_on_request(form: Any) -> None:
    form.password.value = PASSWORD
    form.password.forget()
    assert form.service.secret is None


def test_a_value_that_was_not_taken_yet_is_in_no_state_either(form: Any) -> None:
    form.password.unobserve_all("value")
    form.password.value = PASSWORD
    assert PASSWORD not in json.dumps(embed_data(views=[form.box]))
