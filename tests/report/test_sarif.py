"""SARIF as the standard's schema has it, for whatever a check finds."""

import json
from pathlib import Path

import jsonschema
import pytest

from mailkit.cli.main import main

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text("utf-8"))

FILES = {
    "settings.py": "EMAIL_HOST = 'smtp.example.org'\nEMAIL_PORT = 465\nEMAIL_USE_TLS = True\n",
    "my app/.env": "MAIL_HOST=smtp.example.org\nMAIL_PORT=587\nMAIL_SECURE=ssl\nMAIL_USER=kim\n",
    "größe #1/app.ini": "[mailer]\nPROTOCOL=smtps\nSMTP_ADDR=smtp.example.org\nSMTP_PORT=587\n",
    "healthy.env": "SMTP_HOST=smtp.example.org\nSMTP_PORT=465\nSMTP_USER=kim\n",
}


def sarif(capsys: pytest.CaptureFixture[str], *inputs: str) -> dict[str, object]:
    """The document of a check."""
    main(["check", *inputs, "--format", "sarif"])
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize("given", [[*FILES], ["healthy.env"], ["imap://kim@imap.example.org:993"]])
def test_every_check_is_valid_sarif(
    given: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    document = sarif(capsys, *given)
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for place in result.get("locations", ())
    }
    if len(given) == len(FILES):
        assert {"settings.py", "my%20app/.env", "gr%C3%B6%C3%9Fe%20%231/app.ini"} <= uris


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"tool": {}}]})
