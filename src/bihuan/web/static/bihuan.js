"use strict";
// Everything here makes a working page more comfortable; nothing depends on it.

// Long lists of units can be searched by typing.
function enhance(root) {
  for (const select of root.querySelectorAll("select[data-choose]")) {
    if (select.tomselect || typeof TomSelect === "undefined") continue;
    new TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      placeholder: select.dataset.choose,
      maxOptions: null,
      hideSelected: select.multiple,
      render: { no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: "没有找到" }) },
    });
  }
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
