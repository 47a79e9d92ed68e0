/** What a site may tell us, held back until the visitor has agreed. */

import { Banner } from "./banner";
import { browserRefuses, choice, forgetEverything, keepChoice, onAnswerElsewhere } from "./consent";
import { Elements, type Values } from "./elements";
import { Outbox } from "./outbox";
import { context, onNavigation, place } from "./page";
import { erase, read, write } from "./storage";
import { anonymousId, forgetVisitor, uuid } from "./visitor";
import { TEXT_VERSION, WORDS } from "./words";

const USER = "user";
const MOST_HELD = 200;

export interface Site {
  /** Where our server is. */
  origin: string;
  writeKey: string;
  language: "pl" | "en";
  privacy: string;
}

export class Tracker {
  #held: Values[] = [];
  /** Who was named before it may be stored. */
  #user: string | null = null;
  #count = 0;
  #outbox: Outbox;
  #banner: Banner;
  #elements = new Elements((event, properties) => this.track(event, properties));

  constructor(private readonly site: Site) {
    this.#outbox = new Outbox(`${site.origin}/v1/batch`, site.writeKey);
    this.#banner = new Banner({
      words: WORDS[site.language],
      language: site.language,
      privacy: site.privacy,
      settled: browserRefuses(),
      answer: (given) => this.consent(given),
    });
    if (browserRefuses()) forgetEverything();
  }

  page(name?: string, properties?: Values): void {
    this.#say({ type: "page", name, properties: { ...place(), ...properties } });
  }

  track(event: string, properties: Values = {}): void {
    this.#say({ type: "track", event, properties });
  }

  identify(userId: string | null, traits: Values = {}): void {
    if (userId) this.#user = String(userId);
    if (choice() === "yes") this.#keepUser();
    this.#say({ type: "identify", traits });
  }

  /** Somebody else sits here now: forget who was known and go on as a new visitor. The consent stays. */
  reset(): void {
    this.#user = null;
    erase(USER);
    forgetVisitor();
  }

  anonymousId(): string | null {
    return choice() === "yes" ? anonymousId() : null;
  }

  /** The visitor's answer, from the banner or from the site's own. Where the browser refuses, it stays refused. */
  consent(given: boolean): void {
    const before = choice();
    if (browserRefuses()) return;
    if (given && before !== "yes") {
      // The id is stored before the answer: other tabs act on the answer, and must find the id then.
      const first = this.#answer("Consent Given");
      keepChoice(true);
      this.#add(first);
    }
    if (!given) {
      const last = before === "yes" && this.#answer("Consent Withdrawn");
      forgetEverything();
      keepChoice(false);
      if (last) this.#add(last, false);
    }
    this.#settle();
  }

  /** Ask, if nobody answered yet, and report this page and what it declares. */
  start(reportPage: boolean): void {
    document.addEventListener("click", (event) => this.#reopen(event));
    onAnswerElsewhere(() => this.#settle());
    if (choice() === null) this.#banner.open();
    if (reportPage) this.page();
    this.#elements.turn();
    onNavigation(() => {
      this.page();
      this.#elements.turn();
    });
    this.#outbox.send();
  }

  /** Before the answer events wait in this page's memory and nowhere else; after a no they are not even made. */
  #say(call: Values): void {
    const answer = choice();
    if (answer === "no") return;
    // Copied now: the site may change its objects, and what cannot be written has to fail here.
    const event = JSON.parse(JSON.stringify({ ...call, ...this.#frame() })) as Values;
    if (answer === "yes") this.#add(this.#signed(event));
    else if (this.#held.length < MOST_HELD) this.#held.push(event);
  }

  #frame(): Values {
    return { userId: read(USER) ?? this.#user, timestamp: new Date().toISOString(), context: context() };
  }

  #signed(event: Values): Values {
    const order = (this.#count++).toString(36).padStart(3, "0");
    return { ...event, anonymousId: anonymousId(), messageId: `${Date.now().toString(36)}-${order}-${uuid()}` };
  }

  #answer(event: string): Values {
    const purpose = "analytics";
    const properties = { purpose, category: purpose, channel: "web", text_version: TEXT_VERSION, language: this.site.language };
    return this.#signed({ type: "track", event, properties, ...this.#frame() });
  }

  #add(event: Values, stored = true): void {
    this.#outbox.add(String(event.messageId), event, stored);
  }

  /** Act on the answer that now stands, given here or in another tab. */
  #settle(): void {
    const answer = choice();
    if (answer === null) return;
    this.#banner.close();
    const held = this.#held.splice(0);
    if (answer === "no") {
      this.#user = null;
      return;
    }
    this.#keepUser();
    for (const event of held) this.#add(this.#signed(event));
  }

  #keepUser(): void {
    if (this.#user) write(USER, this.#user);
    this.#user = null;
  }

  #reopen(event: MouseEvent): void {
    const opener = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-relacja-consent]") : null;
    if (!opener) return;
    event.preventDefault();
    this.#banner.open(opener);
  }
}
