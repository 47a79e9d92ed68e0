/**
 * <drop-files>: the form in it is sent as soon as files are chosen, or dropped anywhere on it; `data-sending` then.
 *
 * With a <progress> in it, it says how much has been sent, and its button ends that. What the server answers is gone
 * to, or takes the place of the page when it says what is wrong; `data-failed` is said when nothing comes back.
 */
class DropFiles extends HTMLElement {
  #request: XMLHttpRequest | null = null;

  connectedCallback(): void {
    this.addEventListener("change", this.#send);
    this.addEventListener("dragover", this.#over);
    this.addEventListener("dragleave", this.#away);
    this.addEventListener("drop", this.#drop);
    this.querySelector(".uploading button")?.addEventListener("click", this.#cancel);
  }

  disconnectedCallback(): void {
    this.#request?.abort();
    removeEventListener("beforeunload", this.#stay);
  }

  #send = (): void => {
    const form = this.querySelector("form");
    this.toggleAttribute("data-sending", true);
    if (!form || !this.querySelector("progress")) form?.requestSubmit();
    else this.#upload(form);
  };

  #upload(form: HTMLFormElement): void {
    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", form.action);
    request.upload.addEventListener("progress", this.#told);
    request.addEventListener("load", () => {
      this.#done();
      if (request.status < 400) location.assign(request.responseURL);
      else this.#show(request.responseText);
    });
    request.addEventListener("error", () => {
      this.#done();
      this.#say(this.dataset.failed ?? "");
    });
    addEventListener("beforeunload", this.#stay);
    request.send(new FormData(form));
  }

  #told = (event: ProgressEvent): void => {
    const bar = this.querySelector("progress");
    const part = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
    if (bar) bar.value = part;
    this.#say(`${part} %`);
  };

  #say(text: string): void {
    const output = this.querySelector("output");
    if (output) output.textContent = text;
    this.toggleAttribute("data-said", text !== "");
  }

  #show(answer: string): void {
    const page = new DOMParser().parseFromString(answer, "text/html");
    const main = page.querySelector("main");
    if (main) document.querySelector("main")?.replaceWith(document.adoptNode(main));
  }

  #done(): void {
    removeEventListener("beforeunload", this.#stay);
    this.#request = null;
    this.toggleAttribute("data-sending", false);
    this.#say("");
    this.querySelector("form")?.reset();
  }

  #cancel = (): void => {
    this.#request?.abort();
    this.#done();
  };

  #stay = (event: BeforeUnloadEvent): void => {
    event.preventDefault();
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
