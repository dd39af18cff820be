// Narrow the page of all facts while typing; without JavaScript the same box asks the server.
import { onSettledInput } from "./composition.mjs";

function startFilter(holder) {
  const form = document.getElementById(holder.dataset.filter);
  const box = holder.querySelector("input[type=search]");
  if (!form || !box) return;
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.className = "muted";
  holder.append(told);
  // What is typed into the form must not be lost by going to the server for a filter.
  holder.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  onSettledInput(box, () => {
    const words = box.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of form.querySelectorAll("[data-filter-group]")) {
      let any = false;
      for (const item of group.querySelectorAll("[data-filter-item]")) {
        const label = item.dataset.filterItem.toLowerCase();
        item.hidden = !words.every((word) => label.includes(word));
        if (!item.hidden) { any = true; shown += 1; }
      }
      group.hidden = !any;
    }
    told.textContent = shown ? "" : holder.dataset.filterNone;
  });
}

document.querySelectorAll("[data-filter]").forEach(startFilter);
