const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** <key-map>: shortcuts, never while typing. Rows are those of the page's `[data-rows]`, else of its first table. */
class KeyMap extends HTMLElement {
  #before = "";
  #timer = 0;

  connectedCallback(): void {
    document.addEventListener("keydown", this.#pressed);
  }

  #pressed = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches(TYPING) || document.querySelector("dialog[open]")) return;
    const act = this.#acts()[event.key] ?? this.#place(event.key);
    this.#remember(event.key);
    if (!act) return;
    const native = event.key === " " ? "button, summary, label, input" : "a, button, summary, label";
    if ((event.key === "Enter" || event.key === " ") && (target.closest(native) || !this.#row)) return;
    event.preventDefault();
    act();
  };

  #acts(): Record<string, () => void> {
    if (this.#before === "g") return {};
    return {
      "?": () => this.querySelector<HTMLDialogElement>("dialog")?.showModal(),
      "/": () => (document.querySelector<HTMLElement>("main input[type=search], main [data-search]") ?? document.querySelector<HTMLElement>("[data-palette]"))?.[document.querySelector("main input[type=search], main [data-search]") ? "focus" : "click"](),
      j: () => this.#step(1),
      k: () => this.#step(-1),
      x: () => this.#row?.querySelector<HTMLElement>("input[type=checkbox]")?.click(),
      Enter: () => this.#row?.querySelector<HTMLElement>("a[href]")?.click(),
      " ": () => this.#row?.querySelector<HTMLElement>("[data-peek]")?.click(),
    };
  }

  #place(key: string): (() => void) | undefined {
    const link = this.#before && this.querySelector<HTMLElement>(`[data-keys="${CSS.escape(this.#before)} ${CSS.escape(key)}"]`);
    return link ? () => link.click() : undefined;
  }

  #remember(key: string): void {
    clearTimeout(this.#timer);
    this.#before = key;
    this.#timer = window.setTimeout(() => (this.#before = ""), 1_200);
  }

  get #rows(): HTMLElement[] {
    const list = document.querySelector("[data-rows]") ?? document.querySelector("main .table tbody");
    return [...(list?.children ?? [])].filter((row): row is HTMLElement => row instanceof HTMLElement);
  }

  get #row(): HTMLElement | undefined {
    return this.#rows.find((row) => row.matches(".is-at"));
  }

  #step(by: number): void {
    const rows = this.#rows;
    const next = rows[Math.max(0, Math.min(rows.length - 1, rows.findIndex((row) => row.matches(".is-at")) + by))];
    for (const row of rows) row.classList.toggle("is-at", row === next);
    next?.scrollIntoView({ block: "nearest" });
    next?.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
  }
}

customElements.define("key-map", KeyMap);
