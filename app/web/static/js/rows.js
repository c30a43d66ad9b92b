// In a table that can be acted on, the arrows lead to the same link or button of the row above or below.
const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const CONTROLS = "a[href], button:not([hidden])";

export function start(region) {
  region.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const row = event.target.closest("tbody tr");
    if (!step || !row || event.altKey || event.ctrlKey || event.metaKey || !event.target.matches(CONTROLS)) return;
    const place = controls(row).indexOf(event.target);
    const next = following(row, step);
    if (!next) return;
    event.preventDefault();
    const found = controls(next);
    found[Math.min(place, found.length - 1)].focus();
  });
}

function following(row, step) {
  let next = row;
  do next = step < 0 ? next.previousElementSibling : next.nextElementSibling;
  while (next && !controls(next).length);
  return next;
}

function controls(row) {
  return [...row.querySelectorAll(CONTROLS)].filter((one) => one.checkVisibility());
}
