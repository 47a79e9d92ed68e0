/**
 * What is kept in the visitor's browser: localStorage, or this page's memory where the browser forbids it.
 *
 * Every event has a key of its own, so that tabs of one site add and remove side by side and none overwrites another's.
 */

const PREFIX = "relacja_";
const memory = new Map<string, string>();

export function read(key: string): string | null {
  try {
    return memory.get(key) ?? localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function write(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    remember(key, value);
  }
}

/** Keep in memory only: gone with the page. */
export function remember(key: string, value: string): void {
  memory.set(key, value);
}

export function erase(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing could be stored, so nothing is left.
  }
}

/** The keys that start so, in their own order. */
export function keys(start: string): string[] {
  const found = [...memory.keys()];
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) found.push(key.slice(PREFIX.length));
  } catch {
    // Only memory can hold something.
  }
  return found.filter((key) => key.startsWith(start)).sort();
}
