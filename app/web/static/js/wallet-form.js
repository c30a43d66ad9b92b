// A form whose act a party signs with an own wallet: the document is fetched, signed and sent along.
import { accountOf, answerOf, inWords, requireChain, signTyped } from "./wallets.js";

export function start(form) {
  const said = form.querySelector("[data-said]");
  form.addEventListener(
    "submit",
    async (event) => {
      if (form.elements.signature.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      said.textContent = form.dataset.waiting;
      try {
        await sign(form);
        form.requestSubmit(submitter);
      } catch (problem) {
        said.textContent = inWords(problem, form.dataset);
      }
    },
    { capture: true },
  );
}

async function sign(form) {
  const address = new URL(form.dataset.message, location.href);
  if (form.dataset.amountFrom) address.searchParams.set("amount", form.elements[form.dataset.amountFrom].value);
  const { document, deadline } = await answerOf(await fetch(address, { headers: { Accept: "application/json" } }));
  const { provider, account } = await accountOf(form.dataset);
  await requireChain(provider, document.domain.chainId, form.dataset);
  form.elements.signature.value = await signTyped(provider, account, document);
  form.elements.deadline.value = deadline;
}
