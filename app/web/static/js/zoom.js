// Goods close up: pictures open in a dialog, larger with + or a double tap, the next one with the arrows; Escape closes.
const STEPS = [1, 1.75, 3];

export function start(gallery) {
  const links = [...gallery.querySelectorAll("a[data-picture]")];
  if (!links.length || !window.HTMLDialogElement) return;
  const dialog = document.importNode(gallery.querySelector("template").content, true).firstElementChild;
  gallery.append(dialog);
  const view = dialog.querySelector("[data-view]");
  const picture = view.querySelector("img");
  let shown = 0;
  let step = 0;

  const scale = (to) => {
    const across = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
    const down = (view.scrollTop + view.clientHeight / 2) / view.scrollHeight;
    step = Math.max(0, Math.min(STEPS.length - 1, to));
    picture.style.setProperty("--zoom", STEPS[step]);
    view.scrollLeft = across * view.scrollWidth - view.clientWidth / 2;
    view.scrollTop = down * view.scrollHeight - view.clientHeight / 2;
  };
  const show = (to) => {
    shown = (to + links.length) % links.length;
    picture.src = links[shown].href;
    picture.alt = links[shown].querySelector("img").alt;
    scale(0);
  };
  const acts = { less: () => scale(step - 1), more: () => scale(step + 1), before: () => show(shown - 1), next: () => show(shown + 1), close: () => dialog.close() };
  const keys = { "+": "more", "=": "more", "-": "less", ArrowLeft: "before", ArrowRight: "next" };

  links.forEach((link, index) =>
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      show(index);
      dialog.showModal();
    }),
  );
  dialog.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
  dialog.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || (step && event.key.startsWith("Arrow"))) return; // close up, the arrows move the picture
    event.preventDefault();
    acts[act]();
  });
  picture.addEventListener("dblclick", () => scale(step ? 0 : 1));
  if (links.length < 2) dialog.querySelectorAll("[data-act=before], [data-act=next]").forEach((button) => button.remove());
}
