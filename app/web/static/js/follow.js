// While money is moving, the part marked data-follow is fetched again until it says that it has arrived.
import { start as startBehaviors } from "./site.js";

const EVERY = 2500;
const LONGEST = 120;

export function start(part, asked = 0) {
  if (part.dataset.follow !== "moving" || asked >= LONGEST) return;
  setTimeout(() => refresh(part, asked + 1), EVERY);
}

async function refresh(part, asked) {
  const answer = document.hidden ? null : await fetchPage().catch(() => null);
  const fresh = answer && document.adoptNode(answer.querySelector("[data-follow]"));
  if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
    part.replaceChildren(...fresh.childNodes);
    startBehaviors(part);
  }
  const cart = answer?.querySelector("header .cart"); // a payment that has arrived empties it
  if (cart) document.querySelector("header .cart")?.replaceWith(document.adoptNode(cart));
  if (fresh) part.dataset.follow = fresh.dataset.follow;
  start(part, asked);
}

async function fetchPage() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
