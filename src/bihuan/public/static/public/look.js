"use strict";

// Another language or look is a new page: what was typed comes along, in this tab alone, and is forgotten as soon as it is there.
const OURS = ["csrfmiddlewaretoken", "ticket", "work", "sum", "act"];
for (const look of document.querySelectorAll("form.look")) look.addEventListener("submit", () => {
  const typed = [...document.querySelectorAll("main form")].map((form) => [...new FormData(form)].filter(([name, said]) => typeof said === "string" && !OURS.includes(name)));
  try { sessionStorage.setItem("typed", JSON.stringify({ at: location.pathname, typed })); } catch { /* no room */ }
});
(function comeAlong() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem("typed")); sessionStorage.removeItem("typed"); } catch { /* nothing there */ }
  if (kept?.at !== location.pathname) return;
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
