const STAYS = 8_000;
const STAYS_WITH_UNDO = 10_000;

interface Request {
  xhr: XMLHttpRequest;
  shouldSwap: boolean;
  requestConfig: { triggeringEvent?: Event };
}

/** <toast-stack>: toasts leave by themselves, but never while a person looks at them. Says it when a request failed. */
class ToastStack extends HTMLElement {
  connectedCallback(): void {
    for (const toast of this.querySelectorAll<HTMLElement>(":scope > .toast")) this.#stay(toast);
    new MutationObserver((changes) => {
      for (const node of changes.flatMap((change) => [...change.addedNodes])) {
        if (node instanceof HTMLElement && node.matches(".toast")) this.#stay(node);
      }
    }).observe(this, { childList: true });
    this.addEventListener("click", this.#click);
    document.body.addEventListener("htmx:beforeSwap", this.#sentHere);
    document.body.addEventListener("htmx:responseError", this.#failed);
    document.body.addEventListener("htmx:sendError", this.#offline);
    document.addEventListener("relacja:say", (event) => this.#say((event as CustomEvent<string>).detail));
  }

  #stay(toast: HTMLElement): void {
    let timer = 0;
    const stays = toast.querySelector("form") ? STAYS_WITH_UNDO : STAYS;
    const leave = (): void => void (timer = window.setTimeout(() => toast.remove(), stays));
    const wait = (): void => clearTimeout(timer);
    for (const kind of ["pointerenter", "focusin"]) toast.addEventListener(kind, wait);
    for (const kind of ["pointerleave", "focusout"]) toast.addEventListener(kind, leave);
    leave();
  }

  #click = (event: Event): void => {
    const button = (event.target as Element).closest("button");
    if (button?.matches("[data-close]")) button.closest(".toast")?.remove();
    else if (button?.closest("form")) setTimeout(() => button.closest(".toast")?.remove());
  };

  /** A refusal of any status that names its own place is shown there. */
  #sentHere = (event: Event): void => {
    const swap = (event as CustomEvent<Request>).detail;
    if (swap.xhr.getResponseHeader("HX-Retarget")) swap.shouldSwap = true;
  };

  #failed = (event: Event): void => {
    const { xhr, requestConfig } = (event as CustomEvent<Request>).detail;
    if (xhr.status === 422 || xhr.getResponseHeader("HX-Retarget") || !requestConfig.triggeringEvent) return;
    this.#say(xhr.status === 403 ? "forbidden" : "refused");
  };

  /** What nobody asked for (a bell that looks again, a live part) fails in silence. */
  #offline = (event: Event): void => {
    if ((event as CustomEvent<Request>).detail.requestConfig.triggeringEvent) this.#say("offline");
  };

  #say(when: string): void {
    const template = this.querySelector<HTMLTemplateElement>(`template[data-when="${when}"]`);
    if (template) this.append(template.content.cloneNode(true));
  }
}

customElements.define("toast-stack", ToastStack);
