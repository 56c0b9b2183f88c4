// The page of a lab. Text of a message is only ever set as textContent; its HTML is shown in a sandboxed frame.
"use strict";

const main = document.getElementById("main");
const live = document.getElementById("live");
const PAGE = 100;
let revision = "";
let latest = 0;
let drawn = 0;
let switched = "{}";

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.Error || `${answer.status} ${answer.statusText}`);
  }
  return answer;
}

const json = async (path) => (await ask(path)).json();
const query = (values) => new URLSearchParams(Object.entries(values).filter(([, v]) => v)).toString();
const when = (text) => new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
const shortly = (text) => {
  const then = new Date(text);
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString(undefined, today ? { timeStyle: "medium" } : { dateStyle: "medium" });
};
const time = (text) => el("time", { datetime: text, title: when(text) }, shortly(text));
const count = (n, word) => `${n.toLocaleString()} ${word}${n === 1 ? "" : "s"}`;
const person = (a) => (a ? (a.Name ? `${a.Name} <${a.Address}>` : a.Address) : "");
const people = (list) => list.map(person).join(", ");
const kib = (n) => (n < 1024 ? `${n} bytes` : `${(n / 1024).toFixed(1)} KiB`);
const button = (text, run) => el("button", { type: "button", on: { click: run } }, text);

function table(caption, heads, rows, kind = "") {
  const head = el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text)));
  for (const one of rows) [...one.children].forEach((cell, n) => cell.setAttribute("data-label", heads[n]));
  return el("table", { class: kind }, el("caption", {}, caption), el("thead", {}, head), el("tbody", {}, ...rows));
}

