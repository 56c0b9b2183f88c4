"""BODYSTRUCTURE and BODY of a message, as places in its MIME parts (RFC 3501 §7.4.2)."""

from mailkit.lab.mailstore.envelope import envelope
from mailkit.lab.mailstore.mime import MimePart, is_word, parameters_of, tokens
from mailkit.lab.mailstore.words import string

__all__ = ["structure"]


def structure(part: MimePart, *, extended: bool = True) -> bytes:
    """BODYSTRUCTURE, or BODY where it is not extended (RFC 3501 §7.4.2)."""
    kind, subtype = part.kind
    if part.is_multipart:
        inside = b"".join(structure(child, extended=extended) for child in part.children)
        if not inside:  # one empty text, as RFC 2046 does not foresee it
            tail = b" NIL NIL NIL NIL" if extended else b""
            inside = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0%b)' % tail
        rest = [string(subtype.encode("latin-1"))]
        if extended:
            rest += [_list(part.parameters), *_extension(part)]
        return b"(%b %b)" % (inside, b" ".join(rest))
    is_text = kind.lower() == "text"
    parameters = part.parameters
    if is_text and not any(name.lower() == b"charset" for name, _ in parameters):
        parameters = [*parameters, (b"charset", b"us-ascii")]
    rest = [
        string(kind.encode("latin-1")),
        string(subtype.encode("latin-1")),
        _list(parameters),
        string(part.value(b"content-id")),
        string(part.value(b"content-description")),
        string(_encoding(part)),
        b"%d" % (part.end - part.body),
    ]
    if part.is_message and part.children:
        (inner,) = part.children
        rest += [envelope(inner), structure(inner, extended=extended), b"%d" % part.lines()]
    elif is_text:
        rest.append(b"%d" % part.lines())
    if extended:
        rest += [string(part.value(b"content-md5")), *_extension(part, parameters=False)]
    return b"(%b)" % b" ".join(rest)


def _extension(part: MimePart, *, parameters: bool = True) -> list[bytes]:
    """Disposition, language, location."""
    disposition = part.value(b"content-disposition")
    shown = b"NIL"
    if disposition is not None:
        words = tokens(disposition)
        if words and is_word(words[0]):
            kind = string(words[0].removeprefix(b"\0"))
            shown = b"(%b %b)" % (kind, _list(parameters_of(disposition)))
    language = part.value(b"content-language")
    languages = [token.removeprefix(b"\0") for token in tokens(language or b"") if is_word(token)]
    if len(languages) > 1:
        spoken = b"(%b)" % b" ".join(map(string, languages))
    else:
        spoken = b"(%b)" % string(languages[0]) if languages else b"NIL"
    return [shown, spoken, string(part.value(b"content-location"))]


def _encoding(part: MimePart) -> bytes:
    words = tokens(part.value(b"content-transfer-encoding") or b"")
    return words[0].removeprefix(b"\0") if words and is_word(words[0]) else b"7bit"


def _list(parameters: list[tuple[bytes, bytes]]) -> bytes:
    if not parameters:
        return b"NIL"
    return b"(%b)" % b" ".join(b"%b %b" % (string(k), string(v)) for k, v in parameters)
