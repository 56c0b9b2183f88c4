"""Results as one page: a summary that is readable without scripts, and a table to filter and search.

It needs no server and no network. The page has the rows by column, with each distinct value once; the table shows a
few hundred matching rows at a time. The script treats values as text, never as markup.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version

from mailkit.fleet.rows import ResultRow
from mailkit.rules.catalogue import RULES
from mailkit.text import clean, plural

__all__ = ["results_page"]

_SHOWN = (
    *("account", "address", "service", "protocol", "host", "port", "security", "user", "provider"),
    *("ok", "proof", "cause", "message", "warnings", "proposal", "proposal_proof", "file", "line"),
)

_STYLE = """
body{margin:1.5rem auto;max-width:90rem;padding:0 1rem;font:14px/1.45 system-ui,sans-serif}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0}
th{border-bottom:2px solid;position:sticky;top:0;background:Canvas}td{border-bottom:1px solid #8884}
td.n{text-align:right}form{display:flex;gap:.6rem;flex-wrap:wrap;margin:1rem 0}
input,select,button{font:inherit;padding:.2rem .4rem}input[type=search]{min-width:18rem}
.bad{color:#b3261e}.good{color:#1b7f3b}small{opacity:.75}tr.row{cursor:pointer}
@media(prefers-color-scheme:dark){.bad{color:#ff8a80}.good{color:#7ee2a0}}
@media print{form,#more{display:none}th{position:static}}
"""

_SCRIPT = """
const data = JSON.parse(document.getElementById("data").textContent);
const get = (name, n) => { const c = data.columns[name]; return c.values[c.codes[n]]; };
const form = document.querySelector("form"), body = document.querySelector("#rows tbody");
const count = document.getElementById("count"), more = document.getElementById("more");
const texts = [];
for (let n = 0; n < data.rows; n++)
  texts.push(data.names.map((name) => get(name, n)).join("\\n").toLowerCase());
let found = [], shown = 0;
function cell(row, text, kind) {
  const td = row.insertCell();
  td.textContent = text;
  if (kind) td.className = kind;
  return td;
}
function draw(n) {
  const row = body.insertRow(), ok = get("ok", n);
  row.className = "row";
  row.tabIndex = 0;
  cell(row, ok ? "\\u2713" : "\\u2717", ok ? "good" : "bad");
  cell(row, get("account", n));
  cell(row, get("protocol", n) + " " + get("host", n) + ":" + get("port", n) + " " + get("security", n));
  cell(row, get("provider", n));
  cell(row, get("cause", n) || (get("warnings", n) ? get("warnings", n) + " warnings" : ""));
  cell(row, get("message", n));
  cell(row, get("proposal", n) + (get("proposal_proof", n) ? " (" + get("proposal_proof", n) + ")" : ""));
  const open = () => {
    if (row.nextSibling && row.nextSibling.className === "more") { row.nextSibling.remove(); return; }
    const next = body.insertRow(row.sectionRowIndex + 1);
    next.className = "more";
    next.insertCell();
    const td = next.insertCell();
    td.colSpan = 6;
    for (const name of data.names) {
      const value = get(name, n);
      if (value === "" || value === null) continue;
      const line = document.createElement("div");
      line.textContent = name + ": " + value;
      td.append(line);
    }
  };
  row.onclick = open;
  row.onkeydown = (event) => { if (event.key === "Enter") open(); };
}
function page() {
  const end = Math.min(shown + 200, found.length);
  for (; shown < end; shown++) draw(found[shown]);
  more.hidden = shown >= found.length;
  count.textContent = found.length.toLocaleString() + " of " + data.rows.toLocaleString() + " services";
}
function filter() {
  const words = form.search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const status = form.status.value, cause = form.cause.value, provider = form.provider.value;
  found = [];
  for (let n = 0; n < data.rows; n++) {
    const ok = get("ok", n);
    if (status === "failing" && ok) continue;
    if (status === "ok" && !ok) continue;
    if (status === "fixed" && get("proposal_proof", n) !== "logged-in") continue;
    if (cause && get("cause", n) !== cause) continue;
    if (provider && get("provider", n) !== provider) continue;
    if (words.every((word) => texts[n].includes(word))) found.push(n);
  }
  body.textContent = "";
  shown = 0;
  page();
}
form.oninput = filter;
form.onsubmit = (event) => event.preventDefault();
more.onclick = page;
for (const link of document.querySelectorAll("[data-cause]"))
  link.onclick = () => { form.cause.value = link.dataset.cause; filter(); };
filter();
"""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{style_hash}'; script-src '{script_hash}'">
<meta name="color-scheme" content="light dark"><title>mailkit results</title><style>{style}</style></head><body>
<header><h1>mailkit results</h1><p>{made}</p><p><strong>{summary}</strong></p></header>
{causes}
<form><input type="search" name="search" placeholder="Search" aria-label="Search">
<select name="status" aria-label="Status"><option value="">all services</option><option value="failing">failing</option>
<option value="ok">OK</option><option value="fixed">fix verified by login</option></select>
<select name="cause" aria-label="Cause"><option value="">any cause</option>{cause_options}</select>
<select name="provider" aria-label="Provider"><option value="">any provider</option>{provider_options}</select></form>
<p id="count"><noscript>The table needs scripts; the summary above does not.</noscript></p>
<table id="rows"><thead><tr><th></th><th>Account</th><th>Service</th><th>Provider</th><th>Cause</th><th>What was found</th>
<th>Suggested fix</th></tr></thead><tbody></tbody></table><p><button id="more" hidden>Show 200 more</button></p>
<script type="application/json" id="data">{data}</script><script>{script}</script></body></html>
"""


def results_page(rows: Sequence[ResultRow]) -> str:
    """Return a self-contained page for the rows of a run."""
    failing = sum(not row["ok"] for row in rows)
    fixed = sum(row["proposal_proof"] == "logged-in" for row in rows)
    text = f"{plural(len(rows), 'service')}: {failing:,} failing"
    if fixed:
        text += f", {plural(fixed, 'fix', 'fixes')} verified by login"
    checked = sorted(row["checked_at"] for row in rows if row["checked_at"])
    made = (
        f"{checked[-1][:16].replace('T', ' ')} UTC, "
        if checked
        else f"{datetime.now(UTC):%Y-%m-%d}, "
    )
    causes = Counter(row["cause"] for row in rows if row["cause"])
    providers = sorted({row["provider"] for row in rows if row["provider"]})
    return _PAGE.format(
        style=_STYLE,
        style_hash=_hash(_STYLE),
        script=_SCRIPT,
        script_hash=_hash(_SCRIPT),
        made=escape(f"{made}mailkit {version('mailkit-lab')}"),
        summary=escape(text),
        causes=_causes(causes),
        cause_options=_options(sorted(causes)),
        provider_options=_options(providers),
        data=_data(rows),
    )


def _causes(causes: Counter[str]) -> str:
    lines = [
        f'<tr><td class="n">{count:,}</td><td><button type="button" data-cause="{escape(cause)}">'
        f"{escape(cause)}</button></td><td>{escape(RULES[cause].title if cause in RULES else '')}</td></tr>"
        for cause, count in causes.most_common(15)
    ]
    if not lines:
        return ""
    return f"<h2>Causes</h2><table><tbody>{''.join(lines)}</tbody></table>"


def _options(values: Sequence[str]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(value)}</option>' for value in values)


def _data(rows: Sequence[ResultRow]) -> str:
    """Return the rows by column, with each distinct value once, escaped for a script element."""
    columns = {}
    for name in _SHOWN:
        places: dict[object, int] = {}
        codes = []
        for row in rows:
            value = row[name]
            if isinstance(value, str):
                value = clean(value, 600)
            codes.append(places.setdefault(value, len(places)))
        columns[name] = {"values": [*places], "codes": codes}
    document = {"rows": len(rows), "names": _SHOWN, "columns": columns}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _hash(text: str) -> str:
    """Return the CSP source that allows only this script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
