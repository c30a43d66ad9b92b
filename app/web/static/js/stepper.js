// − and + beside a quantity, within its limits.
export function start(stepper) {
  const input = stepper.querySelector("input");
  const { least, most, step } = Object.fromEntries(Object.entries(stepper.dataset).map(([key, value]) => [key, Number(value)]));
  const set = (value) => {
    input.value = String(Math.min(most, Math.max(least, value)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const now = () => Number.parseInt(input.value, 10) || least;
  for (const [name, sign] of [["less", -1], ["more", 1]]) {
    const button = stepper.querySelector(`[data-${name}]`);
    button.hidden = false;
    button.addEventListener("click", () => set(now() + sign * step));
  }
}
