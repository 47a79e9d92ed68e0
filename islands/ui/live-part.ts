import htmx from "htmx.org";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * <live-part topic="contact:5" src="/contacts/5/" target="#contact">: ask for `src` again when something happens.
 *
 * Morphs the answer into `target`, so focus, scroll and what is being typed stay. Several messages at once cost one
 * request. While the server is away nothing shows; after it comes back the part is refreshed once.
 */
class LivePart extends HTMLElement {
  #stream: EventSource | null = null;
  #wait = FIRST_WAIT;
  #timer = 0;
  #asking = false;
  #again = false;
  #missed = false;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#seen);
    this.#listen();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    clearTimeout(this.#timer);
    this.#stream?.close();
  }

  #listen = (): void => {
    this.#stream?.close();
    const stream = new EventSource(`/live/?topic=${encodeURIComponent(this.getAttribute("topic") ?? "")}`);
    this.#stream = stream;
    stream.onopen = () => {
      if (this.#wait > FIRST_WAIT) void this.#refresh();
      this.#wait = FIRST_WAIT;
    };
    stream.onmessage = () => void this.#refresh();
    stream.onerror = () => {
      stream.close();
      this.#timer = window.setTimeout(this.#listen, this.#wait * (0.75 + Math.random() / 2));
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    };
  };

  #seen = (): void => {
    if (!document.hidden && this.#missed) void this.#refresh();
  };

  async #refresh(): Promise<void> {
    this.#missed = document.hidden;
    if (document.hidden) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const target = this.getAttribute("target") ?? "";
    const source = this.getAttribute("src") ?? location.href;
    try {
      await htmx.ajax("get", source, { source: this, target, swap: "morph:outerHTML", headers: { "X-Live": "1" } });
    } finally {
      this.#asking = false;
    }
    if (this.#again) {
      this.#again = false;
      void this.#refresh();
    }
  }
}

customElements.define("live-part", LivePart);
