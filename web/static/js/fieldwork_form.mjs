// Keep the draft of a form on the device while it is filled in, and put what is submitted into the queue instead of the network.
import { drop, items, put, replace } from "./fieldwork_store.mjs";
import { hash, withoutPosition } from "./photos.mjs";

const SETTLED = 400;
const OURS = ["csrf_token", "record", "evidence"]; // the device and the sender write these

/** Start one form. `submitted` is called once something new is in the queue. */
export async function startForm(form, account, words, submitted) {
  const { offline: kind, visit, name } = form.dataset;
  const draftKey = `draft:${account}:${visit}`;
  const about = { account, visit, name, url: new URL(form.action).pathname, page: location.pathname };
  const box = form.querySelector("input[type=file]");
  let files = [], timer;

  const fields = () => [...new FormData(form)].filter(([key, value]) => !OURS.includes(key) && typeof value === "string");
  const line = (selector, text) => {
    const place = form.querySelector(selector);
    if (!place) return;
    place.textContent = text;
    if (selector === "[data-form-line]") place.hidden = !text;
    return text;
  };

  /** Return what the server would refuse, found without it: the rest it says itself. */
  function complaint() {
    const results = [...form.elements].filter((each) => each.name.startsWith("result-")).map((each) => each.value);
    const follow = new FormData(form).getAll("follow_ups");
    if (results.includes("") || !follow.length) return words.missing;
    const must = JSON.parse(form.dataset.must);
    const short = results.find((result) => must[result] && !follow.includes(must[result]));
    return short ? words.must.replace("##", must[short]).replace("#", short) : "";
  }

  /** Put what the server said beside each control, until the form is sent again. */
  function mark(errors) {
    for (const old of form.querySelectorAll("[data-told]")) old.remove();
    for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    for (const [name, text] of Object.entries(errors)) {
      const control = form.querySelector(`[name="${CSS.escape(name)}"]`);
      if (!control) continue;
      const told = document.createElement("p");
      Object.assign(told, { className: "error", textContent: text, id: `told-${name}` });
      told.dataset.told = "";
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", told.id);
      (control.closest("fieldset.choices") ?? control.closest(".field")).append(told);
    }
  }

  async function keepDraft() {
    clearTimeout(timer);
    if (form.hidden) return;
    const draft = { ...about, key: draftKey, kind: "draft", fields: fields(), files, order: Date.now(), state: "draft" };
    if (await kept(() => put(draft))) line("[data-draft-line]", words.draft);
  }

  /** Tell whether the device took something; when it is full say so, and nothing leaves the page. */
  async function kept(act) {
    try {
      await act();
      return true;
    } catch {
      line("[data-form-line]", words.full);
      return false;
    }
  }

  function fill(item) {
    const values = item.fields.filter(([key]) => key !== "after");
    for (const control of form.elements) {
      if (!control.name || control.type === "hidden" || control.type === "file") continue;
      const mine = values.filter(([key]) => key === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = mine.includes(control.value);
      else if (mine.length) [control.value] = mine;
    }
    files = item.files;
    listFiles();
  }

  async function take(chosen) {
    const complaints = [];
    for (const file of chosen) {
      if (file.size > Number(form.dataset.largest)) { complaints.push(`${words.tooLarge}${file.name}`); continue; }
      let clean;
      try {
        clean = withoutPosition(new Uint8Array(await file.arrayBuffer()));
      } catch {
        complaints.push(`${words.unreadable}${file.name}`);
        continue;
      }
      const sha256 = await hash(clean.body);
      if (files.some((each) => each.sha256 === sha256)) continue;
      const together = files.reduce((sum, each) => sum + each.blob.size, clean.body.length);
      if (files.length >= Number(form.dataset.most) || together > Number(form.dataset.together)) {
        complaints.push(`${words.tooMany}${file.name}`);
        continue;
      }
      files = [...files, { name: file.name, blob: new Blob([clean.body], { type: clean.type }), sha256 }];
    }
    box.value = "";
    line("[data-form-line]", complaints.join(" "));
    listFiles();
    await keepDraft();
  }

  function listFiles() {
    form.querySelector("[data-files]")?.replaceChildren(...files.map((file) => {
      const row = document.createElement("li"), code = document.createElement("code"), remove = document.createElement("button");
      code.className = "hash";
      code.textContent = file.sha256;
      Object.assign(remove, { type: "button", className: "button button--quiet", textContent: `${words.remove} ${file.name}` });
      remove.addEventListener("click", async () => {
        files = files.filter((each) => each !== file);
        listFiles();
        await keepDraft();
      });
      const note = file.blob.type === "image/jpeg" ? ` · ${words.cleaned}` : "";
      row.append(`${file.name}${note}`, document.createElement("br"), "SHA-256 ", code, " ", remove);
      return row;
    }));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const written = fields();
    if (kind === "record" && line("[data-form-line]", complaint())) return;
    clearTimeout(timer);
    mark({});
    const id = kind === "record" ? crypto.randomUUID() : `enter:${account}:${visit}`;
    const item = {
      ...about, key: id, kind, fields: kind === "record" ? [...written, ["record", id]] : [], files,
      madeAt: new Date().toISOString(), order: Date.now(), state: "queued",
    };
    if (!await kept(() => replace(draftKey, item))) return;
    files = [];
    navigator.storage?.persist?.().catch(() => {});
    await submitted();
  });
  if (kind === "record") {
    const later = () => { clearTimeout(timer); timer = setTimeout(keepDraft, SETTLED); };
    form.addEventListener("input", (event) => event.target !== box && later());
    form.addEventListener("change", (event) => event.target !== box && later());
    box.addEventListener("change", () => take([...box.files]));
    const draft = (await items()).find((item) => item.key === draftKey);
    if (draft) {
      fill(draft);
      line("[data-draft-line]", words.draft);
    }
  }

  return {
    takes: (item) => kind === "record" && item.visit === visit,
    /** Put a record that was not accepted back into the form, as a draft, with what is wrong at its fields. */
    async edit(item) {
      form.hidden = false;
      fill(item);
      await replace(item.key, { ...item, key: draftKey, kind: "draft", state: "draft", message: "", errors: {} });
      mark(item.errors ?? {});
      line("[data-form-line]", item.state === "wrong" ? `${words.wrong}${item.message}` : "");
      (form.querySelector("[aria-invalid]") ?? form.querySelector("[data-form-line]")).focus();
    },
    /** Empty the form of what was deleted from the device. */
    forget(item) {
      if (item.key !== draftKey) return;
      form.reset();
      files = [];
      listFiles();
      line("[data-draft-line]", "");
    },
    /** Hide the form while its record is on its way or was accepted. */
    look(mine) {
      const instead = document.querySelector("[data-instead]");
      form.hidden = mine.some((item) => item.visit === visit && item.kind === kind && ["queued", "kept", "conflict", "wrong"].includes(item.state));
      if (kind === "record" && instead) instead.hidden = !form.hidden;
    },
  };
}
