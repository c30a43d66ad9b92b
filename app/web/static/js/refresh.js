// While a conversation stands open, its newest messages are fetched again; a page nobody looks at asks for nothing.
const EVERY = 15_000;

export function start(part) {
  const again = () => setTimeout(() => look(part, again), EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || refresh(part));
  again();
}

async function look(part, again) {
  if (document.hidden || (await refresh(part))) again();
}

// Whether it is worth asking once more: not when somebody signed out meanwhile, which leads elsewhere.
async function refresh(part) {
  const answer = await fetch(part.dataset.refresh, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return !answer || answer.status >= 500;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  if (fresh.innerHTML.trim() !== part.innerHTML.trim() && !part.contains(document.activeElement)) {
    part.replaceChildren(...fresh.content.childNodes);
  }
  return true;
}
