// The price of each follows the quantity that is typed. Without this, each row of the table leads to its own price.
export function start(table) {
  const input = document.getElementById(table.dataset.priceSteps);
  const now = document.querySelector("[data-price-now]");
  const rows = [...table.querySelectorAll("[data-from]")];
  const show = () => {
    const count = Number.parseInt(input.value, 10) || 0;
    const reached = rows.filter((row) => Number(row.dataset.from) <= count).at(-1) ?? rows[0];
    rows.forEach((row) => row.toggleAttribute("aria-current", row === reached));
    reached.setAttribute("aria-current", "true");
    now.textContent = reached.querySelector("[data-price]").textContent;
  };
  input?.addEventListener("input", show);
}
