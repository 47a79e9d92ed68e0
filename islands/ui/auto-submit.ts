/**
 * <auto-submit by="show">: send the form around it, shortly after the last change, by the button of that id if given.
 * A refused change is taken back.
 */
class AutoSubmit extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.addEventListener("input", this.#soon);
    this.closest("form")?.addEventListener("htmx:responseError", this.#takeBack);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #soon = (): void => {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.closest("form")?.requestSubmit(this.#button()), 300);
  };

  /** Only a refusal that shows itself elsewhere: a form that comes back with its errors keeps what was typed. */
  #takeBack = (event: Event): void => {
    const answer = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    if (answer.getResponseHeader("HX-Retarget")) this.closest("form")?.reset();
  };

  #button(): HTMLElement | null {
    return document.getElementById(this.getAttribute("by") ?? "");
  }
}

customElements.define("auto-submit", AutoSubmit);
