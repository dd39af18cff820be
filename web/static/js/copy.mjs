// Copy the text or value of another element; the button is shown only where copying is possible.

/** Start every button[data-copy]. */
export function startCopying(root) {
  if (!navigator.clipboard) return; // plain http: select the text by hand
  for (const button of root.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) continue;
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }
}