function fields(pairs) {
  return el("dl", {}, ...pairs.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function pages(view, values, start, total) {
  const link = (text, to) => el("a", { class: "button", href: `#/${view}?${query({ ...values, start: to })}` }, text);
  return el("p", { class: "bar" },
    start > 0 ? link("Newer", Math.max(start - PAGE, 0)) : null,
    start + PAGE < total ? link("Older", start + PAGE) : null,
    total > PAGE ? el("span", { class: "dim" }, `${(start + 1).toLocaleString()} to ${Math.min(start + PAGE, total).toLocaleString()} of ${total.toLocaleString()}`) : null);
}

async function remove(ids) {
  const body = JSON.stringify({ IDs: ids });
  await ask("/api/v1/messages", { method: "DELETE", headers: { "Content-Type": "application/json" }, body });
}

function row(one, href) {
  const to = one.Envelope.Recipients.join(", ") || people(one.To);
  const files = one.Attachments ? el("span", { class: "dim" }, ` (${count(one.Attachments, "attachment")})`) : null;
  const unread = one.Read === false;
  return el("tr", { class: unread ? "unread" : null },
    el("td", {}, el("a", { href, "data-row": true, "data-id": one.ID }, one.Subject || "(no subject)"),
      unread ? el("span", { class: "sr" }, " (unread)") : null, files,
      el("div", { class: "dim snippet" }, one.Snippet)),
    el("td", {}, person(one.From) || "<>"), el("td", {}, to), el("td", { class: "dim when" }, time(one.Created)));
}

// What a new user needs: where to send the first message.
async function nothing() {
  const { Endpoints: endpoints } = await json("/api/v1/info");
  const words = { cleartext: "no TLS", starttls: "STARTTLS", "implicit-tls": "implicit TLS" };
  return el("div", {},
    el("p", {}, "No messages yet. Set your program to one of these, and send one: it is shown here at once."),
    table("Where to send", ["Server", "TLS", "Login"], endpoints.filter((one) => one.Protocol === "smtp").map((one) => el("tr", {},
      el("td", {}, el("code", {}, `localhost:${one.Port}`)), el("td", {}, words[one.Security]), el("td", {}, one.Login ? "needed" : "any, or none")))));
}

async function messages(values) {
  const start = Number(values.start || 0);
  const asked = query({ query: values.query, start, limit: PAGE });
  const found = await json(`/api/v1/${values.query ? "search" : "messages"}?${asked}`);
  const field = el("input", { id: "search", type: "search", name: "query", value: values.query || "", placeholder: "words, subject:, from:, to:" });
  const searched = (event) => {
    event.preventDefault();
    location.hash = `#/messages?${query({ query: field.value.trim() })}`;
  };
  const clear = async () => {
    if (!confirm(`Delete ${count(found.messages_count, "message")}?`)) return;
    if (values.query) await ask(`/api/v1/search?${query({ query: values.query })}`, { method: "DELETE" });
    else await remove([]);
    draw();
  };
  return [
    el("h1", {}, values.query ? `${count(found.messages_count, "message")} found` : "Messages"),
    el("form", { class: "bar", role: "search", on: { submit: searched } },
      el("label", {}, "Search", field), el("button", {}, "Search"),
      found.messages_count ? button(values.query ? "Delete what was found" : "Delete all", clear) : null),
    found.messages.length
      ? table("Messages, the newest first", ["Subject", "From", "To", "Received"], found.messages.map((one) => row(one, `#/message/${one.ID}`)), "list")
      : values.query ? el("p", {}, "Nothing fits this search.") : await nothing(),
    pages("messages", { query: values.query }, start, found.messages_count),
  ];
}

function tabs(panels) {
  const panel = el("div", { role: "tabpanel", id: "panel", tabindex: "0" });
  const list = el("div", { role: "tablist", "aria-label": "Views of the message" });
  const made = Object.keys(panels).map((name, n) => el("button", { type: "button", role: "tab", id: `tab-${n}`, "aria-controls": "panel" }, name));
  async function choose(tab) {
    for (const one of made) {
      one.setAttribute("aria-selected", one === tab);
      one.tabIndex = one === tab ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", tab.id);
    const shown = await panels[tab.textContent]();
    if (tab.getAttribute("aria-selected") === "true") panel.replaceChildren(shown);
  }
  list.append(...made);
  list.addEventListener("click", (event) => made.includes(event.target) && choose(event.target));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = made[(made.indexOf(document.activeElement) + step + made.length) % made.length];
    next.focus();
    choose(next);
  });
  choose(made[0]);
  return [list, panel];
}

const frame = (source) => el("iframe", { sandbox: "", referrerpolicy: "no-referrer", title: "HTML of the message", src: source });

function shown(one, base, more) {
  const named = (part) => part.FileName || `part ${part.PartID}`;
  const save = (part) => (base ? el("a", { href: `${base}/part/${part.PartID}`, download: true }, named(part)) : named(part));
  const about = (part) => `${part.ContentType}, ${kib(part.Size)}`;
  const parts = () => table("Parts of the message", ["Part", "Type", "Size", "Disposition"], one.Parts.map((part) =>
    el("tr", {}, el("td", {}, `${part.PartID} `, save(part)), el("td", {}, part.ContentType), el("td", {}, kib(part.Size)), el("td", {}, part.Disposition))));
  const headers = async () => table("Headers of the message", ["Name", "Value"], Object.entries(await json(`${base}/headers`)).flatMap(([name, list]) =>
    list.map((value) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)))));
  const panels = {};
  if (one.Text || !one.HTML) panels.Text = () => el("pre", {}, one.Text || "(no text)");
  if (one.HTML && base) panels.HTML = () => frame(`/view/${one.ID}.html`);
  else if (one.HTML) panels["HTML source"] = () => el("pre", {}, one.HTML);
  if (base) panels.Source = async () => el("pre", {}, await (await ask(`${base}/raw`)).text());
  if (base) panels.Headers = headers;
  panels.Parts = parts;
  return [
    el("h1", {}, one.Subject || "(no subject)"),
    fields([
      ["From", person(one.From)], ["To", people(one.To)], ["Cc", people(one.Cc)], ["Bcc", people(one.Bcc)],
      ["Received", when(one.Created)],
      ["Envelope", `${one.Envelope.Sender || "<>"} → ${one.Envelope.Recipients.join(", ")}`],
      ["Login", one.Username],
      ["Connection", one.Session ? el("a", { href: `#/session/${one.Session}` }, `number ${one.Session}`) : ""],
    ]),
    more,
    ...(one.Attachments.length ? [el("h2", {}, "Attachments"), el("ul", {}, ...one.Attachments.map((part) => el("li", {}, save(part), ` (${about(part)})`)))] : []),
    ...tabs(panels),
  ];
}

async function message(values, id) {
  const base = `/api/v1/message/${encodeURIComponent(id)}`;
  const one = await json(base);
  const gone = async () => {
    await remove([one.ID]);
    location.hash = "#/messages";
  };
  const bar = el("p", { class: "bar" }, el("a", { class: "button", href: "#/messages" }, "All messages"),
    el("a", { class: "button", href: `${base}/raw?dl=1`, download: true }, "Download .eml"), button("Delete", gone));
  return shown(one, base, bar);
}

