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
  new TomSelect(select, {
    plugins: select.multiple ? ["remove_button"] : [],
    placeholder: select.dataset.choose,
    maxOptions: null,
    hideSelected: select.multiple,
    render: { no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: document.body.dataset.noneFound }) },
  });
}

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

// Half-written text is not lost by a slip.
let touched = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[data-once]")) touched = true; });
document.addEventListener("submit", () => { touched = false; });
window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });

document.addEventListener("DOMContentLoaded", () => {
  enhance(document);
  // After a registration a reload must not send the form again.
  const settled = document.querySelector("[data-settled]");
  if (settled) history.replaceState(null, "", settled.dataset.settled);
  // Go where the trouble is, or to the act that a link names.
  const wrong = document.querySelector(".wrong input, .wrong textarea, .wrong select");
  if (wrong) { wrong.scrollIntoView({ block: "center" }); wrong.focus({ preventScroll: true }); }
});
document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
