// Carry today's visits along: keep their pages and what these are made of on the device, so that they open without a network.
import { PAGES, PARTS } from "./fieldwork_store.mjs";

/** Register the worker and fetch the pages to carry; tell whether they are all here. */
export async function carry(section) {
  if (!navigator.serviceWorker || !("caches" in window)) return false;
  await navigator.serviceWorker.register(section.dataset.worker, { scope: section.dataset.scope });
  await navigator.serviceWorker.ready;
  const links = [...document.querySelectorAll("a[data-carry]")].map((link) => link.pathname);
  const parts = performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
    .filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/")).map((url) => url.href);
  if (location.pathname === section.dataset.scope) await forget([location.pathname, ...links]);
  const done = await Promise.all([
    ...[location.pathname, section.dataset.scope, ...links].map((path) => keep(PAGES, path, "Huice-Carry")),
    ...parts.map((address) => keep(PARTS, address)),
  ]);
  return done.every(Boolean);
}

/** Forget the pages that are no longer to be carried. */
async function forget(carried) {
  const cache = await caches.open(PAGES);
  const old = (await cache.keys()).filter((request) => !carried.includes(new URL(request.url).pathname));
  await Promise.all(old.map((request) => cache.delete(request)));
}

async function keep(name, address, mark) {
  const cache = await caches.open(name);
  if (name === PARTS && await cache.match(address)) return true;
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected || (mark && answer.headers.get(mark) !== "yes")) return false;
    await cache.put(address, answer);
    return true;
  } catch {
    return Boolean(await cache.match(address));
  }
}
