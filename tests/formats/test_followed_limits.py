"""Limits of what a settings file brings in by the names of other files."""

import os
from pathlib import Path
from typing import Any

import pytest

from mailkit.formats import load
from mailkit.formats.inputs import accounts_in
from mailkit.formats.syntax import syntax

COMPOSE = "services:\n  a:\n    environment: {SMTP_HOST: smtp.example.com, SMTP_PORT: 465}\n"
DOVECOT = "submission_relay_host = smtp.example.com\nsubmission_relay_port = 587\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docker-compose.yml", COMPOSE + '    env_file: ["a\\0b", "\\uD800"]\n'),
        ("docker-compose.yml", COMPOSE + '    extends: {service: s, file: "a\\0b"}\n'),
        ("docker-compose.yml", COMPOSE + 'include: ["a\\0b", {path: "\\uD800"}]\n'),
        ("configuration.yaml", 'x: !include "a\\0b"\ny: !include_dir_list "a\\0b"\n'),
        ("send.js", "const c = require('./a\\0b'); createTransport({ host: c.host })\n"),
        ("dovecot.conf", f"!include a\0b\n!include a\0b*\n{DOVECOT}".encode("utf-16")),
        ("dovecot.conf", f"!include a*/..\n{DOVECOT}"),
        ("dovecot.conf", f"!include [\n!include [*\n!include {'*' * 3000}\n{DOVECOT}"),
    ],
)
def test_a_name_that_no_file_can_have_brings_in_nothing(
    name: str, text: str | bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    _, errors = accounts_in([str(tmp_path / name)])
    assert "defect" not in "".join(map(str, errors))


def test_a_pattern_includes_files_of_its_own_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "x.conf").write_text("submission_relay_port = 465\n")
    (tmp_path / "dovecot.conf").write_text(f"{DOVECOT}!include **\n!include deep/**\n")
    listed: list[Path] = []
    scandir, listdir = os.scandir, os.listdir

    def noted(path: Any = ".") -> Any:
        listed.append(Path(os.fsdecode(path)))
        return scandir(path)

    def noted_names(path: Any = ".") -> Any:
        listed.append(Path(os.fsdecode(path)))
        return listdir(path)

    monkeypatch.setattr(os, "scandir", noted)
    monkeypatch.setattr(os, "listdir", noted_names)
    (account,) = load(tmp_path / "dovecot.conf")
    assert account.outgoing is not None
    assert account.outgoing.port == 587
    assert tmp_path / "deep" in listed
    assert tmp_path / "deep" / "er" not in listed


@pytest.mark.parametrize("count", [3, 300])
def test_the_files_that_one_document_names_have_one_limit_together(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.formats.document._MOST_BESIDE", 10_000)
    (tmp_path / "x.env").write_text("# x\n" * 1_000)
    (tmp_path / "last.env").write_text("SMTP_PASSWORD=sesame\n")
    names = ", ".join(["x.env"] * count + ["last.env"])
    text = COMPOSE.replace("465}", "465, SMTP_USER: kim}") + f"    env_file: [{names}]\n"
    (tmp_path / "docker-compose.yml").write_text(text)
    read: list[str] = []
    real = syntax("dotenv").read

    def counted(text: str, file: str, flavour: str = "") -> Any:
        read.append(file)
        return real(text, file, flavour)

    monkeypatch.setattr("mailkit.formats.syntax.dotenv.read", counted)
    accounts, errors = accounts_in([str(tmp_path / "docker-compose.yml")])
    assert len(accounts) + len(errors) == 1
    assert sum(Path(one).name == "x.env" for one in read) == 2


def test_services_that_extend_others_without_end_are_refused_in_one_line(tmp_path: Path) -> None:
    chain = "".join(f"  s{n}:\n    extends: {{service: s{n + 1}}}\n" for n in range(70))
    (tmp_path / "docker-compose.yml").write_text(COMPOSE + chain)
    _, errors = accounts_in([str(tmp_path / "docker-compose.yml")])
    assert "more than 64 services extend in a row" in str(errors[0])
    assert len(errors) == 1
