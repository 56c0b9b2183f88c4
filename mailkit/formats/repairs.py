"""Changed settings in the text they came from: spliced, read again, compared."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mailkit.account import Service
from mailkit.errors import FormatError
from mailkit.formats.dialect import Dialect
from mailkit.formats.edits import changed_lines
from mailkit.formats.native import Changes
from mailkit.formats.reading import read_recognised, services_of
from mailkit.formats.recognition import recognise
from mailkit.formats.rewriting import planned
from mailkit.formats.splices import Change, apply_changes

__all__ = ["Repair"]

"""For each service its account, its role, and the settings to change."""

_SECRET_KEY = re.compile(r"(?i)pass|secret|pwd|token|api_?key|credential|private")


class Repair:
    """A text of a product, read once, and its changed versions.

    Raises:
        FormatError: the text is not of this product any more.
    """

    def __init__(self, text: str, file: str, dialect: Dialect | None) -> None:
        self.text, self.file, self.dialect = text, file, dialect
        self._recognised = recognise(text, file, dialect)
        self._found = {service.label: service for service in services_of(self._recognised)}
        accounts = read_recognised([*self._found.values()], file)
        self._before = {account.label: account for account in accounts}

    def repaired(self, changes: Changes) -> str:
        """The text with some settings changed and nothing else.

        Raises:
            FormatError: the product has no way to write a setting, a value comes from elsewhere, or the result does
                not read as intended.
        """
        try:
            return self._compared(self._planned(changes), [changes])
        except FormatError:
            if (splices := self._explicit(changes)) is None:
                raise
            return apply_changes(self.text, splices)

    def edits(self, wanted: Sequence[Changes]) -> list[list[dict[str, Any]]]:
        """For each group of changes the lines that would change; none where it cannot be done.

        Groups that touch different services are written and read again together, so that a file
        with many services costs little more than one with a few.
        """
        plans: dict[int, list[Change]] = {}
        rounds: list[dict[int, list[Change]]] = []
        used: dict[tuple[str, str], int] = {}
        for number, changes in enumerate(wanted):
            try:
                plan = self._planned(changes)
            except FormatError:
                continue
            services = [(account.label, role) for account, role, _ in changes]
            turn = max((used.get(service, 0) for service in services), default=0)
            used |= dict.fromkeys(services, turn + 1)
            rounds += [{} for _ in range(turn + 1 - len(rounds))]
            rounds[turn][number] = plan
        for together in rounds:
            plans |= self._verified(together, wanted)
        hidden = self._secrets()
        return [
            [
                {"file": self.file, **line}
                for line in changed_lines(self.text, plans[number], hidden)
            ]
            if number in plans
            else []
            for number in range(len(wanted))
        ]

    def _verified(
        self, plans: dict[int, list[Change]], wanted: Sequence[Changes]
    ) -> dict[int, list[Change]]:
        """The plans whose result reads as it should; a failing half is tried in halves."""
        if not plans:
            return {}
        try:
            every = [edit for plan in plans.values() for edit in plan]
            self._compared(every, [wanted[number] for number in plans])
        except FormatError:
            numbers, middle = [*plans], len(plans) // 2
            if not middle:
                (number,) = numbers
                splices = self._explicit(wanted[number])
                return {} if splices is None else {number: splices}
            first = {number: plans[number] for number in numbers[:middle]}
            second = {number: plans[number] for number in numbers[middle:]}
            return self._verified(first, wanted) | self._verified(second, wanted)
        return plans

    def _explicit(self, changes: Changes) -> list[Change] | None:
        """The splices with a port and an encryption mode that stay written as well.

        One of them may follow from the other where a key is missing. ``None`` if that does not help either.
        """
        whole = [
            (account, role, self._with_pair(account.label, role, changed))
            for account, role, changed in changes
        ]
        if whole == [*changes]:
            return None
        try:
            splices = self._planned(whole)
            self._compared(splices, [whole])
        except FormatError:
            return None
        return splices

    def _with_pair(self, label: str, role: str, changed: Mapping[str, Any]) -> Mapping[str, Any]:
        """A change of the port with the encryption mode as it is, and the other way round."""
        service = getattr(self._before.get(label), role, None)
        if service is None or len({"port", "security"} & set(changed)) != 1:
            return changed
        return {"port": service.port, "security": service.security, **changed}

    def _planned(self, changes: Changes) -> list[Change]:
        splices: list[Change] = []
        for account, role, changed in changes:
            found = self._found.get(account.label)
            service = found.services.get(role) if found else None
            if service is None:
                raise FormatError(self.file, f"has no {role} service of {account.label} any more")
            splices += planned(service, changed)
        return splices

    def _compared(self, splices: list[Change], groups: Sequence[Changes]) -> str:
        """The new text, after it was read again and found to be as wanted."""
        new = apply_changes(self.text, splices)
        after = read_recognised(services_of(recognise(new, self.file, self.dialect)), self.file)
        if len(after) != len(self._before):
            why = "could not be changed: the result does not have the same accounts"
            raise FormatError(self.file, why)
        wanted: dict[tuple[str, str], Mapping[str, Any]] = {
            (account.label, role): changed for group in groups for account, role, changed in group
        }
        for old, account in zip(self._before.values(), after, strict=True):
            for role in ("incoming", "outgoing"):
                label = f"the {role} service of {old.label}"
                changed = wanted.get((old.label, role), {})
                self._compare(getattr(account, role), getattr(old, role), changed, label)
        return new

    def _compare(
        self, new: Service | None, old: Service | None, wanted: Mapping[str, Any], label: str
    ) -> None:
        if new is None or old is None:
            if new is not old:
                raise FormatError(self.file, f"cannot be changed as wanted: {label} would change")
            return
        for key in ("protocol", "host", "port", "security", "user", "auth"):
            should = wanted.get(key, getattr(old, key))
            if str(getattr(new, key)) != str(should):
                other = "" if wanted else f" of {label}"
                why = f"{key}{other} would be {getattr(new, key)}, not {should}"
                raise FormatError(self.file, f"cannot be changed as wanted: {why}")
        secrets = [
            (service.secret.kind, service.secret.kind == "value" or service.secret.source)
            if service.secret
            else None
            for service in (new, old)
        ]
        if secrets[0] != secrets[1]:
            raise FormatError(self.file, "cannot be changed without touching the password")

    def _secrets(self) -> list[tuple[int, int]]:
        """Where passwords are written."""
        bound = [
            entry
            for account in self._found.values()
            for service in account.services.values()
            if (entry := service.bindings.get("secret")) is not None
        ]
        named_so = [
            entry
            for recognition in self._recognised[:1]
            for entry in recognition.scope.document.entries
            if _SECRET_KEY.search(entry.key)
        ]
        return list({entry.span for entry in (*bound, *named_so) if entry.span})
