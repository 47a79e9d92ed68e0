/**
 * The consent banner: in a shadow tree, so that neither style sheet reaches the other; styled by a constructed sheet,
 * which `style-src 'self'` allows; laid over the page, so that nothing moves; not modal, so that the page stays usable.
 */

import type { Words } from "./words";

const STYLE = `
:host { all: initial !important; color-scheme: inherit !important; position: fixed !important; inset: auto 0 0 !important; z-index: 2147483647 !important; pointer-events: none !important }
section { pointer-events: auto; box-sizing: border-box; max-width: 560px; max-height: 90vh; overflow: auto; margin: 0 auto; padding: 16px 20px; font: 15px/1.5 system-ui, sans-serif; color: light-dark(#1b1f22, #e9ebed); background: light-dark(#fff, #232b34); border: 1px solid light-dark(#cdc7bb, #46515c); border-radius: 8px 8px 0 0; box-shadow: 0 8px 28px rgb(0 0 0 / .2) }
h2 { margin: 0; font-size: 16px }
p { margin: 4px 0 12px }
a { color: light-dark(#0b5864, #74c7d1) }
div { display: flex; flex-wrap: wrap; gap: 8px }
button { flex: 1 1 150px; min-height: 44px; padding: 8px 12px; font: inherit; font-weight: 600; color: inherit; background: light-dark(#efece4, #384350); border: 1px solid light-dark(#928d84, #7d8893); border-radius: 6px; cursor: pointer }
button:hover { background: light-dark(#e6e2d9, #46515c) }
:focus-visible { outline: 3px solid light-dark(#0c7d8d, #74c7d1); outline-offset: 2px }
@media (min-width: 600px) { section { margin-bottom: 16px; border-radius: 8px } }
@media print { section { display: none } }
`;

export interface Question {
  words: Words;
  language: string;
  privacy: string;
  /** The browser has answered already: only say so. */
  settled: boolean;
  /** Called with the answer; nothing is called when the banner is closed without one. */
  answer: (given: boolean) => void;
}

export class Banner {
  #host: HTMLElement | null = null;
  #opener: HTMLElement | null = null;

  constructor(private readonly question: Question) {}

  /** Show the banner. With an `opener` the visitor asked for it: focus goes in, Escape closes, focus comes back. */
  open(opener: HTMLElement | null = null): void {
    this.close();
    this.#opener = opener;
    this.#host = make("relacja-consent");
    this.#host.lang = this.question.language;
    const root = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const box = this.#box();
    root.append(box);
    // First in the page, so that the keyboard and a screen reader meet it before what it covers.
    document.body.prepend(this.#host);
    if (opener) box.focus();
  }

  close(): void {
    this.#host?.remove();
    this.#host = null;
    this.#opener?.focus();
    this.#opener = null;
  }

  #box(): HTMLElement {
    const { words, privacy, settled } = this.question;
    const title = make("h2", words.title);
    const text = make("p", (settled ? words.signal : words.ask) + " ");
    title.id = "title";
    text.id = "text";
    if (privacy) {
      const link = make("a", words.privacy);
      link.href = privacy;
      text.append(link);
    }
    const buttons = make("div");
    if (settled) buttons.append(this.#button(words.close));
    else buttons.append(this.#button(words.yes, true), this.#button(words.no, false));
    const box = make("section");
    box.tabIndex = -1;
    const said = { role: "dialog", "aria-modal": "false", "aria-labelledby": "title", "aria-describedby": "text" };
    for (const [name, value] of Object.entries(said)) box.setAttribute(name, value);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#opener) this.close();
    });
    box.append(title, text, buttons);
    return box;
  }

  #button(label: string, answer?: boolean): HTMLElement {
    const button = make("button", label);
    button.type = "button";
    button.addEventListener("click", () => {
      this.close();
      if (answer !== undefined) this.question.answer(answer);
    });
    return button;
  }
}

/** Elements are built, not parsed: a page may require trusted types. */
function make<Name extends keyof HTMLElementTagNameMap>(name: Name, text?: string): HTMLElementTagNameMap[Name];
function make(name: string, text?: string): HTMLElement;
function make(name: string, text = ""): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
