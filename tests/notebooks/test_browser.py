"""The form and a notebook in JupyterLab, in a real browser; screenshots stay in ``test-artefacts/``."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from mailkit.lab.scenario import ADDRESS, PASSWORD

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
PICTURES = ROOT / "test-artefacts"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
START_S = 60.0
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]


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


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab on copies of the notebooks; its address with the token, and the folder."""
    pytest.importorskip("jupyterlab", reason="no browser: jupyterlab is not installed")
    home = tmp_path_factory.mktemp("jupyter")
    folder = home / "notebooks"
    folder.mkdir()
    for name, copy in (
        ("02_ports_and_encryption.ipynb", "ports.ipynb"),
        ("08_your_own_account.ipynb", "form.ipynb"),
    ):
        notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
        for cell in notebook.cells:  # what is seen has been run here
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / copy)
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    widgets = home / "settings" / "@jupyter-widgets" / "jupyterlab-manager"
    widgets.mkdir(parents=True)
    (widgets / "plugin.jupyterlab-settings").write_text('{"saveState": true}')
    places = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    environment = os.environ | {name: str(home / name.lower()) for name in places}
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0", "--ip=127.0.0.1"]
    command += [f"--ServerApp.root_dir={folder}", "--allow-root"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        yield _address(home, server), folder
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _address(home: Path, server: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        for file in (home / "jupyter_runtime_dir").glob("jpserver-*.json"):
            try:
                told = json.loads(file.read_text())
                address = f"{told['url']}api?token={told['token']}"
                urllib.request.urlopen(address, timeout=30).close()
            except (OSError, ValueError):
                continue
            return f"{told['url']}lab/tree/{{}}?token={told['token']}&reset"
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab does not start: {(home / 'log').read_text()[-2000:]}")


def opened(browser: Any, address: str, notebook: str) -> Any:
    """A notebook, all of whose cells have run."""
    page = browser.new_page(viewport={"width": 1300, "height": 1700}, color_scheme="light")
    page.set_default_timeout(60_000)
    page.goto(address.format(notebook))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    page.locator(".jp-InputPrompt", has_text="[1]").first.wait_for()
    return page


def test_the_form_diagnoses_and_repairs_in_jupyterlab(
    browser: Any, jupyter: tuple[str, Path]
) -> None:
    address, folder = jupyter
    page = opened(browser, address, "form.ipynb")
    try:
        diagnose = page.get_by_role("button", name="Diagnose").last
        diagnose.wait_for()
        page.get_by_text("cfg-port-993-plain").first.wait_for()
        password = page.locator('input[type="password"]').last
        password.fill(PASSWORD)
        diagnose.focus()
        page.keyboard.press("Enter")  # by keyboard, as well as by mouse
        page.get_by_text("Fix, verified by login").first.wait_for()
        take = page.get_by_role("button", name="Apply the fix").last
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy").last.click()
        read = "navigator.clipboard.readText()"
        page.wait_for_function(f"{read}.then((text) => text.startsWith('[account.mine]'))")
        assert PASSWORD not in page.evaluate(read)
        take.scroll_into_view_if_needed()
        page.screenshot(path=PICTURES / "form.png")
        take.click()
        assert diagnose.is_enabled()
        diagnose.click()
        page.get_by_text("OK, logged in").first.wait_for()
        assert ADDRESS in page.content()
        page.keyboard.press("Control+s")
        saved = _saved(folder / "form.ipynb", "PasswordModel")
        page.screenshot(path=PICTURES / "form-repaired.png")
        assert PASSWORD not in page.inner_text("body")
    finally:
        page.screenshot(path=PICTURES / "form-at-the-end.png")
        page.close()
    assert PASSWORD not in saved


def _saved(notebook: Path, awaited: str) -> str:
    """A notebook as soon as it is saved with widget state."""
    until = time.monotonic() + START_S
    while awaited not in (text := notebook.read_text("utf-8")) and time.monotonic() < until:
        time.sleep(0.1)
    assert awaited in text
    return text


def test_a_notebook_runs_in_jupyterlab_and_shows_its_plots_in_both_themes(
    browser: Any, jupyter: tuple[str, Path]
) -> None:
    address, _ = jupyter
    page = opened(browser, address, "ports.ipynb")
    try:
        page.locator('.jp-InputPrompt:has-text("[*]")').first.wait_for(state="detached")
        for theme in ("light", "dark"):
            if theme == "dark":
                page.emulate_media(color_scheme="dark")
                page.get_by_role("menuitem", name="Settings", exact=True).click()
                page.get_by_text("Theme", exact=True).first.hover()
                page.get_by_text("JupyterLab Dark", exact=True).click()
                page.wait_for_selector('[data-jp-theme-light="false"]', state="attached")
            ports = page.locator('table:has-text("Ports of mail.example.com")').first
            ports.wait_for(state="attached")
            ports.scroll_into_view_if_needed()
            assert "✓ works" in ports.inner_text()
            assert page.locator('.jp-OutputArea [data-mime-type*="stderr"]').count() == 0
            page.screenshot(path=PICTURES / f"notebook-{theme}.png")
    finally:
        page.close()
