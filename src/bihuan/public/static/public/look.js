"use strict";

// Typed text stays in this tab: past another look, back, another's send, a send without answer (all redirect).
const OURS = /^(csrf.*|ticket|work|sum|act)$/, { again } = document.documentElement.dataset, AT = again ?? location.pathname;
const all = (css) => [...document.querySelectorAll(css)], forms = all("main form"), [came] = performance.getEntriesByType("navigation");
let looked, sent, box = {};
try { box = sessionStorage; } catch {}
const drop = (key) => { const had = box[key]; delete box[key]; return had && JSON.parse(had); };
if (again) history.replaceState(history.state, "", again);
for (const form of forms) form.addEventListener("submit", () => { sent = form; box.clear?.(); });
for (const form of all("form.look")) { form.hidden = false; form.onsubmit = () => { looked = 1; }; }
addEventListener("pagehide", () => {
  if (sent?.matches(".leave")) return;
  const put = (key, left) => { if (left[0]) box[key] = JSON.stringify({ AT, along: looked || !!sent, typed: left.map((form) => [form.action, [...new FormData(form)].filter(([name, said]) => said.trim && !OURS.test(name))]) }); };
  const left = forms.filter((form) => !form.matches(".leave"));
  put(AT, left.filter((form) => form !== sent));
  if (sent) put("sent", left);
});
const lost = drop("sent");
if (lost && !again && !came.redirectCount) box[lost.AT] = JSON.stringify(lost);
const kept = drop(AT);
if (kept?.along || /rel|back/.test(came.type)) for (const form of forms) {
  const typed = kept?.typed.find(([action]) => action === form.action)?.[1];
  if (typed) for (const c of form.elements) {
    const said = typed.flatMap(([name, value]) => name === c.name ? [value] : []);
    if (!c.name || c.matches("[type=hidden],[type=file],button")) continue;
    if (c.matches("[type=checkbox],[type=radio]")) c.checked = said.includes(c.value);
    else c.value = said[0] ?? "";
    if (said.some(Boolean)) for (let fold = c; fold = fold.parentElement?.closest("details");) fold.open = true;
  }
}
