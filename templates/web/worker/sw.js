// Keeps the pages of the field readable where there is no network: files of this version, and pages that say that they may be kept.
// Never a page that shows who a case is about; nothing is left after signing out.
"use strict";

const FILES = ["BERKAS"];
const FILES_SHELF = `aks-berkas-${FILES.join("").length}-${FILES.at(-1)}`;
const PAGES_SHELF = "aks-halaman";
const PATIENCE = 4000;
const LEAVES = ["/keluar", "/masuk", "/demo/ganti"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES_SHELF).then((shelf) => shelf.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== FILES_SHELF && name !== PAGES_SHELF) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && LEAVES.includes(address.pathname)) event.waitUntil(caches.delete(PAGES_SHELF));
  if (request.method !== "GET") return;
  if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && isOfTheField(address.pathname)) event.respondWith(page(request, address, event));
});

const isOfTheField = (path) => path === "/kunjungan" || /^\/kasus\/[^/]+\/(kunjungan|lembar-kerja)$/.test(path);

const file = async (request) => (await caches.match(request)) ?? fetch(request);

/** The page from the network, else the kept one. A new one is kept when it says that it may be. */
const page = async (request, address, event) => {
  const shelf = await caches.open(PAGES_SHELF);
  const key = address.pathname + address.search;
  const asked = fetch(request).then((answer) => {
    if (answer.ok && answer.headers.has("X-Simpan-Halaman")) event.waitUntil(shelf.put(key, answer.clone()));
    return answer;
  });
  asked.catch(() => undefined);
  const kept = await shelf.match(key);
  if (!kept) return asked;
  const waited = new Promise((resolve) => { setTimeout(() => resolve(kept), PATIENCE); });
  return Promise.race([asked.catch(() => kept), waited]);
};
