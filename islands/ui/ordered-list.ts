/** <ordered-list>: its `li` are put in order by dragging, or by Alt with the arrows on whatever stands in them. */
class OrderedList extends HTMLElement {
  #held: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => (this.#held = this.#line(event)));
    this.addEventListener("dragend", () => (this.#held = null));
    this.addEventListener("dragover", this.#over);
    this.addEventListener("keydown", this.#pressed);
  }

  #line(event: Event): HTMLElement | null {
    return (event.target as Element).closest("li");
  }

  #over = (event: DragEvent): void => {
    const line = this.#line(event);
    if (!this.#held || !line || line === this.#held) return;
    event.preventDefault();
    const { top, height } = line.getBoundingClientRect();
    line[event.clientY > top + height / 2 ? "after" : "before"](this.#held);
  };

  #pressed = (event: KeyboardEvent): void => {
    const line = this.#line(event);
    if (!event.altKey || !line || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const focused = document.activeElement as HTMLElement | null;
    if (event.key === "ArrowUp") line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    focused?.focus();
    line.scrollIntoView({ block: "nearest" });
  };
}

customElements.define("ordered-list", OrderedList);
