/**
 * <input data-suggest="/contacts/suggestions/contact/">: what the server offers for what was typed so far, as the
 * browser's own list of choices. Without an answer one types on as before.
 */
const WAIT = 150;
const timers = new WeakMap<HTMLInputElement, number>();

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !input.dataset["suggest"]) return;
  clearTimeout(timers.get(input));
  timers.set(input, window.setTimeout(() => void suggest(input), WAIT));
});

async function suggest(input: HTMLInputElement): Promise<void> {
  const typed = input.value;
  const answer = await fetch(`${input.dataset["suggest"]}?q=${encodeURIComponent(typed)}`).catch(() => null);
  if (!answer?.ok || input.value !== typed) return;
  choices(input).innerHTML = await answer.text();
}

function choices(input: HTMLInputElement): HTMLDataListElement {
  if (input.list) return input.list;
  const made = document.createElement("datalist");
  made.id = `${input.id}-choices`;
  input.after(made);
  input.setAttribute("list", made.id);
  return made;
}

export {};
