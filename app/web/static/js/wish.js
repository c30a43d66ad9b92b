// Hearts on the cards of a list, for who is signed in: the cards themselves are the same for everybody.
export async function start(marker) {
  const cards = [...document.querySelectorAll(".card")].filter((card) => slugOf(card));
  if (!cards.length) return;
  const answer = await fetch("/wishes.json", { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const wished = new Set(await answer.json());
  for (const card of cards) card.append(heart(marker, slugOf(card), wished, card.querySelector(".card-link").textContent));
}

function slugOf(card) {
  return card.querySelector(".card-link")?.getAttribute("href")?.match(/^\/p\/([^/?#]+)$/)?.[1];
}

function heart(marker, slug, wished, title) {
  const button = marker.content.firstElementChild.cloneNode(true);
  const show = () => {
    button.setAttribute("aria-pressed", wished.has(slug));
    button.setAttribute("aria-label", `${marker.dataset.label}: ${title}`);
  };
  button.addEventListener("click", async () => {
    const verb = wished.has(slug) ? "drop" : "keep";
    const body = new URLSearchParams({ csrf_token: document.querySelector("input[name=csrf_token]").value, by: "script" });
    button.disabled = true;
    const answer = await fetch(`/wishes/${slug}/${verb}`, { method: "POST", body });
    button.disabled = false;
    if (!answer.ok) return location.assign(`/p/${slug}`);
    verb === "keep" ? wished.add(slug) : wished.delete(slug);
    show();
  });
  show();
  return button;
}
