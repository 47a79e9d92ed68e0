import htmx from "htmx.org";

const FORM = "form.cell-form";
const CELL = "td[data-cell]";

/**
 * <cell-editor base="/contacts/">: wraps a table whose rows are `contact-5` and whose cells that may change say their
 * field in `data-cell`. Double click, Enter or F2 opens the form of a cell, arrows move between cells. Tab saves and
 * goes on to the next, Escape gives up, leaving saves what was changed. What the server refuses stays open and says why.
 */
class CellEditor extends HTMLElement {
  #kept = new WeakMap<Element, string>();
  #typed = new WeakMap<Element, string>();
  #next: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dblclick", (event) => this.#open(this.#cell(event)));
    this.addEventListener("pointerdown", (event) => this.#cell(event)?.setAttribute("tabindex", "-1"));
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("focusout", this.#left);
    this.addEventListener("click", this.#clicked);
    this.addEventListener("relacja:edit", this.#first);
    this.addEventListener("htmx:afterSwap", this.#swapped);
  }

  #cell(event: Event): HTMLElement | null {
    return (event.target as Element).closest<HTMLElement>(CELL);
  }

  #open(cell: HTMLElement | null): void {
    if (!cell || cell.querySelector(FORM)) return;
    this.#kept.set(cell, cell.innerHTML);
    const id = cell.closest("tr")?.id.split("-").pop() ?? "";
    const url = `${this.getAttribute("base")}${id}/cells/${encodeURIComponent(cell.dataset["cell"] ?? "")}/`;
    void htmx.ajax("get", url, { source: cell, target: cell, swap: "innerHTML" });
  }

  #swapped = (event: Event): void => {
    const cell = (event as CustomEvent<{ target: Element }>).detail.target.closest<HTMLElement>(CELL);
    const form = cell?.querySelector<HTMLFormElement>(FORM);
    if (cell && form) this.#begin(cell, form);
    else if (cell && this.#next) this.#open(this.#next);
    else if (cell && document.activeElement === document.body) this.#focus(cell);
    this.#next = null;
  };

  #begin(cell: HTMLElement, form: HTMLFormElement): void {
    if (!form.querySelector(".is-wrong, .notice")) this.#typed.set(cell, this.#written(form));
    const input = form.querySelector<HTMLInputElement>("input:not([type=hidden]), select, textarea");
    input?.focus();
    if (input?.matches("[type=text], [type=email], [type=tel], [type=url], [type=number]")) input.select();
  }

  #pressed = (event: KeyboardEvent): void => {
    const cell = this.#cell(event);
    const form = cell?.querySelector<HTMLFormElement>(FORM);
    if (cell && form) return this.#typing(event, cell, form);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (cell && cell === event.target && (event.key === "Enter" || event.key === "F2")) this.#open(cell);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.#beside(event, event.key === "ArrowRight" ? 1 : -1);
    else if (cell && (event.key === "ArrowDown" || event.key === "ArrowUp")) this.#below(cell, event.key === "ArrowDown");
    else return;
    event.preventDefault();
  };

  #typing(event: KeyboardEvent, cell: HTMLElement, form: HTMLFormElement): void {
    const target = event.target as Element;
    if (event.key === "Escape") this.#giveUp(cell);
    else if (event.key === "Enter" && !target.matches("button, textarea, [type=checkbox]")) this.#save(cell, form);
    else if (event.key === "Tab" && !this.#staysInside(form, target, event.shiftKey)) {
      this.#next = this.#neighbour(cell, event.shiftKey ? -1 : 1);
      this.#save(cell, form);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Whether Tab leads to another input of the same cell, like the currency beside a sum. */
  #staysInside(form: HTMLFormElement, target: Element, back: boolean): boolean {
    const inputs = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")];
    const there = inputs.indexOf(target) + (back ? -1 : 1);
    return inputs.includes(target) && there >= 0 && there < inputs.length;
  }

  #save(cell: HTMLElement, form: HTMLFormElement): void {
    if (this.#written(form) !== this.#typed.get(cell)) return form.requestSubmit();
    const next = this.#next;
    this.#giveUp(cell);
    this.#open(next);
    this.#next = null;
  }

  #giveUp(cell: HTMLElement): void {
    cell.innerHTML = this.#kept.get(cell) ?? "";
    this.#focus(cell);
  }

  #left = (event: FocusEvent): void => {
    const cell = this.#cell(event);
    const form = cell?.querySelector<HTMLFormElement>(FORM);
    if (!cell || !form || (event.relatedTarget instanceof Node && cell.contains(event.relatedTarget))) return;
    setTimeout(() => {
      if (!form.isConnected || form.contains(document.activeElement) || !document.hasFocus()) return;
      if (this.#written(form) !== this.#typed.get(cell)) form.requestSubmit();
      else cell.innerHTML = this.#kept.get(cell) ?? "";
    });
  };

  #clicked = (event: MouseEvent): void => {
    const cell = this.#cell(event);
    if (cell && (event.target as Element).closest("[data-give-up]")) this.#giveUp(cell);
  };

  #first = (event: Event): void => {
    this.#open((event.target as Element).closest("tr")?.querySelector<HTMLElement>(CELL) ?? null);
  };

  #beside(event: KeyboardEvent, by: number): void {
    const cells = this.#shown((event.target as Element).closest("tr"));
    const here = cells.indexOf(this.#cell(event) ?? (event.target as HTMLElement));
    this.#focus(cells[here + by] ?? null);
  }

  #below(cell: HTMLElement, down: boolean): void {
    const row = cell.closest("tr");
    const other = down ? row?.nextElementSibling : row?.previousElementSibling;
    this.#focus(other?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(cell.dataset["cell"] ?? "")}"]`) ?? null);
  }

  #neighbour(cell: HTMLElement, by: number): HTMLElement | null {
    const cells = this.#shown(this);
    return cells[cells.indexOf(cell) + by] ?? null;
  }

  #shown(within: Element | null): HTMLElement[] {
    return [...(within?.querySelectorAll<HTMLElement>(CELL) ?? [])].filter((cell) => cell.offsetParent);
  }

  #focus(cell: HTMLElement | null): void {
    cell?.setAttribute("tabindex", "-1");
    cell?.focus();
  }

  #written(form: HTMLFormElement): string {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name !== "version") data.append(name, String(value));
    return data.toString();
  }
}

customElements.define("cell-editor", CellEditor);