async function mailboxes() {
  const { mailboxes: list } = await json("/api/v1/mailboxes");
  const link = (box, folder) => el("a", { class: "folder", "data-row": true, href: `#/mailbox?${query({ user: box.User, folder: folder.Name })}` }, folder.Name, " ",
    el("span", { class: "dim" }, folder.Messages.toLocaleString(), el("span", { class: "sr" }, " messages")));
  const rows = list.map((box) => el("tr", {}, el("th", { scope: "row" }, box.User), el("td", {}, ...box.Folders.map((folder) => link(box, folder)))));
  return [el("h1", {}, "Mailboxes"), el("p", {}, "Every recipient has a mailbox. Read it by IMAP or POP3, or here."), table("Mailboxes", ["User", "Folders"], rows, "boxes")];
}

async function mailbox(values) {
  const start = Number(values.start || 0);
  const { user, folder } = values;
  const { messages: list, total } = await json(`/api/v1/mailboxes/messages?${query({ user, folder, start, limit: PAGE })}`);
  const link = (one) => `#/stored?${query({ user, folder, uid: one.ID })}`;
  return [el("h1", {}, `${folder} of ${user}`), list.length
    ? table("Messages, the newest first", ["Subject", "From", "To", "Received"], list.map((one) => row(one, link(one))), "list")
    : el("p", {}, "The folder is empty."), pages("mailbox", { user, folder }, start, total)];
}

async function stored(values) {
  const one = await json(`/api/v1/mailboxes/message?${query(values)}`);
  const back = el("a", { class: "button", href: `#/mailbox?${query({ user: values.user, folder: values.folder })}` }, `${values.folder} of ${values.user}`);
  return shown(one, null, el("p", { class: "bar" }, back));
}

const ended = (one) => ({ client: "closed by the client", server: "closed by the server", timeout: "timed out", error: "ended with an error" })[one.Closed] || "open";
const security = (one) => (one.TLS ? `${one.TLS.Version}, ${one.TLS.Cipher}` : one.TLSError ? `failed: ${one.TLSError}` : "none");

async function sessions(values) {
  const start = Number(values.start || 0);
  const found = await json(`/api/v1/sessions?${query({ start, limit: PAGE })}`);
  const rows = found.sessions.map((one) => el("tr", {},
    el("td", {}, el("a", { href: `#/session/${one.Number}`, "data-row": true }, `${one.Number}: ${one.Protocol.toUpperCase()} on port ${one.Port}`),
      one.Fault ? el("div", { class: "warning" }, `fault ${one.Fault}`) : null),
    el("td", {}, security(one)),
    el("td", {}, one.Logins.map((a) => `${a.User} ${a.Accepted ? "accepted" : "rejected"}`).join(", ")),
    el("td", {}, ...one.Findings.map((finding) => el("div", { class: finding.Severity }, finding.ID))),
    el("td", {}, ended(one)), el("td", { class: "dim when" }, time(one.Began))));
  return [el("h1", {}, "Connections"), rows.length
    ? table("Connections, the newest first", ["Connection", "TLS", "Logins", "Findings", "End", "Began"], rows)
    : el("p", {}, "No connections yet."), pages("sessions", {}, start, found.total)];
}

async function session(values, number) {
  const one = await json(`/api/v1/sessions/${encodeURIComponent(number)}`);
  const names = { client: ["C:", "Client: "], server: ["S:", "Server: "] };
  const lines = one.Transcript.map((line) => line.Who === "tls"
    ? el("li", { class: "tls" }, `TLS begins: ${security(one)}`)
    : el("li", { class: line.Who }, el("span", {}, el("span", { "aria-hidden": "true" }, names[line.Who][0]), el("span", { class: "sr" }, names[line.Who][1])), el("span", {}, line.Text)));
  const findings = one.Findings.map((finding) => el("li", {}, el("span", { class: finding.Severity }, finding.Severity), " ", el("code", {}, finding.ID), `: ${finding.Message}`,
    ...finding.Evidence.map((text) => el("div", { class: "dim" }, text)),
    ...finding.Change.map((text) => el("div", {}, `→ ${text}`))));
  return [
    el("h1", {}, `Connection ${one.Number}: ${one.Protocol.toUpperCase()} on port ${one.Port}`),
    fields([
      ["From", one.Peer], ["Began", when(one.Began)], ["Duration", `${one.Seconds} s, ${ended(one)}`], ["TLS", security(one)],
      ["Fault", one.Fault ? el("a", { href: `#/fault/${one.Fault}` }, one.Fault) : ""],
      ["Server name (SNI)", one.TLS ? one.TLS.ServerName || "none" : ""],
      ["Logins", one.Logins.map((a) => `${a.User} by ${a.Mechanism || "password"}${a.TLS ? "" : " without TLS"}: ${a.Accepted ? "accepted" : "rejected"}`).join("; ")],
      ["Messages", one.Messages.length ? el("span", {}, ...one.Messages.flatMap((id) => [el("a", { href: `#/message/${id}` }, `message ${id}`), " "])) : ""],
    ]),
    el("h2", {}, "What the client does wrong"),
    findings.length ? el("ul", { class: "findings" }, ...findings) : el("p", {}, "No findings."),
    el("h2", {}, "Transcript"),
    lines.length ? el("ol", { class: "lines", role: "list" }, ...lines) : el("p", {}, "Nothing was said."),
  ];
}

