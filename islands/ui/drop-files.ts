/** <drop-files>: the form in it is sent as soon as files are chosen, or dropped anywhere on it; `data-sending` then. */
class DropFiles extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this.#send);
    this.addEventListener("dragover", this.#over);
    this.addEventListener("dragleave", this.#away);
    this.addEventListener("drop", this.#drop);
  }

  #send = (): void => {
    this.toggleAttribute("data-sending", true);
    this.querySelector("form")?.requestSubmit();
  };

  #over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("data-over", true);
  };

  #away = (): void => {
    this.toggleAttribute("data-over", false);
  };

  #drop = (event: DragEvent): void => {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    this.#away();
    if (!input || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    this.#send();
  };
}

customElements.define("drop-files", DropFiles);
