// data-hotkey="/" on a control: the key focuses it, unless one is writing.
export function start(control) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== control.dataset.hotkey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    control.focus();
    control.select?.();
  });
}
