/** An input above a list of options: one of them is selected, arrows move on, and the input says which it is. */
export function choose(input: HTMLInputElement, options: HTMLElement[], option: HTMLElement | undefined): void {
  for (const other of options) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

/** The option that is selected. */
export function chosen(options: HTMLElement[]): HTMLElement | undefined {
  return options.find((option) => option.getAttribute("aria-selected") === "true");
}

/** Select the option an arrow key leads to; any other key does nothing. */
export function move(event: KeyboardEvent, input: HTMLInputElement, options: HTMLElement[]): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(input, options, options[(at + step + options.length) % options.length]);
}
