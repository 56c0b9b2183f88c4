"""How often reading a file does the same for one service, counted and not timed."""

import re
from typing import Any

import pytest

from mailkit.formats import loads
from mailkit.formats import reading as module
from mailkit.formats.additions import _place_of
from mailkit.formats.scope import Instance, Keys

SERVICES = 20
TEXT = "".join(
    f"APP{n}_SMTP_HOST=smtp.example.com\nAPP{n}_SMTP_PORT=587\nAPP{n}_SMTP_USER=kim@example.com\n"
    for n in range(SERVICES)
)


def test_each_service_is_translated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    translated: list[Instance] = []
    translate = module.translate

    def counted(instance: Instance) -> Any:
        translated.append(instance)
        return translate(instance)

    monkeypatch.setattr(module, "translate", counted)
    assert len(loads(TEXT, ".env")) == SERVICES
    assert len(translated) == SERVICES


def test_a_key_is_looked_up_once_for_all_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[tuple[Any, ...], int] = {}
    get = Keys.get

    def counted(self: Keys, name: str, prefix: tuple[str, ...] = ()) -> Any:
        asked[id(self), name, prefix] = asked.get((id(self), name, prefix), 0) + 1
        return get(self, name, prefix)

    monkeypatch.setattr(Keys, "get", counted)
    loads(TEXT, ".env")
    assert max(asked.values()) <= 15  # 30 where each mode looks its keys up


def test_a_key_compiles_no_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    loads(TEXT, ".env")  # those of the module are compiled
    compiled: list[str] = []
    compile_ = re._compiler.compile  # type: ignore[attr-defined]

    def counted(pattern: str, *flags: Any) -> Any:
        compiled.append(pattern)
        return compile_(pattern, *flags)

    monkeypatch.setattr(re._compiler, "compile", counted)  # type: ignore[attr-defined]
    loads(TEXT.replace("APP", "SHOP"), ".env")
    assert len(compiled) < SERVICES, compiled


@pytest.mark.parametrize(
    ("before", "first", "place"),
    [
        ("  MAIL_HOST=", False, 2),
        ("export MAIL_HOST=", False, 7),
        ("MY_MAIL_HOST=", False, -1),
        ("MAIL_HOST_2=", False, -1),
        ("f(MAIL_HOST, MAIL_HOST=", False, 13),
        ("f(MAIL_HOST, MAIL_HOST=", True, 2),
        ("- MAIL_HOST=", False, 2),
        ("-MAIL_HOST=", False, -1),
    ],
)
def test_a_key_is_found_as_a_whole_word(before: str, first: bool, place: int) -> None:
    assert _place_of("MAIL_HOST", before, first=first) == place
