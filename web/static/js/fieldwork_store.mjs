// Keep on the device what an inspector wrote and has not submitted, and forget it when it is accepted or the person leaves.
const NAME = "huice-fieldwork", STORE = "items";
export const PAGES = "fieldwork-pages", PARTS = "fieldwork-parts"; // as in fieldwork_worker.js

let opened;
function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function work(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Every item, in the order in which it was written. An item is
    {key, kind: draft|enter|record, account, visit, name, url, fields, files, madeAt, order, state: queued|conflict|wrong|kept}. */
export async function items() {
  return (await work("readonly", (store) => store.getAll())).sort((one, other) => one.order - other.order);
}

/** Keep an item; resolves once it is on the disk, rejects when there is no room. */
export const put = (item) => work("readwrite", (store) => void store.put(item));

/** Replace one item by another in one step, so that there is always one of them. */
export const replace = (key, item) => work("readwrite", (store) => { store.delete(key); store.put(item); });

export const drop = (key) => work("readwrite", (store) => void store.delete(key));

/** Tell whether an item would be lost with the device's memory. */
export const isUnsent = (item) => item.state !== "kept";

/** Forget everything of everybody on this device. */
export async function wipe() {
  await work("readwrite", (store) => void store.clear());
  if (!("caches" in window)) return;
  await Promise.all([PAGES, PARTS].map((name) => caches.delete(name)));
}
