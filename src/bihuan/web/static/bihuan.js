"use strict";
// Everything here makes a working page more comfortable; nothing depends on it.

// Long lists can be searched by typing; what that takes is fetched only where such a list stands.
let chooser;
function enhance(root) {
  const found = [...root.querySelectorAll("select[data-choose]")].filter((select) => !select.tomselect);
  if (!found.length) return;
  chooser ??= new Promise((done) => {
    document.head.append(Object.assign(document.createElement("script"), { src: document.body.dataset.chooser, onload: done }));
  });
  if (typeof TomSelect === "undefined") chooser.then(() => found.forEach(searchable));
  else found.forEach(searchable);
}
function searchable(select) {
  if (select.tomselect || !select.isConnected) return;
  const held = select === document.activeElement;
  if (held && !select.multiple) { select.addEventListener("blur", () => setTimeout(searchable, 0, select), { once: true }); return; }
  new TomSelect(select, {
    plugins: select.multiple ? ["remove_button"] : [],
    placeholder: select.dataset.choose,
    maxOptions: null,
    hideSelected: select.multiple,
    onInitialize() {
      this.input.setAttribute("aria-hidden", "true");  // its label is the box's now
      if (this.input.querySelector("option[lang]")) this.wrapper.lang = this.input.querySelector("option[lang]").lang;
    },
    render: { no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: document.body.dataset.noneFound }) },
  });
  if (held) select.tomselect.control_input.focus();  // in a bare list of several, one click would drop all others
}

// A browser that a link leads to a place in the page takes the focus away once the page is whole: who types already gets it back.
let whole = false;
window.addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => { whole = true; })));
document.addEventListener("focusout", (event) => {
  if (whole || event.relatedTarget || !document.hasFocus()) return;
  queueMicrotask(() => { if (document.activeElement === document.body) event.target.focus({ preventScroll: true }); });
});

// What is asked for with one choice alone shows with it; what somebody typed, and what is wrong, stays in view.
function follow(root) {
  for (const part of root.querySelectorAll("[data-with]")) {
    const other = part.closest("form")?.elements[part.dataset.with], own = [...part.querySelectorAll("input,select,textarea")];
    if (!other) continue;
    const said = own.some((control) => control.type === "checkbox" || control.type === "radio" ? control.checked : control.value);
    part.hidden = !part.dataset.withValues.split(" ").includes(other.value) && !said && !part.matches(".wrong");
  }
}
document.addEventListener("change", (event) => { const form = event.target.form; if (form) follow(form); });

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Half-written text is not lost by a slip. What tells it is what stands there now and not what was heard being typed: some type
// before this script has come, and a browser that is led back fills in by itself what was written before.
function written(root, which = "form[data-once]:not([data-sent])") {
  return [...root.querySelectorAll(which)].some((form) => [...form.elements].some(changed));
}
function changed(control) {
  if (control.matches("[type=hidden],[type=password],button,fieldset")) return false;
  if (control.matches("[type=checkbox],[type=radio]")) return control.checked !== control.defaultChecked;
  if (!control.options) return control.value !== control.defaultValue;
  const options = [...control.options], came = options.filter((option) => option.defaultSelected);
  if (!came.length && !control.multiple) came.push(options[0]);
  return options.some((option) => option.selected !== came.includes(option));
}
// After a refusal the form holds what was written, as if the page had come with it.
function kept(acts) { return acts.querySelector("[role=alert]") || document.getElementById("overtaken"); }
window.addEventListener("beforeunload", (event) => { if (written(document, "form[data-once]:is(:not([data-draft]), [data-elsewhere]):not([data-sent])")) event.preventDefault(); });

