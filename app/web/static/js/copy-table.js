// Puts a whole table on the clipboard, fetched as text between tabs. Where that cannot be, the link stays a file to fetch.
import { say } from "./copy.js";

const SAID_FOR = 4000;

export function start(link) {
  if (!navigator.clipboard?.write) return;
  const words = link.querySelector("span");
  const before = words.textContent;
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    let told = link.dataset.copied;
    try {
      // The promise is handed over at once: a browser lets only the click itself write.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text(link.href) })]);
    } catch {
      told = link.dataset.failed;
    }
    words.textContent = told;
    say(told);
    setTimeout(() => (words.textContent = before), SAID_FOR);
  });
}

async function text(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new Blob([await answer.text()], { type: "text/plain" });
}
