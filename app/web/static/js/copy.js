// Puts an id, hash or link on the clipboard and says so.
const SAID_FOR = 2000;

export function start(button) {
  if (!navigator.clipboard) return;
  const words = button.querySelector("span");
  const before = words.textContent;
  button.hidden = false;
  words.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.textContent = button.dataset.copied;
    setTimeout(() => (words.textContent = before), SAID_FOR);
  });
}
