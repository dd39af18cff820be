// Put the focus where reading should begin after a failed form, and on the input that an error names.

/** Focus the error summary when there is one, and make its links focus their inputs. */
export function startFocus(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  for (const link of summary.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(link.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      target.focus({ preventScroll: true });
      target.closest(".field")?.scrollIntoView({ block: "start" });
    });
  }
}
