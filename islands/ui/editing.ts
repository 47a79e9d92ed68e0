/**
 * What comes beside an answer (hx-swap-oob) never replaces a part where somebody is writing: such a form says so with
 * `data-editing`. The part is as fresh as the next answer after the form is gone.
 */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target } = event as CustomEvent<unknown> & { target: Element };
  if (target.querySelector("[data-editing]")) event.preventDefault();
});
