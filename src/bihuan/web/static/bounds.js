"use strict";

// What is too long is told while it is typed or pasted, and nothing is cut; without this the server says so.
document.addEventListener("input", ({ target: box }) => {
  const most = Number(box.dataset?.most ?? 0);
  if (!most) return;
  const over = [...box.value].length - most;
  box.setCustomValidity(over > 0 ? document.documentElement.dataset.tooLong.replace("{most}", most).replace("{over}", over) : "");
  if (over > 0) box.reportValidity();
});
