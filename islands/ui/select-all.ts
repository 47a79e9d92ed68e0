/**
 * <select-all>: wraps a list with checkboxes in its rows and a bulk bar. Its first checkbox with `data-all` selects the
 * page; `[data-selected]` elements say how many; `[data-bulk]` shows only when somebody is selected; `[data-clear]`
 * clears. Shift selects a stretch. `[data-everybody]` offers all who match, also those
 * on other pages: it fills the input `[data-all-match]` and says `data-said` as the number.
 */
class SelectAll extends HTMLElement {
  #last: HTMLInputElement | null = null;

  connectedCallback(): void {
    this.addEventListener("click", this.#click);
    this.addEventListener("htmx:afterSettle", this.#count);
    this.#count();
  }

  get #boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox], [data-rows] input[type=checkbox]")];
  }

  #click = (event: MouseEvent): void => {
    const box = (event.target as Element).closest("input[type=checkbox]") as HTMLInputElement | null;
    if (box?.matches("[data-all]")) for (const other of this.#boxes) other.checked = box.checked;
    else if (box && event.shiftKey && this.#last) this.#stretch(box);
    else if ((event.target as Element).closest("[data-clear]")) for (const other of this.#boxes) other.checked = false;
    if (box && !box.matches("[data-all]")) this.#last = box;
    const everybody = (event.target as Element).closest<HTMLElement>("[data-everybody]");
    if (everybody || box || (event.target as Element).closest("[data-clear]")) this.#match = everybody ? "1" : "";
    this.#count();
  };

  get #match(): string {
    return this.querySelector<HTMLInputElement>("[data-all-match]")?.value ?? "";
  }

  set #match(value: string) {
    const input = this.querySelector<HTMLInputElement>("[data-all-match]");
    if (input) input.value = value;
  }

  #stretch(box: HTMLInputElement): void {
    const boxes = this.#boxes;
    const [from, to] = [boxes.indexOf(this.#last!), boxes.indexOf(box)].sort((a, b) => a - b) as [number, number];
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }

  #count = (): void => {
    const boxes = this.#boxes;
    const chosen = boxes.filter((box) => box.checked).length;
    const all = this.querySelector<HTMLInputElement>("[data-all]");
    if (all) [all.checked, all.indeterminate] = [chosen > 0 && chosen === boxes.length, chosen > 0 && chosen < boxes.length];
    const everybody = this.querySelector<HTMLElement>("[data-everybody]");
    if (everybody) everybody.hidden = this.#match !== "";
    const number = this.#match ? (everybody?.dataset["said"] ?? "") : chosen.toLocaleString(document.documentElement.lang);
    for (const said of this.querySelectorAll("[data-selected]")) said.textContent = number;
    for (const bar of this.querySelectorAll<HTMLElement>("[data-bulk]")) bar.hidden = chosen === 0;
  };
}

customElements.define("select-all", SelectAll);
