// What a phone does where there is no network: it keeps what was typed, says so, and sends it when it can. The server decides what is taken;
// a form has one form_id however often it is sent, so it is done once. Nothing is kept here that tells who a case is about.
"use strict";

(() => {
  const SHELF = "aks.belum-terkirim";
  const PATIENCE = 15000;
  const NEEDS_NETWORK = "hanya-daring";
  const VISIT = "kunjungan";
  let isSending = false;
  let answered = ""; // the form_id whose answer stands on this page

  const shelf = () => {
    try { return JSON.parse(localStorage.getItem(SHELF) ?? "[]"); } catch { return []; }
  };
  const store = (entries) => {
    try { localStorage.setItem(SHELF, JSON.stringify(entries)); return true; } catch { return false; }
  };
  const value = (entry, name) => entry.fields.find(([field]) => field === name)?.[1] ?? "";
  const same = (a, b) => a.address === b.address && value(a, "form_id") === value(b, "form_id");
  const keep = (entry) => store([...shelf().filter((one) => !same(one, entry)), entry]);
  const drop = (entry) => store(shelf().filter((one) => !same(one, entry)));
  const clock = (at) => new Date(at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
  const say = (sentence) => window.aks?.say?.(sentence);

  const entryOf = (form, submitter) => {
    const data = submitter ? new FormData(form, submitter) : new FormData(form);
    const fields = [...data].filter(([name, it]) => name !== "csrf" && typeof it === "string");
    return { address: addressOf(form), page: location.pathname + location.search, fields, at: Date.now(), state: "" };
  };

  /** Where a form is sent. Its own property is no use: a form with a field named "action" answers with that field. */
  const addressOf = (form) => new URL(form.getAttribute("action") ?? "", location.href).pathname;

  /** Sends an entry; answers the response, or null where nothing was heard. The token is of the page that is open now. */
  const post = async (entry, token) => {
    const body = new URLSearchParams(entry.fields);
    body.set("csrf", token);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return await fetch(entry.address, { method: "POST", body, headers: { "X-Luring": "ya" }, redirect: "manual", signal: stop.signal });
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  };

  /** A token of the session as it is now; "" when nobody is signed in or nothing is heard. */
  const freshToken = async () => {
    try {
      const answer = await fetch("/kunjungan", { cache: "reload", redirect: "manual" });
      if (!answer.ok) return "";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return page.querySelector('meta[name="csrf"]')?.content ?? "";
    } catch {
      return "";
    }
  };

  const deliver = async (entry) => {
    const first = await post(entry, window.aks?.token?.() ?? "");
    if (first?.status !== 403) return first;
    const token = await freshToken();
    if (!token) return first;
    const meta = document.querySelector('meta[name="csrf"]');
    if (meta) meta.content = token;
    document.querySelectorAll('input[name="csrf"]').forEach((field) => { field.value = token; });
    return post(entry, token);
  };

  /** What became of it: "taken", "kept" (no network, or the service is down), "sign-in", "other" (another account), or "answered". */
  const outcome = (response) => {
    if (response === null || response.status >= 500 || response.status === 429) return "kept";
    if (response.status === 204) return "taken";
    if (response.status === 401 || response.type === "opaqueredirect") return "sign-in";
    if (response.status === 412) return "other";
    return "answered";
  };

  /** Puts the answer to a form in the place of the page: what is wrong, or two versions side by side. */
  const showAnswer = async (response, entry) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const content = page.querySelector("main");
    const here = document.querySelector("main");
    if (!content || !here) return;
    here.replaceWith(document.importNode(content, true));
    document.title = page.title;
    history.replaceState(null, "", entry.page);
    const main = document.querySelector("main");
    main.id = "isi";
    answered = value(entry, "form_id");
    window.aks?.bind?.(main);
    window.htmx?.process?.(main);
    window.scrollTo(0, 0);
    draw();
  };

  const saved = (form, sentence, link) => {
    const line = form.querySelector("[data-saved]") ?? form.appendChild(document.createElement("p"));
    line.textContent = sentence;
    if (link) line.append(" ", link);
    say(sentence);
  };
  const linkTo = (address, words) => Object.assign(document.createElement("a"), { href: address, textContent: words });

  const take = async (form, submitter) => {
    const entry = entryOf(form, submitter);
    const buttons = [...form.querySelectorAll('button[type="submit"]')];
    buttons.forEach((button) => { button.disabled = true; });
    saved(form, "Mengirim…");
    const response = await deliver(entry);
    buttons.forEach((button) => { button.disabled = false; });
    const what = outcome(response);
    if (what === "taken" || what === "answered") {
      // What is asked back stays on the phone until it was taken: to measure again takes longer than a page stays open.
      const isAskedBack = form.dataset.offline === VISIT && (response.status === 422 || response.status === 409);
      if (!isAskedBack || !keep({ ...entry, state: "periksa" })) drop(entry);
      form.dispatchEvent(new Event("aks:saved"));
      if (what === "answered") return showAnswer(response, entry);
      return location.assign(response.headers.get("X-Lanjut") ?? "/");
    }
    if (form.dataset.offline === NEEDS_NETWORK) {
      return saved(form, what === "sign-in" ? "Sesi Anda berakhir; masuk lagi untuk mengirim." : "Belum terkirim: tidak ada jaringan. Isian Anda tetap tersimpan; coba lagi saat ada jaringan.");
    }
    if (!keep(entry)) return saved(form, "Belum terkirim, dan ponsel ini tidak dapat menyimpan isian. Biarkan halaman ini terbuka sampai ada jaringan.");
    form.dispatchEvent(new Event("aks:saved"));
    if (what === "sign-in") {
      saved(form, "Sesi Anda berakhir. Isian disimpan di perangkat ini.", linkTo(`/masuk?lanjut=${encodeURIComponent(entry.page)}`, "Masuk lagi untuk mengirimnya"));
    } else {
      saved(form, "Belum terkirim: tidak ada jaringan. Isian disimpan di perangkat ini dan dikirim saat ada jaringan.", linkTo("/kunjungan", "Ke daftar kunjungan"));
    }
    return draw();
  };

  /** A form that waits is filled in again with what was typed, so that nobody types twice. */
  const restore = (form) => {
    const part = form.elements.bagian?.value ?? "";
    const address = addressOf(form);
    const kept = shelf().filter((one) => one.address === address && value(one, "bagian") === part && value(one, "pemilik") === (form.elements.pemilik?.value ?? "")).at(-1);
    if (!kept || form.querySelector(".compare")) return;
    for (const name of new Set(kept.fields.map(([field]) => field))) {
      const values = kept.fields.filter(([field]) => field === name).map(([, it]) => it);
      const found = [...form.elements].filter((it) => it.name === name && it.type !== "submit");
      for (const it of found) {
        if (it.type === "radio" || it.type === "checkbox") it.checked = values.includes(it.value);
        else it.value = values[0];
      }
    }
    saved(form, `Isian pukul ${clock(kept.at)} yang belum terkirim dimuat kembali.`);
  };

  const bound = new WeakSet();
  const bind = (form) => {
    if (bound.has(form)) return;
    bound.add(form);
    form.addEventListener("submit", (event) => {
      if (event.submitter?.formNoValidate) return;
      event.preventDefault();
      take(form, event.submitter);
    });
    // What is saved while one types, and was not heard: kept like a form that was sent.
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.target !== form || !form.dataset.autosave) return;
      const entry = entryOf(form, null);
      if (event.detail.successful) { drop(entry); return draw(); }
      const status = event.detail.xhr?.status ?? 0;
      if (status !== 0 && status < 500 && status !== 401) return undefined;
      event.stopPropagation(); // the page itself would say that nothing was kept
      if (keep(entry)) saved(form, "Tersimpan di perangkat ini saja; dikirim saat ada jaringan.");
      return draw();
    });
    restore(form);
  };

  /** Sends what waits, oldest first; what is answered with a question waits for its person. */
  const sendAll = async () => {
    if (isSending || shelf().length === 0) return;
    isSending = true;
    let taken = 0;
    let next = "";
    try {
      for (const entry of shelf().filter((one) => one.state !== "periksa")) {
        const response = await deliver(entry);
        const what = outcome(response);
        if (what === "kept") break;
        if (what === "taken") {
          drop(entry);
          taken += 1;
          if (entry.page === location.pathname + location.search) next = response.headers.get("X-Lanjut") ?? location.href;
        } else keep({ ...entry, state: { answered: "periksa", "sign-in": "masuk", other: "lain" }[what] });
        if (what === "sign-in") break;
      }
    } finally {
      isSending = false;
      draw();
    }
    if (taken) say(`${taken} isian yang tertunda sudah terkirim.`);
    if (next) location.assign(next);
    else if (taken && location.pathname === "/kunjungan") location.reload();
  };

  const STATES = { "": "menunggu jaringan", periksa: "perlu Anda periksa", masuk: "menunggu Anda masuk lagi" };
  const titleOf = (entry) => {
    const number = entry.address.split("/")[2] ?? "";
    return `${entry.address.includes("lembar-kerja") ? "Kertas kerja" : "Kunjungan"} ${number}`;
  };

  /** The list "Belum terkirim": on the page that has a place for it, else above its content. */
  const draw = () => {
    const entries = shelf().filter((one) => one.state !== "lain" && !(one.state === "periksa" && value(one, "form_id") === answered));
    let box = document.querySelector("[data-unsent]");
    if (!box && entries.length) {
      box = Object.assign(document.createElement("section"), { className: "card unsent" });
      box.dataset.unsent = "";
      box.setAttribute("aria-label", "Belum terkirim");
      document.querySelector("main .head")?.after(box);
    }
    if (!box) return;
    box.hidden = entries.length === 0;
    box.replaceChildren();
    if (!entries.length) return;
    const heading = Object.assign(document.createElement("h2"), { className: "card-title", textContent: `Belum terkirim (${entries.length})` });
    const list = document.createElement("ul");
    for (const entry of entries) {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("b"), { textContent: titleOf(entry) }));
      item.append(Object.assign(document.createElement("span"), { textContent: `pukul ${clock(entry.at)} · ${STATES[entry.state] ?? STATES[""]}` }));
      if (entry.state === "masuk") item.append(linkTo(`/masuk?lanjut=${encodeURIComponent(entry.page)}`, "Masuk lagi"));
      else {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary", textContent: entry.state === "periksa" ? "Periksa" : "Kirim sekarang" });
        button.addEventListener("click", () => again(entry));
        item.append(button);
      }
      list.append(item);
    }
    box.append(heading, list);
    say(`${entries.length} isian belum terkirim.`);
  };

  /** One that waits, sent on demand: what is answered stands on the page, and is kept until its form was taken. */
  const again = async (entry) => {
    const response = await deliver(entry);
    const what = outcome(response);
    if (what === "answered") return showAnswer(response, entry);
    if (what === "taken") { drop(entry); return location.assign(response.headers.get("X-Lanjut") ?? "/"); }
    if (what === "sign-in") keep({ ...entry, state: "masuk" });
    draw();
    return say("Belum terkirim: tidak ada jaringan.");
  };

  document.addEventListener("htmx:sendError", (event) => {
    if (event.target.id === "hasil") event.target.textContent = "Tidak ada jaringan: hasil ukur belum dapat diperiksa. Kunjungan tetap dapat dicatat.";
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-discard]");
    if (link) store(shelf().filter((one) => value(one, "form_id") !== link.dataset.discard));
  });

  // Signing out leaves nothing behind; what waits is asked about first.
  document.addEventListener("submit", (event) => {
    const address = addressOf(event.target);
    if (address !== "/keluar" && address !== "/demo/ganti") return;
    const waits = shelf().length;
    if (address === "/keluar" && waits && !window.confirm(`${waits} isian belum terkirim. Keluar sekarang akan menghapusnya dari perangkat ini.`)) {
      event.preventDefault();
      return;
    }
    if (address === "/keluar") localStorage.removeItem(SHELF);
  }, true);

  window.aks = Object.assign(window.aks ?? {}, { offline: bind });
  const begin = () => {
    document.querySelectorAll("form[data-offline]").forEach(bind);
    answered = document.querySelector("[data-discard]")?.dataset.discard ?? ""; // the page itself may come as an answer
    draw();
    sendAll();
  };
  if (document.readyState === "complete" || window.aks.bind) begin();
  else document.addEventListener("aks:ready", begin);
  window.addEventListener("online", sendAll);
  navigator.serviceWorker?.register("/sw.js").catch(() => undefined);
})();
