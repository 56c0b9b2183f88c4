// Faults that the lab can show: the list, one fault, and switching them on and off.
"use strict";

const place = (one) => `${one.Protocol.toUpperCase()} ${one.Port}`;
const places = (list) => ["smtp", "imap", "pop3"].map((name) => [name, list.filter((one) => one.Protocol === name)])
  .filter(([, some]) => some.length).map(([name, some]) => `${name.toUpperCase()} ${some.map((one) => one.Port).join(" ")}`);
const said = document.getElementById("said"); // what was switched, for screen readers: the line above goes on by itself
const wanted = { text: "", on: false };

async function switchFault(id, ports) {
  const body = ports && JSON.stringify({ Ports: ports });
  const headers = { "Content-Type": "application/json" };
  const found = await (await ask(`/api/v1/faults/${encodeURIComponent(id)}`, { method: "PUT", headers, body })).json();
  const where = places(found.endpoints.filter((one) => found.On.includes(one.Port))).join(", ");
  faultsOn(Object.fromEntries(found.endpoints.filter((one) => one.Fault).map((one) => [one.Port, one.Fault])));
  said.textContent = where ? `${id} is on at ${where}. The next connection meets it.` : `${id} is off.`;
  draw();
}

async function switchAllOff() {
  await ask("/api/v1/faults", { method: "DELETE" });
  faultsOn({});
  said.textContent = "Every fault is off.";
  draw();
}

// A native checkbox with the role of a switch: focus, Space and its state come from the browser.
function toggle(label, on, run, key) {
  return el("input", { type: "checkbox", role: "switch", checked: on, "aria-label": label, "data-key": key, on: { change: (event) => run(event.target.checked) } });
}

function faultRow(one, endpoints) {
  const where = places(endpoints.filter((other) => one.Ports.includes(other.Port)));
  const on = one.On.length;
  const state = on && on < one.Ports.length ? `at ${on} of ${one.Ports.length}` : on ? "on" : "off";
  const box = toggle(`${one.ID} at every endpoint that can show it`, on > 0, (now) => switchFault(one.ID, now ? null : []), one.ID);
  return el("tr", { "data-text": `${one.ID} ${one.Title} ${one.Does} ${where.join(" ")}`.toLowerCase(), "data-on": on > 0 },
    el("td", { class: "switch" }, box, el("span", { class: on ? "warning" : "dim" }, ` ${state}`)),
    el("td", {}, el("a", { href: `#/fault/${one.ID}`, "data-row": true }, el("code", {}, one.ID)), el("div", {}, one.Title)),
    el("td", {}, one.Does), el("td", { class: "dim when" }, ...where.map((text) => el("div", {}, text))));
}

async function faults() {
  const { endpoints, faults: list } = await json("/api/v1/faults");
  const rows = list.map((one) => faultRow(one, endpoints));
  const field = el("input", { id: "search", type: "search", value: wanted.text, placeholder: "expired, STARTTLS, 451, password, silence" });
  const only = el("input", { type: "checkbox", checked: wanted.on, "data-key": "only" });
  const shown = el("p", { class: "dim", role: "status" });
  const narrow = () => {
    wanted.text = field.value;
    wanted.on = only.checked;
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.text.includes(word)) || (only.checked && row.dataset.on === undefined);
      left += row.hidden ? 0 : 1;
    }
    const text = `${left} of ${count(rows.length, "fault")}`;
    if (shown.textContent !== text) shown.textContent = text;
  };
  field.addEventListener("input", narrow);
  only.addEventListener("change", narrow);
  narrow();
  return [
    el("h1", {}, "Faults"),
    el("p", {}, "Switch a fault on, and the next connection meets it: see what your program does. An endpoint has one fault at a time."),
    el("form", { class: "bar", role: "search", on: { submit: (event) => event.preventDefault() } },
      el("label", {}, "Search", field), el("label", { class: "check" }, only, "Only those that are on")),
    shown,
    table("Faults that can be switched on", ["On", "Fault", "What the server does", "Endpoints"], rows),
    el("p", { class: "dim" }, "Faults of names and networks, and those of settings, need a lab of their own: mailkit lab up --fault ID; mailkit lab faults lists them."),
  ];
}

async function fault(values, id) {
  const one = await json(`/api/v1/faults/${encodeURIComponent(id)}`);
  const able = one.endpoints.filter((other) => one.Ports.includes(other.Port));
  const choose = (port) => (now) => switchFault(id, now ? [...one.On, port] : one.On.filter((other) => other !== port));
  const rows = able.map((other) => el("li", {}, el("label", { class: "check" },
    toggle(`${id} at ${place(other)}`, one.On.includes(other.Port), choose(other.Port), String(other.Port)),
    el("span", {}, place(other), " ", el("span", { class: "dim" }, other.Security),
      other.Fault && other.Fault !== id ? el("span", { class: "warning" }, ` ${other.Fault} is on`) : null))));
  return [
    el("h1", {}, one.Title),
    fields([["Fault", el("code", {}, id)], ["The server", one.Does]]),
    el("h2", {}, "Endpoints"),
    able.length ? el("ul", { class: "plain" }, ...rows) : el("p", {}, `It needs a lab of its own: mailkit lab up --fault ${id}`),
    el("p", { class: "bar" }, el("a", { class: "button", href: "#/faults" }, "All faults"),
      able.length ? button("Switch on everywhere", () => switchFault(id, null)) : null,
      one.On.length ? button("Switch off", () => switchFault(id, [])) : null),
    ...(one.Meaning.length ? [el("h2", {}, "What it means"), ...one.Meaning.map((text) => el("p", { class: "prose" }, text))] : []),
    ...(one.WhatToDo ? [el("h2", {}, "What to do about a real one"), el("p", { class: "prose" }, one.WhatToDo)] : []),
  ];
}

// Shown above every view while a fault is on.
function faultsOn(on) {
  const names = [...new Set(Object.values(on))];
  const bar = document.getElementById("faulty");
  const text = names.map((name) => `${name} at ${Object.keys(on).filter((port) => on[port] === name).join(", ")}`).join("; ");
  if (bar.dataset.text === text) return;
  bar.dataset.text = text;
  bar.hidden = !names.length;
  bar.replaceChildren(...(names.length ? [
    el("span", {}, el("strong", {}, `${count(names.length, "fault")} on: `), ...names.flatMap((name, n) => [n ? "; " : "",
      name === "chaos" ? name : el("a", { href: `#/fault/${name}` }, name), ` at ${Object.keys(on).filter((port) => on[port] === name).join(", ")}`])),
    button(names.length > 1 ? "Switch all off" : "Switch off", switchAllOff),
  ] : []));
}
