// Puts an id, hash or link on the clipboard and says so, on the button and to readers of the page.
const SAID_FOR = 2000;
let speaker;

export function start(button) {
  if (!navigator.clipboard) return;
  const words = button.querySelector("span");
  const before = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.textContent = button.dataset.copied;
    say(button.dataset.copied);
    setTimeout(() => (words.textContent = before), SAID_FOR);
  });
}

export function say(text) {
  if (!speaker) {
    speaker = document.createElement("p");
    speaker.className = "vh";
    speaker.setAttribute("role", "status");
    document.querySelector("main").append(speaker);
  }
  speaker.textContent = "";
  requestAnimationFrame(() => (speaker.textContent = text));
}
