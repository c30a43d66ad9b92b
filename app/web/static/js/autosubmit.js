// A choice that changes the page sends its form at once; its button is for those without JavaScript.
export function start(select) {
  const button = select.form?.querySelector("[data-autosubmit-button]");
  if (button) button.hidden = true;
  select.addEventListener("change", () => {
    button ? button.form.requestSubmit(button) : select.form.requestSubmit();
  });
}
