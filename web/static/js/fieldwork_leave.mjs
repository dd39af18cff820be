// Ask once more before signing out deletes records that wait on this device; then leave nothing on it.
import { isUnsent, items, wipe } from "./fieldwork_store.mjs";

/** Start the form that signs out, on every page of staff. */
export function startLeaving(root) {
  const form = root.querySelector("form[data-leave]");
  if (!form || !("indexedDB" in window)) return;
  let isWarned = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (!isWarned && (await items()).some(isUnsent)) {
        isWarned = true;
        const told = document.createElement("p");
        told.setAttribute("role", "alert");
        told.className = "error";
        told.textContent = form.dataset.leave;
        form.after(told);
        return;
      }
      await wipe();
    } catch { /* no store on this device: nothing waits */ }
    form.submit();
  });
}
