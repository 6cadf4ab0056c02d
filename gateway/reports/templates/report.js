"use strict";
(() => {
  const source = document.getElementById("data");
  const list = document.getElementById("list");
  if (!source || !list) return;
  const PAGE = 50;
  const findings = JSON.parse(source.textContent);
  const hints = new Map([...document.querySelectorAll("[data-rule]")].map((cell) => [cell.dataset.rule, cell.textContent]));
  const part = (name) => document.getElementById(name);
  const inputs = ["by-rule", "by-severity", "by-table", "by-child", "by-state"].map(part);
  const [rule, severity, table, child, state] = inputs;
  const [filters, rules, pages, previous, next] = ["filters", "rules", "pages", "previous", "next"].map(part);
  let shown = findings;
  let page = 0;
  let folded = true;

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function cell([, name, value, place]) {
    const item = element("li");
    item.append(element("span", name, "name"), " ", element("span", value, "value"), " ", element("span", place, "place"));
    return item;
  }

  function card([code, level, who, message, cells, note, since]) {
    const item = element("li", "", level);
    const title = element("h3", who);
    const marks = element("p", "", "marks");
    marks.append(element("span", level, "mark " + level), " ", element("span", code, "code"));
    if (since) marks.append(" ", element("span", since, "since"));
    item.append(marks, title, element("p", message, "message"));
    if (cells.length) {
      const places = element("ul");
      places.append(...cells.map(cell));
      item.append(places);
    }
    item.append(element("p", "How to fix it: " + (hints.get(code) || ""), "hint"));
    if (note) item.append(element("p", "Your note: " + note, "note"));
    return item;
  }

  const number = (count) => count.toLocaleString("en-GB");
  const draw = (some) => list.replaceChildren(...some.map(card));

  function show() {
    const count = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(page, count - 1);
    draw(shown.slice(page * PAGE, (page + 1) * PAGE));
    const all = shown.length === findings.length ? "" : " of " + number(findings.length);
    part("count").textContent = number(shown.length) + all + (findings.length === 1 ? " finding" : " findings");
    part("page").textContent = "Page " + number(page + 1) + " of " + number(count);
    pages.hidden = count === 1;
    previous.disabled = page === 0;
    next.disabled = page === count - 1;
  }

  function apply() {
    const wanted = child.value.trim().toLowerCase();
    shown = findings.filter(([code, level, who, , cells, , since]) =>
      (!rule.value || code === rule.value) &&
      (!severity.value || level === severity.value) &&
      (!table.value || cells.some((place) => place[0] === table.value)) &&
      (!wanted || who.toLowerCase().includes(wanted)) &&
      (!state || !state.value || since === state.value));
    page = 0;
    show();
  }

  function turn(by) {
    page += by;
    show();
    part("findings").scrollIntoView();
    part("findings").focus({ preventScroll: true });
  }

  function choose(event) {
    filters.reset();
    rule.value = event.currentTarget.dataset.choose;
    apply();
  }

  inputs.filter(Boolean).forEach((input) => input.addEventListener("input", apply));
  document.querySelectorAll("[data-choose]").forEach((link) => link.addEventListener("click", choose));
  filters.addEventListener("submit", (event) => event.preventDefault());
  part("clear").addEventListener("click", () => { filters.reset(); apply(); });
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  // Paper has no pages to turn and nothing to fold out: it gets every finding that the filters leave.
  window.addEventListener("beforeprint", () => { folded = !rules.open; rules.open = true; draw(shown); });
  window.addEventListener("afterprint", () => { rules.open = !folded; show(); });
  filters.hidden = false;
  rules.open = false;
  apply();
})();
