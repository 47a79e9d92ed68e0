/** Times that say "4 min ago" stay true while the page is open. The server wrote them first, in the same words. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function refresh(): void {
  const language = document.documentElement.lang;
  const format = new Intl.RelativeTimeFormat(language, { style: "short" });
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    const gap = Date.parse(time.dateTime) - Date.now();
    if (Math.abs(gap) < MINUTE || Math.abs(gap) >= 6 * HOUR) continue;
    const words = Math.abs(gap) < HOUR ? format.format(Math.trunc(gap / MINUTE), "minute") : format.format(Math.trunc(gap / HOUR), "hour");
    const said = language === "en" ? words.replace(". ", " ").replace(/\.$/, "") : words;
    if (time.textContent !== said) time.textContent = said;
  }
}

setInterval(refresh, 30_000);