const VIEWS = { messages, message, mailboxes, mailbox, stored, sessions, session, faults, fault };
const LIVE = ["messages", "mailboxes", "mailbox", "sessions", "session"];
const SWITCHED = ["faults", "fault"];
const HOME = { messages: "messages", message: "messages", mailboxes: "mailboxes", mailbox: "mailboxes", stored: "mailboxes", sessions: "sessions", session: "sessions", faults: "faults", fault: "faults" };

function here() {
  const [path, values] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, id] = path.split("/");
  return { view: VIEWS[view] ? view : "messages", id: decodeURIComponent(id || ""), values: Object.fromEntries(new URLSearchParams(values || "")) };
}

async function draw(moved = false) {
  const turn = ++drawn;
  const { view, id, values } = here();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${HOME[view]}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  let made;
  try {
    made = await VIEWS[view](values, id);
  } catch (problem) {
    made = [el("h1", {}, "That did not work"), el("p", { class: "error" }, problem.message),
      el("p", {}, el("a", { class: "button", href: `#/${HOME[view]}` }, "Back to the list"))];
  }
  if (turn !== drawn) return;
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && (focused.dataset.key || focused.getAttribute("href"));
  const typed = focused && focused.id === "search" ? focused.value : null;
  main.replaceChildren(...made.filter(Boolean));
  document.title = `${main.querySelector("h1").textContent} – mailkit lab`;
  if (typed !== null && !moved) {
    const field = document.getElementById("search");
    field.value = typed;
    field.focus();
  } else if (key && !moved) {
    [...main.querySelectorAll("a, input")].find((one) => (one.dataset.key || one.getAttribute("href")) === key)?.focus();
  } else if (moved || focused) {
    main.focus({ preventScroll: true });
    if (moved) window.scrollTo(0, 0);
  }
}

async function poll() {
  if (!document.hidden) {
    try {
      const info = await json("/api/v1/info");
      const news = Number(info.Latest) - latest;
      if (revision && news > 0) live.textContent = `${count(news, "new message")}, ${info.Messages} in all`;
      else if (!revision || live.dataset.lost) live.textContent = `${count(info.Messages, "message")}, ${count(info.Sessions, "connection")}`;
      delete live.dataset.lost;
      latest = Number(info.Latest);
      const on = JSON.stringify(info.Faults);
      faultsOn(info.Faults);
      if (revision && info.Revision !== revision && (LIVE.includes(here().view) || (on !== switched && SWITCHED.includes(here().view)))) await draw();
      switched = on;
      revision = info.Revision;
    } catch {
      if (!live.dataset.lost) live.textContent = "The lab does not answer. Start it again with mailkit lab up; this page goes on by itself.";
      live.dataset.lost = "yes";
    }
  }
  setTimeout(poll, 1500);
}

document.addEventListener("keydown", async (event) => {
  const rows = [...main.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const typing = document.activeElement instanceof HTMLInputElement;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "/" && !typing && document.getElementById("search")) {
    event.preventDefault();
    document.getElementById("search").focus();
  } else if (step && rows.length && !event.altKey && !event.ctrlKey && (at >= 0 || document.activeElement === main || document.activeElement === document.body || (typing && step > 0))) {
    event.preventDefault();
    rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
  } else if (event.key === "Delete" && at >= 0 && here().view === "messages") {
    event.preventDefault();
    const next = rows[at + 1] || rows[at - 1];
    const gone = rows[at].dataset.id;
    next?.focus();
    await remove([gone]);
    draw();
  }
});

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", () => draw(true));
draw();
poll();
