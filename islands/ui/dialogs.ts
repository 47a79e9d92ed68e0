/** What htmx puts into a dialog opens it; what closes a dialog empties the drawer. */
document.body.addEventListener("htmx:afterSwap", (event) => {
  const target = (event as CustomEvent<{ target: Element }>).detail.target;
  if (target instanceof HTMLDialogElement && !target.open) target.showModal();
});

document.getElementById("drawer")?.addEventListener("close", (event) => {
  (event.currentTarget as HTMLElement).replaceChildren();
});

/** A dialog that comes open from the server, with the errors of its form, is as modal as it was. */
for (const dialog of document.querySelectorAll<HTMLDialogElement>("main dialog[open]")) {
  dialog.close();
  dialog.showModal();
}

/** Buttons with `command` and `commandfor` are native; this is for browsers that do not know them yet. */
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[commandfor]");
    const dialog = document.getElementById(button?.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (button?.getAttribute("command") === "close") dialog.close();
    else dialog.showModal();
  });
}
