// Open the inspectors' pages without a network: the pages of the last day that the service marked, and what they are made of.
// The names of the caches stand in fieldwork_store.mjs too, which a classic worker cannot import.
const PAGES = "fieldwork-pages", PARTS = "fieldwork-parts";
const DAY = 24 * 3600 * 1000, PATIENCE = 8000;
const NOWHERE = "<!doctype html><html lang=\"zh-Hans\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
  + "<title>没有网络</title><h1>没有网络</h1><p>这一页没有存在本机。已存的记录还在，联网后会提交。</p><p><a href=\"/staff/visits\">我的检查</a></p>";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(part(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
});

/** A static file never changes under its address. */
async function part(request) {
  const cache = await caches.open(PARTS);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

/** A page comes from the network; without one, or when it does not answer, as it was seen within a day. */
async function page(request, path) {
  const cache = await caches.open(PAGES);
  let kept = await cache.match(path);
  if (kept && Date.now() - Date.parse(kept.headers.get("Date")) > DAY) {
    await cache.delete(path);
    kept = undefined;
  }
  const asked = ask(request, path, cache);
  try {
    return await (kept ? Promise.race([asked, new Promise((_, give) => setTimeout(give, PATIENCE))]) : asked);
  } catch {
    asked.catch(() => {});
    return kept ?? new Response(NOWHERE, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}

async function ask(request, path, cache) {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected && answer.headers.get("Huice-Carry") === "yes") await cache.put(path, answer.clone());
  else if (answer.ok || answer.status === 404) await cache.delete(path);
  return answer;
}
