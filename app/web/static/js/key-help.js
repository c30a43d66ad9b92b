// data-key-help on a <details>: the key "?" opens and closes it, unless one is writing.
export function start(details) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    details.open = !details.open;
    if (details.open) details.querySelector("summary").focus();
  });
}
