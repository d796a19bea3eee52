"use strict";

// What was typed comes along, in this tab alone, to another look and when one comes back; forgotten once there, or once anything is sent.
const OURS = ["csrfmiddlewaretoken", "ticket", "work", "sum", "act"], { again } = document.documentElement.dataset, AT = again ?? location.pathname;
if (again) history.replaceState(history.state, "", again); // never sent twice
let looked = false, sent = false;
for (const form of document.querySelectorAll("main form")) form.addEventListener("submit", () => { sent = true; try { sessionStorage.clear(); } catch {} });
for (const form of document.querySelectorAll("form.look")) { form.hidden = false; form.addEventListener("submit", () => { looked = true; }); }
addEventListener("pagehide", () => {
  if (sent) return;
  const typed = [...document.querySelectorAll("main form")].map((form) => [...new FormData(form)].filter(([name, said]) => typeof said === "string" && !OURS.includes(name)));
  try { sessionStorage.setItem(AT, JSON.stringify({ looked, typed })); } catch {  }
});
(function comeAlong() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(AT)); sessionStorage.removeItem(AT); } catch {  }
  if (!kept?.looked && !(kept && /reload|back/.test(performance.getEntriesByType("navigation")[0]?.type))) return;
  for (const [n, form] of [...document.querySelectorAll("main form")].entries()) {
    const typed = kept.typed[n] ?? [];
    for (const control of form.elements) {
      if (!control.name || OURS.includes(control.name) || control.matches("[type=hidden],[type=file],button")) continue;
      const said = typed.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.matches("[type=checkbox],[type=radio]")) control.checked = said.includes(control.value);
      else control.value = said[0] ?? "";
      if (said.some((value) => value)) for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
  }
})();