// What is typed belongs to whoever typed it. It stands in this tab at once, and with us three seconds after the last change, or
// after twenty while one goes on typing; the page brings it back into its form. Keeping it is also how we hear that somebody is
// there. A copy that we have is ours to give back; one that we have not is put back from here.
const REST = 3000, PATIENCE = 20000, BEAT = 60000;
const waits = new Map();
let beat = 0;
function draftKey(form) { return `draft ${form.dataset.draft}`; }
function contents(form) {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") said.append(name, value);
  return said;
}
function remember(form, more) {
  const version = form.elements.version?.value, values = [...contents(form)].filter(([name]) => !["csrfmiddlewaretoken", "draft", "version", "once"].includes(name));
  try { sessionStorage.setItem(draftKey(form), JSON.stringify({ version, values, ...more })); } catch { /* no room: we still have it */ }
}
function recalled(key) { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } }
// Two windows of one person with one form: the one that kept something first is not written over unless that is wanted.
function ownWindow() {
  try { return sessionStorage.getItem("tab") ?? (sessionStorage.setItem("tab", Math.random().toString(36).slice(2)), sessionStorage.getItem("tab")); } catch { return ""; }
}
function toKeep(form, wanted) {
  const said = contents(form);
  said.set("tab", ownWindow());
  if (!wanted) said.set("seen", form.dataset.draftSeen ?? "0");
  return said;
}
function elsewhere(form) {
  const told = form.querySelector(".draft-elsewhere");
  form.dataset.elsewhere = "1";
  if (told) told.hidden = false;
}
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-keep-here]")?.form;
  if (!form) return;
  delete form.dataset.elsewhere;
  form.querySelector(".draft-elsewhere").hidden = true;
  keep(form, false, true);
});
function keep(form, leaving, wanted) {
  clearTimeout(waits.get(form)?.timer);
  waits.delete(form);
  if (leaving) { navigator.sendBeacon("/drafts/", toKeep(form)); return; }
  const before = JSON.stringify([...contents(form)]);
  fetch("/drafts/", { method: "POST", body: toKeep(form, wanted) }).then((answer) => {
    if (answer.status === 401) signedOut(answer);
    else if (answer.status === 409) elsewhere(form);
    else if (answer.ok && !form.dataset.sent && JSON.stringify([...contents(form)]) === before) remember(form, { saved: true });
  }, () => {});
}
function noticed(event) {
  const form = event.target.closest?.("form[data-once]");
  if (!form || form.dataset.sent) return;
  if (!form.dataset.draft) {
    if (Date.now() - beat > BEAT) { beat = Date.now(); fetch("/drafts/", { method: "POST" }).then((answer) => { if (answer.status === 401) signedOut(answer); }, () => {}); }
    return;
  }
  remember(form);
  const waiting = waits.get(form) ?? { since: Date.now() };
  clearTimeout(waiting.timer);
  waiting.timer = setTimeout(keep, Math.max(0, Math.min(REST, waiting.since + PATIENCE - Date.now())), form);
  waits.set(form, waiting);
}
document.addEventListener("input", noticed);
document.addEventListener("change", noticed);
window.addEventListener("pagehide", () => { for (const form of [...waits.keys()]) if (!form.dataset.sent) keep(form, true); });
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.draft) return;
  clearTimeout(waits.get(form)?.timer);
  waits.delete(form);
  if (event.submitter?.matches("[data-drop]")) sessionStorage.removeItem(draftKey(form));
  else remember(form, { saved: recalled(draftKey(form))?.saved, sent: true });
});
function giveBack(root) {
  // A page that a beginning led to says which form was sent: it has no version by which its words would be known as sent.
  for (const { dataset } of root.querySelectorAll("[data-begun]")) for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft ") && key.endsWith(`|${dataset.begun}`)) sessionStorage.removeItem(key);
  const forms = [...root.querySelectorAll("form[data-draft]")];
  const mine = forms[0]?.dataset.draft.split("|")[0];
  for (const key of mine === undefined ? [] : Object.keys(sessionStorage)) if (key.startsWith("draft ") && !key.startsWith(`draft ${mine}|`)) sessionStorage.removeItem(key);
  for (const form of forms) {
    const kept = recalled(draftKey(form));
    if (!kept) continue;
    const passed = kept.sent && kept.version !== form.elements.version?.value;
    if (kept.saved || passed || form.querySelector("[role=alert]")) { sessionStorage.removeItem(draftKey(form)); continue; }
    put(form, kept.values);
    for (const part of form.querySelectorAll("details")) if ([...part.querySelectorAll("input,select,textarea")].some(changed)) part.open = true;
    const act = form.closest("details"), told = form.querySelector(".draft");
    if (act && !act.parentElement.querySelector(":scope > details > [data-asked]")) act.open = true;  // only one stands open: what was refused, or asked for
    if (told) told.hidden = false;
  }
}
function put(form, values) {
  const said = new Map();
  for (const [name, value] of values) said.set(name, [...(said.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || control.matches("[type=hidden],[type=file],[type=password],button,fieldset")) continue;
    const found = said.get(control.name) ?? [];
    if (control.matches("[type=checkbox],[type=radio]")) control.checked = found.includes(control.value);
    else if (control.options) for (const option of control.options) option.selected = found.includes(option.value);
    else control.value = found[0] ?? "";
    control.tomselect?.sync();
  }
}
// A sign-in that has ended moves nothing: what is typed stays, and one comes back to it.
function signedOut({ headers, detail }) {
  const bar = document.getElementById("signed-out");
  if (!bar || !bar.hidden) return;
  const act = document.querySelector("details.act[open]")?.id;
  const onward = act ? `${location.pathname}?act=${act.slice(4)}#${act}` : document.body.dataset.here || location.pathname + location.search;
  bar.querySelector("a").href = `/sign-in/?next=${encodeURIComponent(onward)}`;
  const left = detail?.left || headers?.get("HX-Trigger")?.includes("left");
  for (const words of bar.querySelectorAll("[data-left]")) words.hidden = Boolean(left) !== (words.dataset.left === "1");
  bar.hidden = false;
}
document.addEventListener("signed-out", signedOut);

// A page that answers what was sent says why it was not done: another look comes over it as it stands.
const LOOKS = { large: ["data-text", "large"], contrast: ["data-contrast", "more"], dark: ["data-bs-theme", "dark", "light"] };
document.addEventListener("submit", (event) => {
  const button = event.submitter, [name, on, off] = LOOKS[button?.name] ?? [], form = event.target;
  if (!name || !form.matches(".look") || !document.body.dataset.here) return;
  event.preventDefault();
  fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual" }).then(() => {
    const chosen = button.value === "1";
    if (chosen) document.documentElement.setAttribute(name, on);
    else if (off) document.documentElement.setAttribute(name, off);
    else document.documentElement.removeAttribute(name);
    button.value = chosen ? "0" : "1";
    button.setAttribute("aria-pressed", String(chosen));
  }, () => form.submit());
});
// At the door the account stays that somebody typed before they chose a look or a language.
document.addEventListener("submit", (event) => {
  const account = document.querySelector(".gate #account");
  if (account && event.target.matches(".look")) try { sessionStorage.setItem("account", account.value); } catch { /* it is typed again */ }
});
document.addEventListener("DOMContentLoaded", () => {
  const account = document.querySelector(".gate #account"), typed = sessionStorage.getItem("account");
  sessionStorage.removeItem("account");
  if (account && typed) { account.value ||= typed; if (document.activeElement === account) document.getElementById("password").focus(); }
});

