import { choose, chosen, move } from "./listbox";

/** <command-palette src="/palette/">: Ctrl/Cmd+K anywhere; arrows move, Enter opens, Escape leaves. */
class CommandPalette extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    document.addEventListener("keydown", this.#open);
    document.addEventListener("click", this.#click);
    this.#input.addEventListener("input", this.#soon);
    this.addEventListener("keydown", this.#move);
    this.addEventListener("submit", this.#go);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input")!;
  }

  get #options(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="option"]')];
  }

  #open = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      this.#show();
    }
  };

  #click = (event: MouseEvent): void => {
    const copying = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (copying && this.contains(copying)) void this.#copy(copying.dataset["copy"] ?? "");
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target as Element).closest("[data-palette]")) return;
    event.preventDefault();
    this.#show();
  };

  /** Over plain HTTP there is no clipboard: then the text is copied from an input. */
  async #copy(text: string): Promise<void> {
    this.#dialog.close();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const input = Object.assign(document.createElement("input"), { value: text });
      document.body.append(input);
      input.select();
      document.execCommand("copy");
      input.remove();
    }
    document.dispatchEvent(new CustomEvent("relacja:say", { detail: "copied" }));
  }

  #show(): void {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#input.select();
    void this.#ask();
  }

  #soon = (): void => {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), 90);
  };

  async #ask(): Promise<void> {
    const turn = ++this.#asked;
    const url = new URL(this.getAttribute("src") ?? "", location.href);
    url.searchParams.set("q", this.#input.value);
    url.searchParams.set("on", location.pathname);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || turn !== this.#asked) return;
    this.querySelector('[role="listbox"]')!.innerHTML = await answer.text();
    choose(this.#input, this.#options, this.#options[0]);
  }

  #move = (event: KeyboardEvent): void => move(event, this.#input, this.#options);

  #go = (event: SubmitEvent): void => {
    if (!(event.target as Element).matches(".ask")) return;
    event.preventDefault();
    chosen(this.#options)?.click();
  };
}

customElements.define("command-palette", CommandPalette);
