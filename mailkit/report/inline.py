"""Styles as attributes, because untrusted notebooks, GitHub and mail programs drop ``<style>``.

The colours are readable on white and on black, and each has a sign or a word beside it.
"""

import re

__all__ = ["inlined"]

_MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.92em"
_GOOD, _BAD = "#2e8b57", "#d9534f"
_STYLES = {
    "div.mailkit": "font:14px/1.5 system-ui,sans-serif;max-width:60rem",
    "h2": "font-size:1.15rem;margin:1.2rem 0 .3rem",
    "h3": "font-size:1rem;margin:.1rem 0;font-weight:600;overflow:hidden",
    "section.good": f"border:1px solid #8886;border-left:.35rem solid {_GOOD};border-radius:.4rem;"
    "padding:.5rem .9rem;margin:.5rem 0",
    "section.bad": f"border:1px solid #8886;border-left:.35rem solid {_BAD};border-radius:.4rem;"
    "padding:.5rem .9rem;margin:.5rem 0",
    "span.v": f"float:right;font-weight:400;{_MONO}",
    "code": _MONO,
    "pre": f"overflow-x:auto;margin:.4rem 0;padding:.4rem .7rem;background:#8881;border-radius:.3rem;{_MONO}",
    "ul": "margin:.2rem 0;padding-left:1.2rem",
    "p": "margin:.3rem 0",
    "table": "border-collapse:collapse;margin:.3rem 0",
    "caption": "text-align:left;font-weight:600;padding:.2rem 0",
    "tr": "border-top:1px solid #8884",
    "th": "text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0",
    "td": f"text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0;{_MONO}",
    "td.k": "text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0;white-space:pre-wrap;"
    f"word-wrap:break-word;min-width:20rem;{_MONO}",
    "td.n": f"text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0;white-space:nowrap;{_MONO}",
    "td.good": f"text-align:center;padding:.15rem .7rem;border:1px solid {_GOOD};background:#2e8b5733;{_MONO}",
    "td.bad": f"text-align:center;padding:.15rem .7rem;border:1px dashed {_BAD};{_MONO}",
    "ins": f"text-decoration:none;color:{_GOOD}",
    "del": f"text-decoration:none;color:{_BAD}",
    "summary": "cursor:pointer",
}
_TAG = re.compile(r'<([a-z][a-z0-9]*)(?: class="([a-z]+)")?(?=[ >])')


def inlined(fragment: str) -> str:
    """Return our HTML with each element's class replaced by a ``style`` attribute.

    Text from outside must be escaped in it, so that every ``<`` begins one of our elements.
    """
    return _TAG.sub(_styled, fragment)


def _styled(match: re.Match[str]) -> str:
    name, kind = match[1], match[2]
    style = _STYLES.get(f"{name}.{kind}") or _STYLES.get(name)
    return f'<{name} style="{style}"' if style else match[0]