document.addEventListener("DOMContentLoaded", () => {
  if (matchMedia("(max-width: 48rem)").matches) document.querySelector(".clock-more")?.removeAttribute("open");
  giveBack(document);
  enhance(document);
  follow(document);
  // After a form was sent a reload must not send it again.
  const settled = document.querySelector("[data-settled]");
  const idle = document.activeElement === document.body;  // whoever types already is left where they are
  if (settled) { history.replaceState(null, "", settled.dataset.settled); if (idle) settled.querySelector("[tabindex]")?.focus(); }
  // Go where the trouble is, or to the act that a link names.
  const wrong = document.querySelector(".wrong input:not([type=hidden]), .wrong textarea, .wrong select, main [aria-invalid=true]") || document.querySelector("main .notice[role=alert]");
  if (wrong && idle) { if (wrong.matches(".notice")) wrong.tabIndex = -1; wrong.scrollIntoView({ block: "center" }); wrong.focus({ preventScroll: true }); }
  count();
  centre();
});
document.addEventListener("htmx:afterSwap", (event) => { enhance(event.target); follow(event.target); count(); });
document.addEventListener("htmx:oobAfterSwap", (event) => { enhance(event.target); follow(event.target); });

// A drawing wider than the screen begins where the subject stands, or at its start.
function centre() {
  for (const sheet of document.querySelectorAll(".flow-scroll, .chart-sheet")) {
    const node = sheet.querySelector(".flow-here") ?? sheet.querySelector(".flow-node");
    if (!node || sheet.dataset.centred) continue;
    sheet.dataset.centred = "1";
    const at = node.getBoundingClientRect(), frame = sheet.getBoundingClientRect();
    sheet.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
  }
}

