/** Choices about the shell, kept in a cookie for a year so that the server draws the page right the first time. */
function keep(name: string, value: string): void {
  document.documentElement.dataset[name] = value;
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

/** <kept-choice name="nav" data-turns="folded">: its button turns a mark of the page on and off. */
class KeptChoice extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.#turn);
  }

  #turn = (): void => {
    const name = this.getAttribute("name") ?? "";
    const on = this.dataset["turns"] ?? "";
    keep(name, document.documentElement.dataset[name] === on ? "" : on);
  };
}

/** <theme-switch>: light or dark, from then on. Until used, the system decides. */
class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.#turn);
  }

  #turn = (): void => {
    const chosen = document.documentElement.dataset["theme"];
    const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    keep("theme", dark ? "light" : "dark");
  };
}

customElements.define("kept-choice", KeptChoice);
customElements.define("theme-switch", ThemeSwitch);
