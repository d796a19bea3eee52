"use strict";

// What was typed comes along, in this tab alone, to another look, when one comes back, and past what another form of the page
// sends; forgotten once there, once it is sent itself, and once one leaves one's case.
const OURS = ["csrfmiddlewaretoken", "ticket", "work", "sum", "act"], { again } = document.documentElement.dataset, AT = again ?? location.pathname;
if (again) history.replaceState(history.state, "", again); // never sent twice
let looked = false, sent = null;
for (const form of document.querySelectorAll("main form")) form.addEventListener("submit", () => { sent = form; try { sessionStorage.clear(); } catch {} });
for (const form of document.querySelectorAll("form.look")) { form.hidden = false; form.addEventListener("submit", () => { looked = true; }); }
addEventListener("pagehide", () => {
  if (sent?.matches(".leave")) return;
  const others = [...document.querySelectorAll("main form:not(.leave)")].filter((form) => form !== sent);
  if (sent && !others.length) return;
  const typed = others.map((form) => [form.getAttribute("action"), [...new FormData(form)].filter(([name, said]) => typeof said === "string" && !OURS.includes(name))]);
  try { sessionStorage.setItem(AT, JSON.stringify({ along: looked || Boolean(sent), typed })); } catch {  }
});
(function comeAlong() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(AT)); sessionStorage.removeItem(AT); } catch {  }
  if (!kept?.along && !(kept && /reload|back/.test(performance.getEntriesByType("navigation")[0]?.type))) return;
  for (const form of document.querySelectorAll("main form")) {
    const typed = kept.typed.find(([action]) => action === form.getAttribute("action"))?.[1];
    if (!typed) continue;
    for (const control of form.elements) {
      if (!control.name || OURS.includes(control.name) || control.matches("[type=hidden],[type=file],button")) continue;
      const said = typed.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.matches("[type=checkbox],[type=radio]")) control.checked = said.includes(control.value);
      else control.value = said[0] ?? "";
      if (said.some((value) => value)) for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
  }
})();
