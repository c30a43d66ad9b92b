// One signature pays the whole cart: the wallet signs the document of the page, the market sends it to the chain.
import { accountOf, answerOf, inWords, requireChain, signTyped } from "./wallets.js";

export function start(box) {
  const button = box.querySelector("[data-find]");
  const said = box.querySelector("[data-said]");
  said.textContent = "";
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    said.textContent = box.dataset.waiting;
    try {
      location.assign(await pay(box));
    } catch (problem) {
      said.textContent = inWords(problem, box.dataset);
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
}

async function pay(box) {
  const document = JSON.parse(box.dataset.document);
  const { provider, account } = await accountOf(box.dataset, box.dataset.address);
  await requireChain(provider, box.dataset.chain, box.dataset);
  const signature = await signTyped(provider, account, document);
  const { validAfter, validBefore } = document.message;
  const response = await fetch(box.dataset.send, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": box.dataset.csrf },
    body: JSON.stringify({ signature, validAfter: String(validAfter), validBefore: String(validBefore) }),
  });
  return (await answerOf(response)).next;
}
