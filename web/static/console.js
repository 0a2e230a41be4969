// Small comforts; every page works without them.
"use strict";
for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  if (event.key === "/" && !typing) {
    const field = document.querySelector("[role=search] input[name=words]");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  }
});
// Single keys (aria-keyshortcuts): J, K and figures where a page names them; off until the officer wants them on this machine.
const wanted = () => localStorage.getItem("shortcuts") === "on";
for (const hint of document.querySelectorAll(".keys")) {
  const box = hint.querySelector(".shortcuts");
  hint.hidden = false;
  box.checked = wanted();
  box.addEventListener("change", () => localStorage.setItem("shortcuts", box.checked ? "on" : "off"));
}
document.addEventListener("keydown", (event) => {
  const field = document.activeElement;
  const typing = /^(TEXTAREA|SELECT)$/.test(field.tagName) || (field.tagName === "INPUT" && !/^(radio|checkbox)$/.test(field.type));
  if (!wanted() || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  const named = document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  if (named) {
    event.preventDefault();
    named.click();
    if (named.type === "radio") document.querySelector("#reason").focus();
  } else if (key === "j" || key === "k") {
    const rows = [...document.querySelectorAll(".rows tbody a.name")];
    const next = rows[rows.indexOf(field) + (key === "j" ? 1 : -1)] || rows[0];
    if (next) { event.preventDefault(); next.focus(); }
  }
});
// What a page of the browser's history shows may be another officer's: ask again.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
