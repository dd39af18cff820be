// Send what waits on the device, in order, each thing as often as it takes for its answer to arrive.
import { PAGES, items, put, replace } from "./fieldwork_store.mjs";

const PATIENCE = 120_000;

/** Return a sender for one account. `changed(state)` is called after each step with
    {network: on|off|signIn, sending: the key of what is under way}, `sent(keys)` with what was tried when all was. */
export function sender({ account, tokenAddress, refused, gone, changed, sent }) {
  let under = null, again = false;

  /** Send what is queued; a call while one runs makes it look once more. */
  return function send() {
    if (under) { again = true; return under; }
    under = alone(run).finally(() => {
      under = null;
      if (again) { again = false; send(); }
    });
    return under;
  };

  async function run() {
    const waiting = (await items()).filter((item) => item.account === account && item.state === "queued");
    if (!waiting.length) return changed({ network: navigator.onLine ? "on" : "off" });
    let token = await freshToken();
    for (const item of waiting) {
      if (!token) return;
      await changed({ network: "on", sending: item.key });
      let answer = await post(item, token);
      if (answer?.status === 400 && (token = await freshToken())) answer = await post(item, token); // the form's token was old
      if (!(await settle(item, answer))) return;
    }
    await changed({ network: "on" });
    await sent(waiting.map((item) => item.key));
  }

  /** Return the token of this session; none when there is no network, or nobody or somebody else is signed in. */
  async function freshToken() {
    let answer;
    try {
      answer = await fetch(tokenAddress, { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      await changed({ network: "off" });
      return null;
    }
    if (answer.ok) {
      const told = await answer.json();
      if (told.account === account) return told.token;
    }
    await changed({ network: answer.status >= 500 || answer.status === 429 ? "off" : "signIn" });
    return null;
  }

  /** Note what became of an item; tell whether to go on with the next. */
  async function settle(item, answer) {
    const status = answer?.status ?? 0;
    if (status === 0 || status >= 500 || status === 429) { await changed({ network: "off" }); return false; }
    if (status === 401 || status === 403) { await changed({ network: "signIn" }); return false; }
    const told = await answer.json().catch(() => ({}));
    if (told.state === "kept") {
      const { key, kind, visit, account: owner, order } = item;
      await replace(key, { key, kind, visit, account: owner, order, state: "kept", receipt: told.receipt });
      if (kind === "record" && "caches" in window) await (await caches.open(PAGES)).delete(item.page);
    } else if (told.state === "wrong") {
      await put({ ...item, state: "wrong", message: Object.values(told.errors).join(" "), errors: told.errors });
    } else {
      const message = told.message ?? (status === 404 ? gone : refused.replace("#", status));
      await put({ ...item, state: told.state === "conflict" || status === 404 ? "conflict" : "wrong", message });
    }
    return true;
  }
}

async function post(item, token) {
  const body = new FormData();
  body.append("csrf_token", token);
  body.append("made_at", item.madeAt);
  for (const [name, value] of item.fields) body.append(name, value);
  for (const file of item.files) body.append("evidence", file.blob, file.name);
  try {
    return await fetch(item.url, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return null;
  }
}

/** Let one tab of this browser send at a time; the server would keep one record anyway. */
const alone = (act) => (navigator.locks ? navigator.locks.request("fieldwork-send", act) : act());
