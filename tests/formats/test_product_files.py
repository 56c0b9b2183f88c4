"""Settings files as people have them: what is read, what is wrong and where, what a fix changes.

``product_files/*.txt`` hold the files. ``=== TITLE | FILE | HOW`` begins one (``HOW``: crlf, bom,
latin-1, nofinal); then ``= PROTOCOL HOST PORT SECURITY USER SECRET`` for each service (``-`` is not
judged; none at all: the file is refused or nothing in it is in use), ``! ID|ID LINE,LINE`` for each
finding that has to be there, ``? ID …`` for others that may be, ``~ SETTING=WORD | LINE:NEW | +:ADDED``
for a fix of the last finding and all that changes; the content follows a line of dashes, and in it
``+++ FILE`` begins another file in the same project.
"""

import codecs
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailkit.account import Account, Service
from mailkit.checks import check_service
from mailkit.errors import FormatError
from mailkit.finding import Finding, Severity
from mailkit.formats import load, repair
from mailkit.formats.native import written

SECRET = "Zq7examplepw9"
ALWAYS_MAY = {"cfg-timeout-none", "use-no-login"}
FOLDER = Path(__file__).parent / "product_files"


@dataclass
class Case:
    """One file and what must come out."""

    title: str
    file: str
    how: str = ""
    services: list[list[str]] = field(default_factory=list)
    must: list[tuple[set[str], set[int]]] = field(default_factory=list)
    may: set[str] = field(default_factory=set)
    fix: str = ""
    text: str = ""
    beside: dict[str, str] = field(default_factory=dict)

    def add(self, line: str) -> None:
        """Add a line of the content: to the file, or to the last file beside it."""
        if line.startswith("+++ "):
            self.beside[line[4:]] = ""
        elif self.beside:
            self.beside[[*self.beside][-1]] += line + "\n"
        else:
            self.text += line + "\n"

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        text = self.text.rstrip("\n") if "nofinal" in self.how else self.text
        if "crlf" in self.how:
            text = text.replace("\n", "\r\n")
        bom = codecs.BOM_UTF8 if "bom" in self.how else b""
        return bom + text.encode("latin-1" if "latin-1" in self.how else "utf-8")


def cases() -> Iterator[Case]:
    """All files."""
    for path in sorted(FOLDER.glob("*.txt")):
        content = False
        case = Case("", "")
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "===":
                if case.title:
                    yield case
                case, content = Case(*(part.strip() for part in rest.split("|"))), False
            elif content:
                case.add(line)
            elif line == "------":
                content = True
            elif kind == "=":
                case.services.append(rest.split())
            elif kind == "!":
                ids, lines = rest.split()
                numbers = {int(number) for number in lines.split(",") if number != "-"}
                case.must.append((set(ids.split("|")), numbers))
            elif kind == "?":
                case.may |= set(rest.split())
            elif kind == "~":
                case.fix = rest
        yield case


CASES = list(cases())


def put(case: Case, folder: Path) -> Path:
    """The file of a case, in a folder of its own."""
    path = folder / case.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case.data)
    for name, text in case.beside.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return path


def used(accounts: list[Account]) -> list[Service]:
    """The services of the accounts that are in use."""
    return [service for account in accounts if account.active for service in account.services]


def secret_of(service: Service) -> str:
    """Where the password comes from."""
    return service.secret.kind if service.secret else "none"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_file_of_a_product_has_these_services(case: Case, tmp_path: Path) -> None:
    path = put(case, tmp_path)
    if not case.services:
        with contextlib.suppress(FormatError):
            assert used(load(path)) == []
        return
    found = [
        [
            str(service.protocol),
            service.host,
            str(service.port),
            str(service.security),
            service.user,
            secret_of(service),
        ]
        for service in used(load(path))
    ]
    expected = [
        [there if wanted == "-" else wanted for wanted, there in zip(one, other, strict=True)]
        for one, other in zip(sorted(case.services), sorted(found), strict=False)
    ]
    assert sorted(found) == expected + sorted(case.services)[len(found) :]


def findings_of(path: Path) -> list[Finding]:
    """The findings of a file."""
    accounts = load(path)
    return [
        finding
        for account in accounts
        if account.active
        for service in account.services
        for finding in check_service(service, account, accounts)
    ]


@pytest.mark.parametrize("case", [c for c in CASES if c.services], ids=lambda case: case.title)
def test_a_file_of_a_product_has_these_findings_at_these_lines(case: Case, tmp_path: Path) -> None:
    findings = findings_of(put(case, tmp_path))
    for ids, lines in case.must:
        places = {one.place.line for one in findings if one.id in ids and one.place}
        assert places & lines if lines else ids & {one.id for one in findings}, (ids, places)
    allowed = ALWAYS_MAY | case.may | {name for ids, _ in case.must for name in ids}
    assert all(len(set(one.evidence)) == len(one.evidence) for one in findings)
    serious = {one.id for one in findings if one.severity is not Severity.NOTE}
    assert serious <= allowed
    assert all(SECRET not in f"{one.message}{one.evidence}{one.fix}" for one in findings)


@pytest.mark.parametrize("case", [c for c in CASES if c.services], ids=lambda case: case.title)
def test_a_converted_file_has_no_password(case: Case, tmp_path: Path) -> None:
    assert SECRET not in written(load(put(case, tmp_path)))


@pytest.mark.parametrize("case", [c for c in CASES if c.fix], ids=lambda case: case.title)
def test_a_fix_changes_these_lines_and_nothing_else(case: Case, tmp_path: Path) -> None:
    path = put(case, tmp_path)
    path.chmod(0o640)
    changed, *lines = (part.strip(" ") for part in case.fix.split(" | "))
    setting, _, word = changed.partition("=")
    ids = case.must[-1][0]
    account, service = next(
        (account, service)
        for account in load(path)
        for service in account.services
        for finding in check_service(service, account)
        if finding.id in ids
    )
    repair(path, [(account, service.role, {setting: int(word) if word.isdigit() else word})])
    expected = case.data.split(b"\n")
    end = b"\r" if "crlf" in case.how else b""
    added = []
    for line in lines:
        number, _, text = line.partition(":")
        if number == "+":
            added.append(text.encode() + end)
        else:
            expected[int(number) - 1] = text.encode() + end
    result = path.read_bytes().split(b"\n")
    rest = list(result)
    for line in added:
        rest.remove(line)
    assert rest == expected
    assert path.stat().st_mode & 0o777 == 0o640
    assert not (ids - case.may) & {one.id for one in findings_of(path)}
