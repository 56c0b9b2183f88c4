"""Documents with the settings of other programs: Compose files, Kubernetes manifests, units of systemd, Terraform."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailkit.formats.document import Document, Entry, KeyPath, Reference
from mailkit.formats.embedding import embedded
from mailkit.formats.extending import extended, services_of
from mailkit.formats.inclusion import entries_beside, is_inside
from mailkit.formats.infrastructure import infrastructure_scopes
from mailkit.formats.kubernetes import DATA, Cluster, decoded, manifests
from mailkit.formats.scope import Scope
from mailkit.formats.syntax.dotenv import default_in, expand
from mailkit.formats.units import class_scopes, unit_scopes

__all__ = ["CARRIERS", "scopes"]

_EXTRA = (
    *("extraEnv", "extraEnvs", "extraEnvVars", "extraEnvironment", "additionalEnv"),
    *("additionalConfigFromEnvs", "extraEnvironmentVariables"),
)
"""Keys of Helm charts whose items are variables."""

_MAPS = frozenset(("env", "envVars", "environment", "config", "secretEnv", "secrets", "variables"))
"""Keys whose members are variables where they are written like ones."""

_TABLES = frozenset(("env", "vars", "environment"))
"""Tables of variables in TOML."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")

CARRIERS = ("*compose*.yml", "*compose*.yaml")
"""Names of files with the settings of other programs."""


def scopes(document: Document) -> Iterator[Scope]:
    """The programs of a document: itself, or each container."""
    if document.syntax == "dotenv":
        yield Scope(document, document.entries, environment=True)
        return
    if document.syntax == "ini":
        yield from unit_scopes(document)
    if document.syntax == "python":
        yield from class_scopes(document)
        return
    if document.syntax == "hcl":
        yield from infrastructure_scopes(document)
        return
    if document.syntax == "toml":
        yield from _tables(document)
    kinds = manifests(document.entries) if document.syntax == "yaml" else {}
    containers = (
        [*_containers(document, kinds), *embedded(document, kinds)]
        if document.syntax == "yaml"
        else [*_containers(document, kinds)]
        if document.syntax == "json"
        else []
    )
    if containers:
        yield from containers
        if kinds or any(entry.path[:1] == ("services",) for entry in document.entries):
            return
    yield Scope(document, document.entries)


def _tables(document: Document) -> Iterator[Scope]:
    """The tables of variables in the settings of hosting services: ``[env]``, ``[vars]``, ``[build.environment]``."""
    tables: dict[KeyPath, list[Entry]] = {}
    for entry in document.entries:
        if set(entry.path[-2:-1]) & _TABLES and _VARIABLE.fullmatch(entry.key):
            tables.setdefault(entry.path[:-1], []).append(replace(entry, path=entry.path[-1:]))
    for entries in tables.values():
        yield Scope(document, tuple(entries), True)


@dataclass(slots=True)
class _Programs:
    """What a document has for its programs, by place: variables, images, and names of files with variables."""

    variables: dict[KeyPath, list[Entry]] = field(default_factory=dict)
    images: dict[KeyPath, str] = field(default_factory=dict)
    files: dict[KeyPath, list[str]] = field(default_factory=dict)
    extending: dict[KeyPath, None] = field(default_factory=dict)


def _containers(document: Document, kinds: Mapping[KeyPath, str]) -> Iterator[Scope]:
    programs = _programs(document.entries, kinds)
    services = services_of(document.entries) if programs.extending else {}
    cluster = Cluster(document) if kinds else None
    taking = cluster.takers if cluster is not None else {}
    for place in (*programs.files, *programs.extending, *taking):
        programs.variables.setdefault(place, [])
    for place, entries in programs.variables.items():
        if cluster is not None and place[-1:] and place[-1] in DATA and cluster.is_taken(place):
            continue
        given, image = _given(cluster, place)
        image = image or programs.images.get(place, "")
        files = programs.files.get(place, [])
        if place[-1:] == ("data",) and kinds.get(place[:-1]) == "Secret":
            entries = [plain for entry in entries if (plain := decoded(entry))]
        if place in programs.extending:
            above, names, its_image = extended(document, services, place[1])
            taken = (replace(entry, path=(*place, *entry.path[2:])) for entry in above)
            entries, files, image = [*taken, *entries], [*names, *files], image or its_image
        variables = [
            *given,
            *_from_files(document, files),
            *_variables(place, entries, cluster),
        ]
        if variables:
            unnamed = place[-1:] and (place[-1].isdecimal() or place[-1] in DATA)
            label = place[-1] if place and not unnamed else ""
            yield Scope(document, tuple(variables), True, image, label)


def _programs(entries: Iterable[Entry], kinds: Mapping[KeyPath, str]) -> _Programs:
    found = _Programs()
    for entry in entries:
        path = entry.path
        for at in range(len(path)):
            if (place := _program_at(path, at, kinds)) is not None:
                found.variables.setdefault(place, []).append(entry)
        if path[-1] == "image" and len(path) >= 3:
            found.images[path[:-1]] = str(entry.value or "")
        if path[:1] != ("services",):
            continue
        if path[2:3] == ("env_file",) and entry.key != "required":
            found.files.setdefault(path[:2], []).append(str(entry.value or ""))
        elif path[2:3] == ("extends",):
            found.extending[path[:2]] = None
    return found


