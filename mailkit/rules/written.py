"""The settings as they are written, and values of the wrong type among them."""

from typing import Any

from mailkit.account import ACCOUNT_KEYS, SERVICE_KEYS, Account, Service

__all__ = ["mistyped", "written_tables"]


def written_tables(service: Service, account: Account) -> list[tuple[Any, dict[str, type], Any]]:
    """The service's own keys, and with an account's first service those of the account."""
    tables: list[tuple[Any, dict[str, type], Any]] = [
        (service.written, SERVICE_KEYS, service.place)
    ]
    if service.role == account.first_role:
        tables.append((account.written, ACCOUNT_KEYS, account.place))
    return tables


def mistyped(written: Any, known: dict[str, type]) -> list[tuple[str, str]]:
    """Keys whose value has the wrong type, with what belongs there; other rules have the rest."""
    names = {
        str: "text",
        bool: "true or false",
        float: "a number",
        dict: "a table",
        list: "a list of texts",
    }
    wrong = []
    for key, value in written.items():
        wanted = known.get(key)
        if wanted is None or key in ("port", "secret", "security", "timeout"):
            continue
        if wanted is bool and isinstance(value, str):
            continue
        if not isinstance(value, (int, float) if wanted is float else wanted):
            wrong.append((key, f"{key}: {names[wanted]} belongs here, not {_kind(value)}."))
    return wrong


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str | list | dict):
        return (
            "text"
            if isinstance(value, str)
            else f"a {'list' if isinstance(value, list) else 'table'}"
        )
    return "this"
