/**
 * The tracking script of a site:
 *
 *   <script async src="https://crm.example/static/web/dist/t.js" data-key="WRITE KEY"
 *           data-lang="pl" data-privacy="/privacy/"></script>
 *
 * It asks for consent, then reports pages and what the markup declares (elements.ts) to the server it came from.
 * Calls made before it has loaded wait: (window.relacja = window.relacja || []).push(["track", "Name", {…}]).
 * Any element with data-relacja-consent opens the question again.
 */

import type { Values } from "./elements";
import { Tracker } from "./tracker";

type Waiting = [name: string, ...values: unknown[]];

declare global {
  interface Window {
    relacja?: unknown;
  }
}

/** Our faults are no business of the site's: one line for who looks for it, and the page goes on. */
function safely<Given extends unknown[], Result>(act: (...given: Given) => Result): (...given: Given) => Result | undefined {
  return (...given) => {
    try {
      return act(...given);
    } catch (error) {
      console.debug("relacja:", error);
      return undefined;
    }
  };
}

function whenShown(act: () => void): void {
  if ((document as Document & { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", () => whenShown(act), { once: true });
  } else if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", act, { once: true });
  } else act();
}

function install(script: HTMLScriptElement): void {
  const { key = "", lang, privacy = "" } = script.dataset;
  const language = lang || document.documentElement.lang || navigator.language;
  const tracker = new Tracker({
    origin: new URL(script.src).origin,
    writeKey: key,
    language: language.toLowerCase().startsWith("pl") ? "pl" : "en",
    privacy,
  });
  const waiting: Waiting[] = Array.isArray(window.relacja) ? window.relacja : [];
  const calls: Record<string, unknown> = {
    page: safely((name?: string, properties?: Values) => tracker.page(name, properties)),
    track: safely((event: string, properties?: Values) => tracker.track(event, properties)),
    identify: safely((userId: string | null, traits?: Values) => tracker.identify(userId, traits)),
    reset: safely(() => tracker.reset()),
    consent: safely((given: boolean) => tracker.consent(given)),
    anonymousId: safely(() => tracker.anonymousId()),
  };
  const push = ([name, ...values]: Waiting): void => {
    const call = calls[name];
    if (typeof call === "function") call(...values);
  };
  window.relacja = { ...calls, push };
  whenShown(
    safely(() => {
      // A site that names its pages itself is not told twice about the first one.
      tracker.start(!waiting.some(([name]) => name === "page"));
      waiting.forEach(push);
    }),
  );
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && (!window.relacja || Array.isArray(window.relacja))) safely(install)(script);
