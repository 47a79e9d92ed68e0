/** Where the visitor is and how they came, as the Segment Spec names it. */

const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
let referrer = document.referrer;

export interface Place {
  url: string;
  path: string;
  title: string;
  referrer: string;
  search: string;
}

export function place(): Place {
  const { href, pathname, search } = location;
  return { url: href.replace(/#.*/, ""), path: pathname, title: document.title, referrer, search };
}

export function context(): object {
  return {
    page: place(),
    campaign: campaign(),
    locale: navigator.language,
    timezone,
    screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
    library: { name: "relacja.js", version: "1" },
  };
}

function campaign(): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    const part = /^utm_(\w+)$/.exec(name)?.[1];
    if (part && value) found[part === "campaign" ? "name" : part] = value;
  }
  return Object.keys(found).length ? found : undefined;
}

/** Call `act` on every further page of this visit that is shown without loading a document. */
export function onNavigation(act: () => void): void {
  let last = place();
  // A moment later, when the new title is there too and a push corrected by a replace has become one change.
  const look = (): void => {
    setTimeout(() => {
      const now = place();
      if (now.path + now.search === last.path + last.search) return;
      referrer = last.url;
      last = place();
      act();
    }, 50);
  };
  for (const verb of ["pushState", "replaceState"] as const) {
    const original = history[verb];
    history[verb] = function (this: History, ...values) {
      original.apply(this, values);
      look();
    };
  }
  addEventListener("popstate", look);
  addEventListener("pageshow", (event) => event.persisted && act());
}
