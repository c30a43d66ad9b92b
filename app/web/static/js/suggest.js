// What similar things cost is looked up while the form is filled in; the button for it is for those without JavaScript.
export function start(form) {
  const part = form.querySelector("[data-suggestion]");
  const button = form.querySelector("[data-suggest-button]");
  if (button) button.hidden = true;
  form.addEventListener("change", (event) => {
    if (["title", "condition"].includes(event.target.name)) look(form, part).catch(() => {});
  });
}

async function look(form, part) {
  const typed = new FormData(form);
  const query = new URLSearchParams({
    title: typed.get("title") ?? "",
    condition: typed.get("condition") ?? "",
    currency: form.dataset.currency,
  });
  const answer = await fetch(`${form.dataset.suggest}?${query}`, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-category]");
  if (!fresh) return;
  part.replaceChildren(document.adoptNode(fresh));
  const category = form.elements.category;
  if (category && !category.value && fresh.dataset.category) category.value = fresh.dataset.category;
}
