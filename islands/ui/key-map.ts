const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/**
 * <key-map>: shortcuts, never while typing. Rows are those of the page's `[data-rows]`, else of its first table. What a
 * page marks with `data-press="e"` is clicked by that key, or focused if one types there. In the open drawer j and k
 * go on peeking.
 */
class KeyMap extends HTMLElement {
  #before = "";
  #timer = 0;

  connectedCallback(): void {
    document.addEventListener("keydown", this.#pressed);
  }

  #pressed = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.matches(TYPING)) return;
    const open = document.querySelector<HTMLDialogElement>("dialog[open]");
    const act = open ? this.#peeking(open)[event.key] : (this.#acts()[event.key] ?? this.#place(event.key) ?? this.#marked(event.key));
    this.#remember(event.key);
    if (!act) return;
    const native = event.key === " " ? "button, summary, label, input" : "a, button, summary, label";
    const enters = event.key === "Enter" || event.key === " ";
    if (enters && !open && (target.closest(native) || !this.#row)) return;
    event.preventDefault();
    act();
  };

  #acts(): Record<string, () => void> {
    if (this.#before === "g") return {};
    return {
      "?": () => this.querySelector<HTMLDialogElement>("dialog")?.showModal(),
      "/": () => (document.querySelector<HTMLElement>("main input[type=search], main [data-search]") ?? document.querySelector<HTMLElement>("[data-palette]"))?.[document.querySelector("main input[type=search], main [data-search]") ? "focus" : "click"](),
      ...(this.#rows.length && {
        j: () => this.#step(1),
        k: () => this.#step(-1),
        x: () => this.#row?.querySelector<HTMLElement>("input[type=checkbox]")?.click(),
        Enter: () => this.#row?.querySelector<HTMLElement>("a[href]")?.click(),
        " ": () => this.#peek(),
      }),
      ...(this.#row && { e: () => this.#row?.dispatchEvent(new CustomEvent("relacja:edit", { bubbles: true })) }),
    };
  }

  /** What keys do while the drawer shows a row. */
  #peeking(open: HTMLDialogElement): Record<string, () => void> {
    if (open.id !== "drawer" || !this.#row) return {};
    const on = (by: number) => () => {
      this.#step(by);
      this.#peek();
    };
    return { j: on(1), k: on(-1), " ": () => open.close(), Enter: () => this.#row?.querySelector<HTMLElement>("a[href]")?.click() };
  }

  #place(key: string): (() => void) | undefined {
    const link = this.#before && this.querySelector<HTMLElement>(`[data-keys="${CSS.escape(this.#before)} ${CSS.escape(key)}"]`);
    return link ? () => link.click() : undefined;
  }

  #marked(key: string): (() => void) | undefined {
    const found = this.#before === "g" ? null : document.querySelector<HTMLElement>(`[data-press="${CSS.escape(key)}"]`);
    return found ? () => (found.matches(TYPING) ? found.focus() : found.click()) : undefined;
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

  #peek(): void {
    this.#row?.querySelector<HTMLElement>("[data-peek]")?.click();
  }

  #step(by: number): void {
    const rows = this.#rows;
    const next = rows[Math.max(0, Math.min(rows.length - 1, rows.findIndex((row) => row.matches(".is-at")) + by))];
    for (const row of rows) row.classList.toggle("is-at", row === next);
    next?.scrollIntoView({ block: "nearest" });
    if (!document.querySelector("dialog[open]")) next?.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
  }
}

customElements.define("key-map", KeyMap);
