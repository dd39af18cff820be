// Open the browser's print window from a button that is hidden without JavaScript.

/** Start every button[data-print]. */
export function startPrinting(root) {
  for (const button of root.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
