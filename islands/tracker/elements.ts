/**
 * Events that the markup declares, so that a shop needs no code:
 *
 *   <article data-relacja-event="Product Viewed" data-relacja-props='{"product_id": "R-17"}'>
 *   <form data-relacja-event="Product Added" data-relacja-props='…'>      (reported when sent)
 *   <a data-relacja-event="Promotion Clicked" data-relacja-on="click">
 *
 * `data-relacja-on` is load, click or submit; left out it is submit on a form, click on a button, load elsewhere.
 */

export type Values = Record<string, unknown>;

const DECLARED = "[data-relacja-event]";

export class Elements {
  #reported = new Set<string>();
  #timer = 0;

  constructor(private readonly track: (name: string, properties: Values) => void) {
    for (const moment of ["click", "submit"]) {
      // Captured, so that a site which stops its own events does not stop these.
      document.addEventListener(moment, (event) => this.#acted(event), true);
    }
    new MutationObserver(() => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(this.look, 200);
    }).observe(document, { childList: true, subtree: true });
  }

  /** A new page: what was seen on the last one can be seen again. */
  turn(): void {
    this.#reported.clear();
    this.look();
  }

  /** Report what can be seen and was not reported yet; the same part drawn anew is not news. */
  look = (): void => {
    for (const element of document.querySelectorAll<HTMLElement>(DECLARED)) {
      const mark = `${element.dataset.relacjaEvent} ${element.dataset.relacjaProps}`;
      if (momentOf(element) !== "load" || this.#reported.has(mark)) continue;
      this.#reported.add(mark);
      this.#report(element);
    }
  };

  #acted(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    let element = target?.closest<HTMLElement>(DECLARED);
    while (element && momentOf(element) !== event.type) element = element.parentElement?.closest<HTMLElement>(DECLARED);
    if (element) this.#report(element);
  }

  #report({ dataset }: HTMLElement): void {
    let properties: Values = {};
    try {
      properties = JSON.parse(dataset.relacjaProps || "{}") as Values;
    } catch {
      console.debug("relacja: data-relacja-props is not JSON", dataset.relacjaProps);
    }
    if (dataset.relacjaEvent) this.track(dataset.relacjaEvent, properties);
  }
}

function momentOf(element: HTMLElement): string {
  const given = element.dataset.relacjaOn;
  if (given) return given;
  return element instanceof HTMLFormElement ? "submit" : element instanceof HTMLButtonElement ? "click" : "load";
}
