"use strict";
const scripts = [...document.querySelectorAll(".script, .loose > li")].map((element) => ({ element, text: element.textContent.toLowerCase() }));
const field = document.getElementById("filter");
const boxes = [...document.querySelectorAll("input[data-decision]")];
function show() {
  const wanted = field.value.toLowerCase();
  const decisions = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.decision));
  for (const { element, text } of scripts) {
    const decision = element.dataset.decision; // what concerns no script has none
    element.hidden = (decision !== undefined && !decisions.has(decision)) || !text.includes(wanted);
  }
}
field.addEventListener("input", show);
for (const box of boxes) box.addEventListener("change", show);
document.documentElement.dataset.ready = "";
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll(".script, .loose details")) one.open = true; });
