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
  const isList = location.pathname === section.dataset.scope;
  if (isList) await forget(PAGES, (path) => path === location.pathname || links.includes(path));
  const done = await Promise.all([
    ...[location.pathname, section.dataset.scope, ...links].map((path) => keep(PAGES, path, "Huice-Carry")),
    ...parts.map((address) => keep(PARTS, address)),
  ]);
  // Every page was fetched anew just now: files of an earlier edition serve none of them.
  if (isList && done.every(Boolean)) await forget(PARTS, (path) => parts.some((address) => address.includes(edition(path))));
  return done.every(Boolean);
}

const edition = (path) => path.split("/").slice(0, 3).join("/"); // "/static/<version>"

/** Forget what is no longer to be carried. */
async function forget(name, isCarried) {
  const cache = await caches.open(name);
  const old = (await cache.keys()).filter((request) => !isCarried(new URL(request.url).pathname));
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
