// Tells of an empty required field as soon as one leaves it, and takes the word back when it is filled.
export function start(form) {
  const words = form.dataset.check;
  form.addEventListener("input", (event) => event.target.setAttribute?.("data-touched", ""));
  form.addEventListener("focusout", (event) => {
    const control = event.target;
    if (!control.matches?.('[aria-required="true"][data-touched]')) return;
    control.value.trim() ? clear(control) : complain(control, words);
  });
}

function complain(control, words) {
  const field = control.closest(".field");
  if (!field || field.classList.contains("bad")) return;
  const message = document.createElement("p");
  message.className = "msg";
  message.id = `${control.id}-blur`;
  message.textContent = words;
  field.querySelector(".control").before(message);
  field.classList.add("bad");
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${message.id}`.trim());
}

function clear(control) {
  const message = document.getElementById(`${control.id}-blur`);
  if (!message) return;
  message.remove();
  control.closest(".field").classList.remove("bad");
  control.removeAttribute("aria-invalid");
}
