"""The page of the lab in a real browser; screenshots stay in ``test-artefacts/``."""

import re
import shutil
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="no page: the extra web is not installed")

from mailkit.lab import Lab, catch_all
from mailkit.lab.web import LabPage, serve_page

PICTURES = Path(__file__).parents[2] / "test-artefacts"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(120)]

HOSTILE = """<h1>Your order</h1><p style="color:#0b6b3a">4711</p><script>parent.document.title = "owned"</script>
<img src="http://127.0.0.1:{port}/api/v1/info?seen" onerror="parent.location = 'about:blank'">
<link rel="stylesheet" href="http://127.0.0.1:{port}/page.css?seen"><form action="/?seen"><button>Pay</button></form>
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/?seen">"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The distribution's browser, without a window."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="no browser: playwright is not installed"
    )
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)} is installed")
    PICTURES.mkdir(exist_ok=True)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with sync_api.sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=program, args=[*quiet, "--disable-component-update"]
        )
        yield one
        one.close()


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(catch_all()) as lab:
        yield lab


@pytest.fixture
def served(lab: Lab) -> Iterator[LabPage]:
    with serve_page(lab) as page:
        yield page


def send(lab: Lab, subject: str, html: str = "") -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Shop <shop@example.org>"
    message["To"], message["Message-ID"] = "kim@example.com", "<1@example.org>"
    message.set_content(f"{subject}: the number is 4711.")
    if html:
        message.add_alternative(html, subtype="html")
        message.add_attachment(b"%PDF", "application", "pdf", filename="order.pdf")
    with smtplib.SMTP(*lab.where("localhost", 587), timeout=30) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=lab.ca_file))
        smtp.login("kim@example.com", "open sesame 17")
        smtp.send_message(message)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_mail_is_seen_read_and_deleted_by_keyboard(
    browser: Any, lab: Lab, served: LabPage, theme: str
) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 800}, color_scheme=theme)
    page.set_default_timeout(20_000)
    said: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: asked.append(answer.url))  # what the policy let through
    try:
        page.goto(served.url)
        page.get_by_text("No messages yet").wait_for()
        send(lab, "<b>Bold</b> & welcome")
        send(lab, "Your order", HOSTILE.format(port=served.port))
        page.get_by_role("status").get_by_text("new message").wait_for()  # without a reload
        page.get_by_role("link", name="<b>Bold</b> & welcome").wait_for()
        page.screenshot(path=PICTURES / f"page-messages-{theme}.png")

        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your order").wait_for()
        page.get_by_text("the number is 4711").wait_for()
        page.get_by_role("tab", name="Text").focus()
        page.keyboard.press("ArrowRight")
        frame = page.frame_locator("iframe")
        frame.get_by_role("heading", name="Your order").wait_for()
        page.screenshot(path=PICTURES / f"page-message-{theme}.png")
        for name, text in (
            ("Source", "multipart/mixed"),
            ("Headers", "<1@example.org>"),
            ("Parts", "order.pdf"),
        ):
            page.get_by_role("tab", name=name).click()
            page.get_by_role("tabpanel").get_by_text(text).first.wait_for()
        with page.expect_download() as saved:
            page.get_by_role("link", name="Download .eml").click()
        assert Path(saved.value.path()).read_bytes() == lab.sent[-1].content

        page.get_by_role("link", name="number 2").click()
        page.get_by_text("TLS begins: TLSv1.3").wait_for()
        page.get_by_text("AUTH").first.wait_for()
        page.screenshot(path=PICTURES / f"page-connection-{theme}.png")
        assert "sesame" not in page.content()

        page.get_by_role("link", name="Mailboxes").click()
        page.get_by_role("rowheader", name="kim@example.com").wait_for()
        page.get_by_role("link", name="Messages", exact=True).click()
        page.get_by_role("heading", name="Messages").wait_for()
        page.keyboard.press("/")
        page.keyboard.type("subject:bold")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="1 message found").wait_for()
        page.get_by_role("link", name="Messages", exact=True).click()
        page.get_by_role("heading", name="Messages").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Delete")
        page.get_by_role("link", name="Your order").wait_for(state="detached")
        assert lab.sent.subjects == ("<b>Bold</b> & welcome",)
        assert said == []
        assert not [url for url in asked if "seen" in url or not url.startswith(served.url)]
    finally:
        page.screenshot(path=PICTURES / f"page-at-the-end-{theme}.png")
        page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_fault_is_found_switched_on_and_off_by_keyboard(
    browser: Any, lab: Lab, served: LabPage, theme: str
) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 800}, color_scheme=theme)
    page.set_default_timeout(20_000)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    try:
        page.goto(f"{served.url}/#/faults")
        page.get_by_role("heading", name="Faults").wait_for()
        page.keyboard.press("/")
        page.keyboard.type("twelve days")
        page.get_by_text(re.compile(r"^[1-5] of 1\d\d faults$")).wait_for()
        switch = page.get_by_role("switch", name="crt-expired at every endpoint")
        assert page.get_by_role("switch").count() == page.get_by_role("row").count() - 1 < 6
        switch.focus()
        page.keyboard.press("Space")
        page.get_by_role("status").get_by_text("crt-expired is on at SMTP").wait_for()
        page.get_by_role("switch", name="crt-expired at every endpoint", checked=True).wait_for()
        assert page.evaluate("document.activeElement.dataset.key") == "crt-expired"
        assert set(lab.faults.values()) == {"crt-expired"}
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            send(lab, "Your order")
        page.screenshot(path=PICTURES / f"page-faults-{theme}.png")

        page.get_by_role("link", name="crt-expired", exact=True).last.focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="The certificate has expired").wait_for()
        port = lab.where("localhost", 587)[1]
        page.get_by_role("switch", name=f"crt-expired at SMTP {port}", checked=True).focus()
        assert f" {port}" in (page.locator("#said").text_content() or "")
        page.keyboard.press("Space")
        page.wait_for_function(  # a native switch shows its state before the lab has it
            "port => !document.getElementById('said').textContent.includes(port)", arg=f" {port}"
        )
        page.get_by_role("switch", name=f"crt-expired at SMTP {port}", checked=False).wait_for()
        assert port not in lab.faults
        assert lab.where("localhost", 465)[1] in lab.faults
        page.screenshot(path=PICTURES / f"page-fault-{theme}.png")
        send(lab, "Your order")
        page.get_by_role("link", name="Messages", exact=True).click()
        page.get_by_role("link", name="Your order").wait_for()

        page.get_by_role("region", name="Faults that are on").get_by_role("button").focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("Every fault is off").wait_for()
        page.get_by_role("region", name="Faults that are on").wait_for(state="hidden")
        assert lab.faults == {}
        assert said == []
    finally:
        page.screenshot(path=PICTURES / f"page-faults-at-the-end-{theme}.png")
        page.close()


def test_it_fits_a_narrow_screen(browser: Any, lab: Lab, served: LabPage) -> None:
    send(lab, "A subject that is rather long, with-a-word-that-does-not-break" * 2)
    page = browser.new_page(viewport={"width": 340, "height": 700})
    try:
        for view, text in (
            ("messages", "Shop"),
            ("message/1", "4711"),
            ("session/1", "TLS begins"),
            ("sessions", "SMTP"),
            ("mailboxes", "INBOX"),
            ("faults", "crt-expired"),
            ("fault/crt-expired", "SMTP"),
        ):
            page.goto(f"{served.url}/#/{view}")
            page.get_by_text(text).first.wait_for()
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) == 0, view
        page.screenshot(path=PICTURES / "page-narrow.png")
    finally:
        page.close()
