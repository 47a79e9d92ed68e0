/**
 * The visitor's answer.
 *
 * A yes is kept with an id. A no is kept as the one word "no", without any identifier: it serves only to honour the
 * visitor's own choice and not to ask again on every page, which makes it strictly necessary for what they asked for
 * (ePrivacy Directive art. 5(3); in Poland art. 399 of the Electronic Communications Act) and needs no consent.
 * Global Privacy Control is a no for as long as the browser sends it, and then nothing at all is kept.
 */

import { erase, keys, read, write } from "./storage";
import { forgetVisitor } from "./visitor";

const ANSWER = "consent";

export type Choice = "yes" | "no" | null;

export function browserRefuses(): boolean {
  return (navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
}

export function choice(): Choice {
  if (browserRefuses()) return "no";
  const kept = read(ANSWER);
  return kept === "yes" || kept === "no" ? kept : null;
}

export function keepChoice(given: boolean): void {
  write(ANSWER, given ? "yes" : "no");
}

/** Afterwards nothing of ours is left in this browser. */
export function forgetEverything(): void {
  keys("").forEach(erase);
  forgetVisitor();
}

/** Tell when the visitor answers in another tab of the same site. */
export function onAnswerElsewhere(act: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === `relacja_${ANSWER}`) act();
  });
}
