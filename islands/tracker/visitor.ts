/** Who this browser is, once it may be remembered. The cookie lets forms rendered by the site's server know it too. */

import { erase, read, write } from "./storage";

const ID = "id";
const COOKIE = "relacja_vid";
const DAYS = 395;
let written = "";

/** A random UUID (RFC 9562, version 4); crypto.randomUUID is missing on plain http. */
export function uuid(): string {
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
  });
}

/** The id of this visitor, made at the first call and given a new term once a page. Only called after consent. */
export function anonymousId(): string {
  const id = read(ID) ?? uuid();
  if (id === written) return id;
  write(ID, id);
  setCookie(id, DAYS);
  return (written = id);
}

export function forgetVisitor(): void {
  written = "";
  erase(ID);
  setCookie("", 0);
}

function setCookie(value: string, days: number): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${value}; Path=/; Max-Age=${days * 86400}; SameSite=Lax${secure}`;
}