def _program_at(path: KeyPath, at: int, kinds: Mapping[KeyPath, str]) -> KeyPath | None:
    """The place of the program whose variable an entry is, if the key at a position says that it is one."""
    key, above = path[at], path[at - 2] if at >= 2 else ""
    of_service = key == "environment" and above == "services" and len(path) == at + 2
    of_container = key == "env" and above.lower().endswith("containers") and len(path) > at + 2
    listed = len(path) > at + 1 and path[at + 1].isdecimal()
    of_task = key == "environment" and above == "containerDefinitions"  # of Amazon ECS
    of_blueprint = key == "envVars" and above == "services"  # of Render
    of_generator = key == "literals" and above.endswith("Generator")  # of Kustomize
    if listed and (of_task or of_blueprint or of_generator):
        return path[:at]
    if of_service or of_container or _is_extra(path, at):
        return path[:at]
    if key in DATA and len(path) == at + 2 and kinds.get(path[:at]) in ("ConfigMap", "Secret"):
        return path[: at + 1]
    return None


def _given(cluster: Cluster | None, place: KeyPath) -> tuple[list[Entry], str]:
    """The variables that the program at a place takes from other objects, and its image if another file has it."""
    if cluster is None:
        return [], ""
    if place[-1:] and place[-1] in DATA:
        taker = cluster.taker_beside(place)
        return ([*cluster.given(taker)], taker.image) if taker is not None else ([], "")
    if place in cluster.takers:
        return [*cluster.given(replace(cluster.takers[place], own=()))], ""
    return [], ""


def _is_extra(path: KeyPath, at: int) -> bool:
    """Whether a key holds variables of a container in the values of a Helm chart."""
    listed = path[at] == "env" and path[at + 1 : at + 2] and path[at + 1].isdecimal()
    extra = path[at] in _EXTRA and len(path) > at + 1
    mapped = path[at] in _MAPS and len(path) == at + 2 and _VARIABLE.fullmatch(path[-1])
    return bool(listed or extra or mapped) and not {"containers", "services"} & set(path[:at])


def _from_files(document: Document, names: list[str]) -> Iterator[Entry]:
    """The variables of ``env_file``: files in the folder of the document or the folder above it; later ones win."""
    for name in names:
        path = posixpath.normpath(name)
        if is_inside(path.removeprefix("../")):
            yield from entries_beside(document, path)


def _variables(place: KeyPath, entries: list[Entry], cluster: Cluster | None) -> Iterator[Entry]:
    """Variables of a mapping, of a list of ``NAME=value``, or of Kubernetes' list of tables."""
    names: dict[KeyPath, str] = {}
    for entry in entries:
        rest = entry.path[len(place) + 1 :]
        if set(place[-1:]) & set(DATA) or len(rest) == 0:
            yield replace(entry, path=(entry.path[-1],))
        elif len(rest) == 1 and rest[0].isdecimal():
            if (variable := _assignment(entry)) is not None:
                yield variable
        elif len(rest) == 1:
            yield _followed(replace(entry, path=rest))
        elif rest[1:] in (("name",), ("key",)):
            names[rest[:1]] = str(entry.value)
    objects = {
        entry.path[len(place) + 1 : -1]: str(entry.value)
        for entry in entries
        if entry.path[len(place) + 2 : len(place) + 3] == ("valueFrom",) and entry.key == "name"
    }
    for entry in entries:
        rest = entry.path[len(place) + 1 :]
        name = names.get(rest[:1])
        if name and rest[1:] == ("value",):
            yield replace(entry, path=(name,))
        elif name and rest[1:2] == ("valueFrom",) and rest[3:] == ("key",):
            kind, key = rest[2], str(entry.value)
            found = cluster.value_of(kind, objects.get(rest[:-1], ""), key) if cluster else None
            if found is not None:
                yield replace(found, path=(name,))
            elif kind == "secretKeyRef":
                reference = Reference("other", f"key {entry.value} of a Kubernetes secret")
                yield Entry((name,), None, entry.line, None, reference=reference)


def _assignment(entry: Entry) -> Entry | None:
    """``- NAME=value``: the value is the part after the sign."""
    if not isinstance(entry.value, str) and entry.reference is None:
        return None
    raw = entry.raw.strip("'\"")
    name, equals, _ = raw.partition("=")
    if not equals:
        return replace(entry, path=(name,), value=None, span=None, reference=Reference("env", name))
    inner = entry.raw.index("=") + 1
    end = len(entry.raw) - (1 if entry.quote else 0)
    written = entry.raw[inner:end]
    span = (entry.span[0] + inner, entry.span[0] + end) if entry.span else None
    value, reference, literal = expand(written, {}, compose=True)
    default = None if literal or value is None else default_in(written)
    if default is not None and span is not None:
        begin, end = default
        literal, written = True, written[begin:end]
        span = (span[0] + begin, span[0] + end)
    return replace(
        entry,
        path=(name,),
        value=value,
        span=span if literal else None,
        raw=written,
        quote="=" + entry.quote,
        reference=reference,
    )


def _followed(entry: Entry) -> Entry:
    """A value with Compose's placeholders and ``$$``; without a value the variable of that name is passed on."""
    if entry.value is None and entry.reference is None:
        return replace(entry, span=None, reference=Reference("env", entry.key))
    if not isinstance(entry.value, str) or "$$" not in entry.raw:
        return entry
    inside = entry.raw.strip("'\"")
    value, reference, literal = expand(inside, {}, compose=True)
    return replace(entry, value=value, reference=reference, span=entry.span if literal else None)
