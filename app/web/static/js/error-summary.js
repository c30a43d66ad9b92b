// The list of problems is the first thing to be read; its links lead into the fields.
export function start(summary) {
  summary.focus({ preventScroll: false });
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.closest(".field")?.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });
}
