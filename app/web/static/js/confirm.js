// Shows a confirmation page as a dialog. When that fails for any reason, the link simply leads to the page.
export function start(link) {
  link.addEventListener("click", async (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const part = await confirmPage(link.href).catch(() => null);
    part ? show(part, link) : location.assign(link.href);
  });
}

async function confirmPage(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-confirm-page]");
}

function show(part, link) {
  const dialog = document.createElement("dialog");
  const title = part.querySelector("h1");
  title.id = "confirm-title";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(document.adoptNode(part));
  dialog.querySelector("[data-confirm-close]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[data-confirm-close]")?.focus();
}
