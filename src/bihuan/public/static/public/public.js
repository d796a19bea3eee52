// The citizens' side works without this; with it nobody has to do sums, and nothing is sent twice.
"use strict";

const K = new Uint32Array(64), START = new Uint32Array(8);
(function constants() {
  const frac = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (found < 8) START[found] = frac(Math.sqrt(n));
    K[found++] = frac(Math.cbrt(n));
  }
})();

// The first word of SHA-256 over a text of at most 55 ASCII characters.
function firstWord(text) {
  const w = new Uint32Array(64), length = text.length;
  for (let i = 0; i < length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  w[length >> 2] |= 0x80 << (24 - 8 * (length & 3));
  w[15] = length * 8;
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  return (START[0] + a) >>> 0;
}

function work(form) {
  const found = form.elements.work, sum = form.querySelector("[data-sum]"), bits = Number(form.dataset.bits);
  let tried = 0;
  return new Promise((done) => {
    if (found.value) { sum.hidden = true; done(); return; }
    (function some() {
      for (const until = tried + 2000; tried < until; tried++) {
        if (firstWord(`${form.dataset.work}.${tried}`) >>> (32 - bits) === 0) {
          found.value = String(tried);
          sum.hidden = true;
          done();
          return;
        }
      }
      setTimeout(some);
    })();
  });
}

for (const form of document.querySelectorAll("form[data-work]")) {
  const ready = work(form);
  let sent = false;
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button.button-first");
    if (sent) { event.preventDefault(); return; }
    sent = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
    if (form.elements.work.value) return;
    event.preventDefault();
    ready.then(() => form.submit());
  });
}
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // not from memory what the browser is to forget
// Whoever left takes along what was typed before: else the browser puts it back when somebody goes back.
const born = history.state?.born ?? Date.now();
history.replaceState({ born }, "");
document.addEventListener("submit", ({ target }) => { if (target.matches(".leave")) sessionStorage.setItem("left", Date.now()); });
window.addEventListener("pageshow", () => { if (born < sessionStorage.getItem("left")) for (const form of document.querySelectorAll("main form")) form.reset(); });
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is typed for a place is looked up in the list; without this it is looked up when the form is sent.
for (const box of document.querySelectorAll("input[data-places]")) {
  let waiting = 0, asked = null;
  const look = async () => {
    if (box.value === asked) return;
    asked = box.value;
    const answer = await fetch(`${box.dataset.places}?q=${encodeURIComponent(asked)}`).catch(() => null);
    if (answer?.ok && box.value === asked) box.list.innerHTML = await answer.text();
  };
  box.addEventListener("focus", look);
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 200); });
}
