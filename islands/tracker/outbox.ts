/**
 * Events on their way to the server: kept until it says it has them, tried again while it does not answer.
 *
 * An event may go twice (a page closed before the answer came); its messageId makes it count once.
 */

import { erase, keys, read, remember, write } from "./storage";

const EVENT = "event_";
const MOST = 200;
const LARGEST = 32 * 1024;
// Browsers allow 64 KB of requests that outlive their page.
const LOAD = 60_000;
const SOON = 100;
const LONGEST_WAIT = 300_000;
// Answers that will be the same next time; every other failure is worth another try.
const FINAL = [400, 401, 403, 413];

export class Outbox {
  #going = new Set<string>();
  #failures = 0;
  #timer = 0;

  constructor(
    private readonly address: string,
    private readonly writeKey: string,
  ) {
    addEventListener("pagehide", this.send);
    addEventListener("online", this.send);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.send());
  }

  /** Keep an event and send it soon; `stored` false keeps it only while this page lives. */
  add(messageId: string, event: object, stored = true): void {
    const text = JSON.stringify(event);
    if (size(text) > LARGEST) return console.debug("relacja: an event over 32 KB was left out");
    (stored ? write : remember)(EVENT + messageId, text);
    keys(EVENT).slice(0, -MOST).forEach(erase);
    if (!this.#failures) this.#later(SOON);
  }

  send = (): void => {
    const load = this.#load();
    if (!load.size) return;
    const body = `{"writeKey":${JSON.stringify(this.writeKey)},"sentAt":"${new Date().toISOString()}","batch":[${[...load.values()]}]}`;
    for (const key of load.keys()) this.#going.add(key);
    // Text needs no preflight, and credentials are nobody's business here.
    fetch(this.address, { method: "POST", body, keepalive: true, credentials: "omit" })
      .then((answer) => {
        if (!answer.ok && !FINAL.includes(answer.status)) throw new Error(String(answer.status));
        for (const key of load.keys()) erase(key);
        this.#failures = 0;
      })
      .catch(() => {
        if (!this.#failures++) console.debug("relacja: the server does not answer, events wait");
      })
      .finally(() => {
        for (const key of load.keys()) this.#going.delete(key);
        if (keys(EVENT).length) this.#later(this.#failures ? this.#wait() : 0);
      });
  };

  #load(): Map<string, string> {
    const load = new Map<string, string>();
    let room = LOAD;
    for (const key of keys(EVENT)) {
      const text = this.#going.has(key) ? null : read(key);
      if (text === null) continue;
      room -= size(text);
      if (room < 0) break;
      load.set(key, text);
    }
    return load;
  }

  #wait(): number {
    return Math.min(LONGEST_WAIT, 1000 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
  }

  #later(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(this.send, wait);
  }
}

function size(text: string): number {
  return new Blob([text]).size;
}
