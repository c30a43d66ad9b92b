// Shows chosen pictures before they are sent.
export function start(input) {
  const strip = document.createElement("span");
  strip.className = "previews";
  input.after(strip);
  input.addEventListener("change", () => {
    strip.replaceChildren(...[...input.files].filter((file) => file.type.startsWith("image/")).map(picture));
  });
}

function picture(file) {
  const image = new Image(72, 72);
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  return image;
}
