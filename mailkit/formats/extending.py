"""Services of Compose that extend others, in the same file or in one beside it."""

from collections.abc import Iterable, Mapping, Sequence

from mailkit.errors import FormatError
from mailkit.formats.document import Document, Entry
from mailkit.formats.inclusion import entries_beside, is_inside

__all__ = ["extended", "services_of"]


_DEEPEST = 64
"""How many services may extend each other in a row."""

Services = Mapping[str, Sequence[Entry]]


def services_of(entries: Iterable[Entry]) -> Services:
    """The entries of each service."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.path[:1] == ("services",) and len(entry.path) > 1:
            found.setdefault(entry.path[1], []).append(entry)
    return found


def extended(
    document: Document, services: Services, service: str
) -> tuple[list[Entry], list[str], str]:
    """What a service takes over: environment, names of ``env_file``, and its image if it has none of its own.

    Raises:
        FormatError: the services extend each other, or too many in a row.
    """
    environment: list[Entry] = []
    files: list[str] = []
    image = ""
    seen = {("", service)}
    file = ""
    while (base := _base(services.get(service, ()))) is not None:
        name, service, line = base
        if name:
            if not is_inside(name):
                break
            file, services = name, services_of(entries_beside(document, name, "yaml"))
        if (file, service) in seen:
            raise FormatError(document.file, f"the service {service} extends itself", line)
        if len(seen) > _DEEPEST:
            raise FormatError(document.file, f"more than {_DEEPEST} services extend in a row", line)
        seen.add((file, service))
        own = services.get(service, ())
        environment = [entry for entry in own if entry.path[2:3] == ("environment",)] + environment
        files = [
            str(entry.value or "") for entry in own if entry.path[2:3] == ("env_file",)
        ] + files
        image = image or next(
            (str(entry.value) for entry in own if entry.path[2:] == ("image",)), ""
        )
    return environment, files, image


def _base(entries: Iterable[Entry]) -> tuple[str, str, int] | None:
    """The file (empty for the same one), the service and the line of what a service extends."""
    found = {entry.path[3:]: entry for entry in entries if entry.path[2:3] == ("extends",)}
    target = found.get(("service",)) or found.get(())
    if target is None:
        return None
    file = found.get(("file",))
    return str(file.value or "") if file is not None else "", str(target.value), target.line
