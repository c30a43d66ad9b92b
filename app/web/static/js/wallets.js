// Wallets of this browser, found by EIP-6963: every extension announces itself, none can take another's place.
const found = new Map();
window.addEventListener("eip6963:announceProvider", ({ detail }) => found.set(detail.info.uuid, detail));
window.dispatchEvent(new Event("eip6963:requestProvider"));

export class WalletProblem extends Error {}

// The one wallet, or the one that holds `address`; `words` are the page's own sentences for what may be wrong.
export async function accountOf(words, address) {
  const wallets = [...found.values()];
  if (!wallets.length) throw new WalletProblem(words.none);
  for (const { provider } of wallets) {
    const accounts = await provider.request({ method: "eth_requestAccounts" });
    const account = accounts.find((each) => !address || each.toLowerCase() === address.toLowerCase());
    if (account) return { provider, account };
  }
  throw new WalletProblem(words.other ?? words.none);
}

// Asks a wallet on another network to change, and says so when it does not.
export async function requireChain(provider, chain, words) {
  const wanted = `0x${Number(chain).toString(16)}`;
  if (Number(await provider.request({ method: "eth_chainId" })) === Number(chain)) return;
  await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId: wanted }] }).catch(() => {
    throw new WalletProblem(words.wrongChain ?? words.refused);
  });
}

export async function signTyped(provider, account, document) {
  return provider.request({ method: "eth_signTypedData_v4", params: [account, JSON.stringify(document)] });
}

// What to tell: our own sentence, the server's, or that the wallet did not sign.
export function inWords(problem, words) {
  if (problem instanceof WalletProblem) return problem.message;
  return problem.detail ?? words.refused;
}

export async function answerOf(response) {
  const said = await response.json();
  if (!response.ok) throw said;
  return said;
}
