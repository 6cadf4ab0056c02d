"use strict";
(() => {
  const source = document.getElementById("data");
  const list = document.getElementById("list");
  if (!source || !list) return;
  const PAGE = 100;
  const MOST_PRINTED = 5000;
  const findings = JSON.parse(source.textContent);
  const hints = new Map([...document.querySelectorAll("[data-rule]")].map((cell) => [cell.dataset.rule, cell.textContent]));
  const filter = (name) => document.getElementById("by-" + name);
  const inputs = ["rule", "severity", "table", "child", "state"].map(filter);
  const [rule, severity, table, child, state] = inputs;
  const count = document.getElementById("count");
  const previous = document.getElementById("previous");
  const next = document.getElementById("next");
  let shown = findings;
  let page = 0;

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function where([tableName, field, value, line]) {
    const name = [tableName, field].filter(Boolean).join(".");
    return name + " = " + (value === null ? "(none)" : value) + (line ? " (line " + line + ")" : "");
  }

  function card([code, level, who, message, places, note, since]) {
    const item = element("li", "", level);
    const title = element("h3");
    title.append(element("span", level, "mark " + level), " " + code + ", " + who + (since ? " (" + since + ")" : ""));
    item.append(title, element("p", message));
    if (places.length) {
      const cells = element("ul");
      places.forEach((place) => cells.append(element("li", where(place))));
      item.append(cells);
    }
    item.append(element("p", "How to fix it: " + (hints.get(code) || ""), "hint"));
    if (note) item.append(element("p", "Explanation: " + note, "note"));
    return item;
  }

  function draw(from, to) {
    list.replaceChildren(...shown.slice(from, to).map(card));
  }

  function show() {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(page, pages - 1);
    draw(page * PAGE, (page + 1) * PAGE);
    const all = shown.length === findings.length ? "" : " of " + findings.length.toLocaleString("en-GB");
    count.textContent = shown.length.toLocaleString("en-GB") + all + (findings.length === 1 ? " finding" : " findings");
    document.getElementById("page").textContent = "Page " + (page + 1) + " of " + pages;
    previous.disabled = page === 0;
    next.disabled = page >= pages - 1;
  }

  function apply() {
    const wanted = child.value.trim().toLowerCase();
    shown = findings.filter(([code, level, who, , places, , since]) =>
      (!rule.value || code === rule.value) &&
      (!severity.value || level === severity.value) &&
      (!table.value || places.some((place) => place[0] === table.value)) &&
      (!wanted || who.toLowerCase().includes(wanted)) &&
      (!state || !state.value || since === state.value));
    page = 0;
    show();
  }

  inputs.filter(Boolean).forEach((input) => input.addEventListener("input", apply));
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").addEventListener("reset", () => setTimeout(apply));
  previous.addEventListener("click", () => { page -= 1; show(); });
  next.addEventListener("click", () => { page += 1; show(); });
  window.addEventListener("beforeprint", () => draw(0, MOST_PRINTED));
  window.addEventListener("afterprint", show);
  apply();
})();
