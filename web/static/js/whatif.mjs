// Tie each slider to its number box, and show the new result of a what-if form without leaving the page.
import { afterPause, onSettledInput } from "./composition.mjs";

/** Return the mark nearest to `value` when it is within one fiftieth of the slider's length, else `value`. */
export function snapped(value, marks, length) {
  let best = value;
  let distance = length / 50;
  for (const mark of marks) {
    if (Math.abs(mark - value) <= distance) {
      best = mark;
      distance = Math.abs(mark - value);
    }
  }
  return best;
}

function tie(box) {
  const slider = box.querySelector("input[type=range]");
  const number = document.getElementById(slider.dataset.for);
  const marks = (slider.dataset.marks ?? "").split(" ").filter(Boolean).map(Number);
  box.querySelector(".range-box__slider").hidden = false;
  let isKeyed = false; // an arrow key moves by less than a mark pulls: snapping would hold the slider there for ever
  slider.addEventListener("keydown", () => { isKeyed = true; });
  slider.addEventListener("pointerdown", () => { isKeyed = false; });
  slider.addEventListener("input", () => {
    const value = isKeyed ? Number(slider.value) : snapped(Number(slider.value), marks, Number(slider.max) - Number(slider.min));
    number.value = String(value);
    number.dispatchEvent(new Event("input", { bubbles: true }));
  });
  onSettledInput(number, () => {
    const value = Number(number.value.normalize("NFKC").replace(/[,，\s]/g, ""));
    if (number.value.trim() !== "" && Number.isFinite(value) && document.activeElement !== slider) slider.value = String(value);
  });
}

/** Send `form[data-whatif]` after a pause and put the answer's element of that id in place of the page's own. */
function live(form) {
  const id = form.dataset.whatif;
  let latest = 0;
  const send = afterPause(async () => {
    const mine = ++latest;
    try {
      const data = new URLSearchParams(new FormData(form));
      const post = form.method === "post";
      const address = post ? form.action : `${form.action.split("?")[0]}?${data}`;
      const answer = await fetch(address, { method: post ? "POST" : "GET", body: post ? data : undefined, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(id);
      // An older answer must not replace a newer one; without the element the form's own button still works.
      if (mine === latest && fresh) document.getElementById(id)?.replaceChildren(...fresh.childNodes);
    } catch {
      // Offline or interrupted: the figures on the page stay as they were, and the button still sends the form.
    }
  }, 250);
  for (const input of form.querySelectorAll("input, select")) {
    if (input.type !== "range") onSettledInput(input, send);
  }
}

/** Start every range box and every what-if form. The element they update should have role="status". */
export function startWhatIf(root) {
  root.querySelectorAll("[data-range-box]").forEach(tie);
  root.querySelectorAll("form[data-whatif]").forEach(live);
}
