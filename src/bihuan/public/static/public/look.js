"use strict";

// What was typed comes along, in this tab alone: to another look, back, and past what another form sends.
const OURS = ["csrfmiddlewaretoken", "ticket", "work", "sum", "act"], { again } = document.documentElement.dataset, AT = again ?? location.pathname;
const all = (css) => [...document.querySelectorAll(css)], forms = all("main form");
if (again) history.replaceState(history.state, "", again); // never sent twice
let looked = false, sent = null;
for (const form of forms) form.addEventListener("submit", () => { sent = form; try { sessionStorage.clear(); } catch {} });
for (const form of all("form.look")) { form.hidden = false; form.addEventListener("submit", () => { looked = true; }); }
addEventListener("pagehide", () => {
  const left = forms.filter((form) => form !== sent && !form.matches(".leave"));
  if (sent?.matches(".leave") || !left.length) return;
  const typed = left.map((form) => [form.action, [...new FormData(form)].filter(([name, said]) => typeof said === "string" && !OURS.includes(name))]);
  try { sessionStorage.setItem(AT, JSON.stringify({ along: looked || !!sent, typed })); } catch {}
});
let kept = null;
try { kept = JSON.parse(sessionStorage.getItem(AT)); sessionStorage.removeItem(AT); } catch {}
if (kept?.along || /reload|back/.test(performance.getEntriesByType("navigation")[0]?.type)) for (const form of forms) {
  const typed = kept?.typed.find(([action]) => action === form.action)?.[1];
  if (typed) for (const control of form.elements) {
    const { name } = control, said = typed.flatMap(([one, value]) => one === name ? [value] : []);
    if (!name || OURS.includes(name) || control.matches("[type=hidden],[type=file],button")) continue;
    if (control.matches("[type=checkbox],[type=radio]")) control.checked = said.includes(control.value);
    else control.value = said[0] ?? "";
    if (said.some(Boolean)) for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
}
