// Let inspectors work without a network: keep what is typed and what is submitted on the device, and send it when one is there.
import { carry } from "./fieldwork_carry.mjs";
import { startForm } from "./fieldwork_form.mjs";
import { sender } from "./fieldwork_send.mjs";
import { drop, items } from "./fieldwork_store.mjs";

const AGAIN = 30_000;
const section = document.querySelector("[data-device]");
const words = Object.fromEntries([...(document.querySelector("template[data-words]")?.content.children ?? [])]
  .map((word) => [word.dataset.word, word.textContent]));
// Without a secure address there is neither worker nor hash: the plain forms do everything, as without JavaScript.
if (section && window.isSecureContext && "indexedDB" in window) start();

async function start() {
  const account = section.dataset.account;
  let shown = "";
  const state = { network: "on", sending: "", isCarried: false };
  const send = sender({
    account, tokenAddress: section.dataset.token, refused: words.refused, gone: words.gone,
    changed: (news) => { Object.assign(state, { sending: "" }, news); return show(); },
    sent: lookAgain,
  });
  const forms = await Promise.all([...document.querySelectorAll("form[data-offline]")].map((form) => startForm(form, account, words, submit)));

  async function submit() {
    await show();
    await send();
  }

  /** Show the list, or the page of the visit, anew once a record was accepted; put one with something wrong back into its form. */
  async function lookAgain(before) {
    for (const item of (await items()).filter((each) => each.kind === "record" && before.includes(each.key))) {
      const form = forms.find((each) => each.takes(item));
      if (item.state === "kept" && (form || location.pathname === section.dataset.scope)) return location.reload();
      if (item.state === "wrong" && form) await form.edit(item).then(show);
    }
  }

  async function show() {
    const all = await items();
    const mine = all.filter((item) => item.account === account);
    const others = all.some((item) => item.account !== account && item.state !== "kept");
    const waits = mine.some((item) => item.state === "queued");
    const line = state.network === "signIn" ? words.signIn : state.network === "off" ? words.offline
      : state.isCarried ? words.carried : words.online;
    section.hidden = false;
    section.dataset.network = state.network;
    tell("[data-device-line]", others ? `${line} ${words.other}` : line);
    const look = JSON.stringify(mine.map((item) => [item.key, item.state, item.message, item.key === state.sending]));
    if (look !== shown) section.querySelector("[data-device-items]").replaceChildren(...mine.map(entry)); // what is unfolded stays
    shown = look;
    section.querySelector("[data-device-actions]").hidden = !waits;
    section.querySelector("[data-sign-in-link]").hidden = state.network !== "signIn";
    for (const form of forms) form.look(mine, state.sending);
  }

  function entry(item) {
    const line = document.createElement("li"), said = document.createElement("span");
    const how = item.key === state.sending ? words.sending
      : item.state === "kept" ? (item.receipt ? words.keptNumber.replace("#", item.receipt) : words.kept)
        : `${words[item.kind === "draft" ? "draft" : item.state]}${item.message ?? ""}`;
    const what = words[item.kind === "enter" ? "enter" : "record"];
    said.textContent = `${item.name ? `${item.name} · ` : ""}${what}：${how}`;
    said.dataset.state = item.key === state.sending ? "sending" : item.state;
    line.append(said);
    if (item.state !== "kept" && item.kind !== "enter") line.append(content(item, words.content));
    if (item.key !== state.sending) line.append(" ", ...buttons(item));
    return line;
  }

  function buttons(item) {
    if (item.state === "kept") return [];
    const made = [];
    if (item.kind === "record" && item.page === location.pathname && forms.some((form) => form.takes(item))) {
      made.push(button(words.edit, async () => {
        await forms.find((form) => form.takes(item)).edit(item);
        await show();
      }));
    } else if (item.page !== location.pathname) {
      const link = document.createElement("a");
      link.className = "target";
      link.href = item.page;
      link.textContent = words.open;
      made.push(link);
    }
    let isSure = false;
    made.push(button(words.discard, async (event) => {
      if (!isSure) {
        isSure = true;
        event.target.textContent = words.discardAgain;
        return;
      }
      await drop(item.key);
      for (const form of forms) form.forget(item);
      await show();
    }));
    return made;
  }

  section.querySelector("[data-send]").addEventListener("click", send);
  window.addEventListener("online", send);
  window.addEventListener("offline", () => { state.network = "off"; show(); });
  document.addEventListener("visibilitychange", () => document.hidden || send());
  setInterval(async () => (await items()).some((item) => item.state === "queued") && send(), AGAIN);
  await forgetOld();
  await send();
  state.isCarried = await carry(section).catch(() => false);
  await show();
}

/** What an item holds, to read or take along where it was not accepted; its photographs can be saved. */
function content(item, title) {
  const details = document.createElement("details"), summary = document.createElement("summary"), list = document.createElement("ul");
  summary.textContent = title;
  for (const [name, value] of item.fields) {
    if (!value || ["after", "record", "kept"].includes(name)) continue;
    const row = document.createElement("li");
    row.textContent = value;
    list.append(row);
  }
  for (const file of item.files) {
    const row = document.createElement("li"), link = document.createElement("a"), code = document.createElement("code");
    Object.assign(link, { className: "target", download: file.name, textContent: file.name });
    link.addEventListener("click", () => { link.href = URL.createObjectURL(file.blob); }, { once: true });
    link.href = "#";
    Object.assign(code, { className: "hash", textContent: file.sha256 });
    row.append(link, " ", code);
    list.append(row);
  }
  details.append(summary, list);
  return details;
}

/** Receipts are shown for a day. */
async function forgetOld() {
  const old = Date.now() - 24 * 3600 * 1000;
  for (const item of await items()) if (item.state === "kept" && item.order < old) await drop(item.key);
}

function tell(selector, text) {
  const place = section.querySelector(selector);
  if (place.textContent !== text) place.textContent = text;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

