// Signing a message of ours with a wallet of this browser (EIP-6963, EIP-1193): to sign in, or to prove a shop's wallet.
export function start(box) {
  const button = box.querySelector("[data-find]");
  const said = box.querySelector("[data-said]");
  const found = new Map();
  const announced = ({ detail }) => found.set(detail.info.uuid, detail);
  window.addEventListener("eip6963:announceProvider", announced);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  said.textContent = "";
  button.hidden = false;
  button.addEventListener("click", () => {
    const wallets = [...found.values()];
    if (!wallets.length) said.textContent = box.dataset.none;
    else if (wallets.length === 1) sign(box, wallets[0].provider, said);
    else button.replaceWith(...wallets.map((wallet) => choice(wallet, () => sign(box, wallet.provider, said))));
  });
}

function choice({ info }, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet";
  button.append(info.name);
  button.addEventListener("click", choose);
  return button;
}

async function sign(box, provider, said) {
  try {
    const [address] = await provider.request({ method: "eth_requestAccounts" });
    const url = new URL(box.dataset.walletSign, location.href);
    const { message } = await post(box, `${url.pathname}/message${url.search}`, { address });
    const hex = "0x" + [...new TextEncoder().encode(message)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const signature = await provider.request({ method: "personal_sign", params: [hex, address] });
    if (box.dataset.next) url.searchParams.set("next", box.dataset.next);
    const { next } = await post(box, url.pathname + url.search, { message, signature });
    location.assign(next);
  } catch (error) {
    said.textContent = error.detail ?? box.dataset.refused;
  }
}

async function post(box, address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": box.dataset.csrf },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw said;
  return said;
}
