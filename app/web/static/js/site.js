// Finds what a page marks with data- attributes and loads the module for it, and only that one. Every page works without.
const BEHAVIORS = {
  busy: "[data-busy]",
  check: "[data-check]",
  confirm: "[data-confirm]",
  copy: "[data-copy]",
  "error-summary": "[data-error-summary]",
  hotkey: "[data-hotkey]",
  "key-help": "[data-key-help]",
  menu: "[data-menu]",
  preview: "[data-preview]",
  stepper: "[data-stepper]",
  autosubmit: "[data-autosubmit]",
  follow: "[data-follow]",
  "wallet-form": "[data-wallet-form]",
  "wallet-sign": "[data-wallet-sign]",
  "wallet-typed": "[data-wallet-typed]",
};
const started = new WeakMap();

export function start(root) {
  for (const [name, selector] of Object.entries(BEHAVIORS)) {
    const found = [...root.querySelectorAll(selector)].filter((element) => isNew(element, name));
    if (found.length) import(`./${name}.js`).then((module) => found.forEach((element) => module.start(element)));
  }
}

function isNew(element, name) {
  const names = started.get(element) ?? new Set();
  if (names.has(name)) return false;
  started.set(element, names.add(name));
  return true;
}

start(document);
document.addEventListener("htmx:after:swap", () => start(document)); // told to the element that asked, not to what is new
