"""Results as tables: a row for each service, cause, fix, or change between two runs."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mailkit.errors import SettingsError, needs
from mailkit.fleet.rows import COLUMNS, ResultRow, rows_of, sorted_rows
from mailkit.report import Report

__all__ = [
    "causes_frame",
    "changes",
    "changes_frame",
    "repairs_frame",
    "result_rows",
    "services_frame",
]

_KINDS = {int: "Int64", bool: "bool", float: "float64"}


def services_frame(results: Any) -> Any:
    """Return a row for each service, in input order, as a :class:`pandas.DataFrame`.

    Args:
        results: reports from :func:`mailkit.diagnose_all`, or a file of results.

    Raises:
        SettingsError: pandas is not installed, or the file has no results.
    """
    frame = _pandas().DataFrame(sorted_rows(result_rows(results)), columns=[*COLUMNS])
    kinds = {name: _KINDS[kind] for name, kind in COLUMNS.items() if kind in _KINDS}
    words = dict.fromkeys(("service", "protocol", "security", "proof", "severity"), "category")
    return frame.astype(kinds | words)


def causes_frame(results: Any) -> Any:
    """Count each cause at each provider, most frequent first, with an example.

    Args:
        results: as for :func:`services_frame`, or its result.
    """
    found: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], ResultRow] = {}
    for row in sorted_rows(result_rows(results)):
        if row["cause"]:
            key = row["cause"], row["provider"]
            found[key] += 1
            example.setdefault(key, row)
    rows = [
        {
            "cause": cause,
            "provider": provider,
            "count": count,
            "account": example[cause, provider]["account"],
            "service": example[cause, provider]["service"],
            "message": example[cause, provider]["message"],
        }
        for (cause, provider), count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]
    columns = ["cause", "provider", "count", "account", "service", "message"]
    return _pandas().DataFrame(rows, columns=columns)


def repairs_frame(results: Any) -> Any:
    """Return a row for each setting that a fix changes: before, after, how far it was verified, and its place.

    Args:
        results: as for :func:`causes_frame`.
    """
    rows = []
    for row in sorted_rows(result_rows(results)):
        for setting, (before, after) in (
            json.loads(row["changes"]) if row["changes"] else {}
        ).items():
            rows.append(
                {key: row[key] for key in ("account", "service", "cause")}
                | {"setting": setting, "before": before, "after": after}
                | {"proof": row["proposal_proof"], "file": row["file"], "line": row["line"]}
            )
    columns = ["account", "service", "cause", "setting", "before", "after", "proof", "file", "line"]
    return _pandas().DataFrame(rows, columns=columns).astype({"line": "Int64"})


def changes_frame(before: Any, after: Any) -> Any:
    """Compare two runs: services that are new, gone or changed.

    Args:
        before: the earlier results: reports, a frame, or a file.
        after: the later ones.
    """
    columns = ["change", "account", "service", "was_ok", "was_cause", "ok", "cause", "message"]
    frame = _pandas().DataFrame(changes(result_rows(before), result_rows(after)), columns=columns)
    return frame.astype({"was_ok": "boolean", "ok": "boolean"})


def changes(before: Iterable[ResultRow], after: Iterable[ResultRow]) -> list[ResultRow]:
    """Compare two runs, as rows.

    ``change`` is ``new``, ``gone``, ``failing``, ``fixed`` or ``changed`` (another cause).

    Services are matched by the account's label and the role.
    """
    old, new = _by_service(before), _by_service(after)
    found = []
    for key, row in new.items():
        earlier = old.get(key)
        if earlier is None:
            found.append(_change("new", None, row))
        elif (earlier["ok"], earlier["cause"]) != (row["ok"], row["cause"]):
            kind = "changed" if earlier["ok"] == row["ok"] else "fixed" if row["ok"] else "failing"
            found.append(_change(kind, earlier, row))
    found += [_change("gone", row, None) for key, row in old.items() if key not in new]
    return found


def _change(kind: str, before: ResultRow | None, after: ResultRow | None) -> ResultRow:
    row = after or before or {}
    return {
        "change": kind,
        "account": row["account"],
        "service": row["service"],
        "was_ok": before["ok"] if before else None,
        "was_cause": before["cause"] if before else "",
        "ok": after["ok"] if after else None,
        "cause": after["cause"] if after else "",
        "message": after["message"] if after else "",
    }


def _by_service(rows: Iterable[ResultRow]) -> dict[tuple[str, str, int], ResultRow]:
    """Index rows by label and role, with a number for repeated ones."""
    found: dict[tuple[str, str, int], ResultRow] = {}
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in sorted_rows(rows):
        key = row["account"], row["service"]
        found[*key, counts[key]] = row
        counts[key] += 1
    return found


def result_rows(results: Any) -> Sequence[ResultRow]:
    """Return the rows of reports, of a frame of results, or of a file.

    Raises:
        SettingsError: it is something else.
    """
    if isinstance(results, str | Path):
        from mailkit.fleet.results import read_results

        return read_results(Path(results))
    if hasattr(results, "to_dict") and hasattr(results, "columns"):
        if missing := [
            name for name in ("account", "service", "ok", "cause") if name not in results
        ]:
            raise SettingsError(f"a frame of services is needed; it has no column {missing[0]}")
        empty = {name: "" if kind is str else None for name, kind in COLUMNS.items()}
        rows = results.astype(object).where(results.notna(), None).to_dict("records")
        return [empty | {k: v for k, v in row.items() if v is not None} for row in rows]
    if isinstance(results, list | tuple) and results and isinstance(results[0], dict):
        return results
    if isinstance(results, (Report, Iterable)):
        return [*rows_of(results)]
    raise SettingsError(
        f"reports, a frame or a file of results is needed, not {type(results).__name__}"
    )


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise needs("fleet", "pandas") from None
    return pd
