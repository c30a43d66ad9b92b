// Finds what a page marks with data- attributes and starts the module for it. Every page works without.
// The small ones come along with this file (app/web/bundles.py); a page that needs another loads it.
import * as autosubmit from "./autosubmit.js";
import * as busy from "./busy.js";
import * as check from "./check.js";
import * as confirm from "./confirm.js";
import * as copy from "./copy.js";
import * as errorSummary from "./error-summary.js";
import * as hotkey from "./hotkey.js";
import * as keyHelp from "./key-help.js";
import * as menu from "./menu.js";
import * as rows from "./rows.js";
import * as stepper from "./stepper.js";

const AT_HAND = { autosubmit, busy, check, confirm, copy, "error-summary": errorSummary, hotkey, "key-help": keyHelp, menu, rows, stepper };
const BEHAVIORS = {
  busy: "[data-busy]",
  check: "[data-check]",
  confirm: "[data-confirm]",
  copy: "[data-copy]",
  "copy-table": "[data-copy-from]",
  "error-summary": "[data-error-summary]",
  hotkey: "[data-hotkey]",
  "key-help": "[data-key-help]",
  menu: "[data-menu]",
  preview: "[data-preview]",
  "price-steps": "[data-price-steps]",
  stepper: "[data-stepper]",
  suggest: "[data-suggest]",
  autosubmit: "[data-autosubmit]",
  follow: "[data-follow]",
  refresh: "[data-refresh]",
  rows: "[data-rows]",
  "wallet-form": "[data-wallet-form]",
  "wallet-sign": "[data-wallet-sign]",
  "wallet-typed": "[data-wallet-typed]",
  wish: "[data-wishes]",
  zoom: "[data-zoom]",
};
const started = new WeakMap();

export function start(root) {
  for (const [name, selector] of Object.entries(BEHAVIORS)) {
    const found = [...root.querySelectorAll(selector)].filter((element) => isNew(element, name));
    const begin = (module) => found.forEach((element) => module.start(element));
    if (found.length) name in AT_HAND ? begin(AT_HAND[name]) : import(`./${name}.js`).then(begin);
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
