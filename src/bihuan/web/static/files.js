"use strict";
// Files that are more than the site takes are told before they are sent: the proxy would cut them off, and the text with them.
function tooMuch(form) {
  const boxes = [...form.querySelectorAll("input[type=file]")], first = boxes.find((box) => box.dataset.whole);
  if (!first) return null;
  const sizes = boxes.flatMap((box) => [...box.files].map((file) => file.size));
  const large = sizes.some((size) => size > Number(first.dataset.each));
  const many = sizes.reduce((sum, size) => sum + size, 0) > Number(first.dataset.whole);
  first.setCustomValidity(large ? first.dataset.eachWords : many ? first.dataset.wholeWords : "");
  return large || many ? first : null;
}
document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.form) tooMuch(event.target.form)?.reportValidity();
});
document.addEventListener("submit", (event) => {
  const wrong = tooMuch(event.target);
  if (!wrong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wrong.reportValidity();
}, true);