// What changes under one's eyes shows by itself: a page that is looked at asks every few seconds, and is told nothing (204)
// while it shows all there is. What somebody is filling in is never replaced.
const EVERY = 10000;
let spot = -1;
function look() {
  const live = document.querySelector("[data-live]");
  if (!live || document.hidden || typeof htmx === "undefined") return;
  if (live.dataset.hold && held(document.querySelector(live.dataset.hold))) return;
  htmx.trigger(live, "look");
}
function held(form) {
  return Boolean(form && (form.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]):not([type=radio]),select,textarea") || form.querySelector("[name=case]:checked")));
}
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
document.addEventListener("htmx:beforeSwap", (event) => {
  const live = event.detail.elt;
  if (!live.matches?.("[data-live]") || !event.detail.shouldSwap) return;  // nothing new (204) comes this way too
  const acts = document.getElementById("acts"), typing = acts && (written(acts) || kept(acts) || acts.contains(document.activeElement));
  if (typing) live.setAttribute("hx-select-oob", live.getAttribute("hx-select-oob").replace("#acts,", ""));
  const stale = document.getElementById("acts-stale");
  if (stale && typing) stale.hidden = false;
  spot = rows().indexOf(here());
});
document.addEventListener("htmx:afterSettle", () => { centre(); if (spot >= 0 && !here() && rows()[spot]) { rows()[spot].focus({ preventScroll: true }); spot = -1; } });

// Keys: rows by j and k, acts by one letter. They hold only where nobody is typing, and can be switched off (see the list, `?`).
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const here = () => document.activeElement.closest?.("[data-row]");
function step(by) {
  const all = rows(), at = all.indexOf(here());
  const to = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}
function tick(row, on) {
  const box = row?.querySelector("[name=case]");
  if (box) { box.checked = on ?? !box.checked; count(); noticed({ target: box }); }
}
function count() {
  const told = document.querySelector(".desk-count");
  if (told) { const n = document.querySelectorAll("#desk [name=case]:checked").length; told.textContent = n ? ` (${n})` : ""; }
}
document.addEventListener("change", ({ target }) => {
  if (target.name === "case") count();
  // whoever says where a case goes means to send it, by the mouse as by the keys
  else if (target.matches("#desk [name^=entry-], #desk [name^=unit-]")) tick(target.closest("[data-row]"), Boolean(target.value.trim()));
});
// Whether a person said where the row's case goes: nothing is ticked together with others that nobody looked at.
function decided(row) { return Boolean(row.querySelector("[name=case]") && (row.querySelector("input[type=radio]:checked") || row.querySelector("[name^=unit-]")?.value.trim())); }
// In a row Enter leads on, from the unit to the kind of its basis, to the basis and back to the row: it never sends the desk.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !event.target.matches("#desk input, #desk select")) return;
  event.preventDefault();
  const row = event.target.closest("[data-row]");
  if (event.target.matches("[name^=unit-]")) row?.querySelector("[name^=kind-]")?.focus();
  else if (event.target.matches("[name^=kind-]")) row?.querySelector("[name^=basis-]")?.focus();
  else row?.focus();
});
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => here()?.querySelector("a.what, a.do")?.click(),
  x: () => tick(here()),
  a: () => { const fit = rows().filter(decided), all = fit.every((row) => row.querySelector("[name=case]").checked); fit.forEach((row) => tick(row, !all)); },
  u: () => { const other = here()?.querySelector(".other-unit"); if (other) { other.open = true; other.querySelector("input").focus(); tick(here(), true); } },
  d: () => document.getElementById("desk")?.requestSubmit(document.getElementById("desk-send")),
  "/": () => { const q = document.querySelector("[type=search]"); if (q) q.focus(); else location.assign("/cases/"); },
  "?": () => document.getElementById("keys")?.showModal(),
};
for (const n of "123") KEYS[n] = () => { const pick = here()?.querySelectorAll("input[type=radio]")[n - 1]; if (pick) { pick.checked = true; tick(here(), true); } };
document.addEventListener("keydown", (event) => {
  const list = document.getElementById("keys");
  if (!list || "off" in list.dataset || list.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]):not([type=radio]),select,textarea,[contenteditable]")) return;
  if (event.key === "Enter" && event.target.matches("[data-row]")) { event.preventDefault(); KEYS.o(); return; }
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});
// A form that is being filled in is sent from the keyboard, wherever one stands in it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form[data-once]")?.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) document.getElementById("keys").showModal();
  if (event.target.closest("[data-keys-close]")) document.getElementById("keys").close();
});
