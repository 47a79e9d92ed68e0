import { choose, chosen, move } from "./listbox";

/** <condition-chooser of="contact">: opened by `[data-choose]` for the group named there, about such records; what is picked is added by `[data-adds]`. */
class ConditionChooser extends HTMLElement {
  #place = "";

  connectedCallback(): void {
    document.addEventListener("click", this.#open);
    document.addEventListener("htmx:afterSettle", this.#enter);
    this.addEventListener("click", this.#pick);
    this.addEventListener("keydown", this.#key);
    this.#input.addEventListener("input", this.#narrow);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#open);
    document.removeEventListener("htmx:afterSettle", this.#enter);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>("[type=search]")!;
  }

  get #options(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>('[role="option"]:not([hidden])')];
  }

  #open = (event: MouseEvent): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-choose]");
    if (!button || (button.dataset["of"] ?? "contact") !== this.getAttribute("of")) return;
    event.preventDefault();
    this.#place = button.dataset["choose"] ?? "0";
    this.#input.value = "";
    this.#narrow();
    this.#dialog.showModal();
  };

  #narrow = (): void => {
    const words = folded(this.#input.value).split(/\s+/);
    for (const option of this.querySelectorAll<HTMLElement>('[role="option"]')) {
      const text = folded(`${option.textContent} ${option.dataset["also"] ?? ""} ${option.parentElement?.getAttribute("aria-label")}`);
      option.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of this.querySelectorAll<HTMLElement>('[role="group"]'))
      group.hidden = !group.querySelector('[role="option"]:not([hidden])');
    this.querySelector<HTMLElement>(".nothing")!.hidden = this.#options.length > 0;
    const begins = this.#options.find((option) => words[0] && folded(option.textContent).trim().startsWith(words.join(" ")));
    choose(this.#input, this.#options, begins ?? this.#options[0]);
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return move(event, this.#input, this.#options);
    event.preventDefault();
    chosen(this.#options)?.click();
  };

  #pick = (event: MouseEvent): void => {
    const option = (event.target as Element).closest<HTMLButtonElement>('[role="option"]');
    const adds = document.querySelector<HTMLButtonElement>("[data-adds]");
    if (!option || !adds) return;
    event.preventDefault();
    this.#dialog.close();
    adds.value = option.value.replace(/^add:[^:]*/, `add:${this.#place}`);
    this.dataset["added"] = "";
    adds.click();
  };

  /** The cursor goes where the new condition waits to be filled in. */
  #enter = (): void => {
    if (!("added" in this.dataset)) return;
    delete this.dataset["added"];
    const group = document.getElementById(`part-${this.#place}`);
    const clause = [...(group?.querySelectorAll<HTMLElement>(":scope > .clause") ?? [])].at(-1);
    const slots = [...(clause?.querySelectorAll<HTMLInputElement | HTMLSelectElement>(".slot") ?? [])];
    (slots.find((slot) => !slot.value) ?? slots.at(-1))?.focus();
  };
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ł", "l").toLowerCase();
}

customElements.define("condition-chooser", ConditionChooser);
