// What makes the pages nicer where scripts run: charts that are read by hover, tap or keys, unsaved answers, counters. Every page works without.
"use strict";

(() => {
  const news = document.getElementById("kabar");

  /** Says a sentence to who listens to the page instead of looking at it. */
  const say = (sentence) => { if (news) news.textContent = sentence; };

  const token = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

  /** A chart: every mark with data-tip can be read; the one nearest to the finger counts. */
  const bindChart = (figure) => {
    const area = figure.querySelector("[data-chart-area]");
    const tip = figure.querySelector("[data-chart-tip]");
    const marks = [...(area?.querySelectorAll("[data-tip]") ?? [])];
    if (!tip || marks.length === 0 || area.dataset.bound) return;
    area.dataset.bound = "ya";
    let at = -1;
    const read = (index) => {
      marks[at]?.classList.remove("is-read");
      at = index;
      marks[at].classList.add("is-read");
      tip.textContent = marks[at].dataset.tip;
    };
    const nearest = (event) => {
      const away = marks.map((mark) => {
        const box = mark.getBoundingClientRect();
        return Math.hypot(box.x + box.width / 2 - event.clientX, box.y + box.height / 2 - event.clientY);
      });
      const least = Math.min(...away);
      if (least <= 40) read(away.indexOf(least));
    };
    area.addEventListener("pointermove", nearest);
    area.addEventListener("pointerdown", nearest);
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", `${figure.querySelector("figcaption")?.textContent ?? "Grafik"}. Baca titiknya dengan tombol panah.`);
    area.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      read(at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length);
    });
    tip.textContent = "Sentuh sebuah titik untuk membacanya.";
  };

  /** A counter under a field: how many characters are left, or too many. */
  const bindCounter = (counter) => {
    const field = document.getElementById(counter.dataset.counter);
    const longest = Number(field?.dataset.longest);
    if (!field || !longest) return;
    const count = () => {
      const left = longest - [...field.value].length;
      counter.textContent = left < 0 ? `${-left} huruf terlalu panjang` : `Masih ${left} huruf`;
      counter.classList.toggle("is-over", left < 0);
    };
    field.addEventListener("input", count);
    count();
  };

  /** How many boxes of a name are ticked, said in the bar that does something with them. */
  const bindTicked = (line) => {
    const form = line.closest("form");
    if (!form) return;
    const without = line.textContent;
    const count = () => {
      const n = form.querySelectorAll(`input[type="checkbox"][name="${line.dataset.ticked}"]:checked`).length;
      line.textContent = n ? `${n} ${line.dataset.tickedWords}` : without;
    };
    form.addEventListener("change", count);
    window.addEventListener("pageshow", count); // a browser that goes back ticks again what was ticked
    count();
  };

  /** A button that copies a field; a page without HTTPS has no clipboard of its own, and copies what is selected. */
  const bindCopy = (button) => {
    const field = document.getElementById(button.dataset.copies);
    const words = button.querySelector("span");
    if (!field || !words || button.dataset.bound) return;
    button.dataset.bound = "ya";
    button.hidden = false;
    const before = words.textContent;
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      let isCopied = false;
      try {
        await navigator.clipboard.writeText(field.value);
        isCopied = true;
      } catch {
        field.focus();
        field.select();
        isCopied = document.execCommand("copy");
      }
      words.textContent = isCopied ? "Tersalin" : "Sudah dipilih; salin dengan Ctrl+C";
      say(words.textContent);
      setTimeout(() => { words.textContent = before; }, 4000);
    });
  };

  /** Asks before a page with unsaved answers is left; a form that was sent or saved is not asked about. */
  const unsaved = new Set();
  const bindGuard = (form) => {
    form.addEventListener("input", () => unsaved.add(form));
    form.addEventListener("submit", () => unsaved.delete(form));
    form.addEventListener("aks:saved", () => unsaved.delete(form));
  };
  window.addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = token(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-autosave]");
    if (!form) return;
    if (event.detail.successful) form.dispatchEvent(new Event("aks:saved"));
    else form.querySelector("[data-saved]")?.replaceChildren("Belum tersimpan: jaringan atau layanan terputus. Yang Anda ketik tetap di sini.");
  });
  document.addEventListener("htmx:afterSwap", (event) => bind(event.target));

  /** Binds everything below a node; again for what htmx brings later. */
  const bind = (root) => {
    root.querySelectorAll("[data-chart]").forEach(bindChart);
    root.querySelectorAll("[data-counter]").forEach(bindCounter);
    root.querySelectorAll("[data-ticked]").forEach(bindTicked);
    root.querySelectorAll("[data-copies]").forEach(bindCopy);
    root.querySelectorAll("form[data-guard]").forEach(bindGuard);
    root.querySelectorAll("form[data-offline]").forEach((form) => window.aks.offline?.(form));
    root.querySelector("[data-focus]")?.focus();
  };

  /** What an address leads to is unfolded. */
  const unfold = () => {
    const folded = document.getElementById(location.hash.slice(1))?.closest("details");
    if (folded) folded.open = true;
  };
  window.addEventListener("hashchange", unfold);
  unfold();

  // offline.js, when a page has it, sets window.aks.offline before or after this; it may also wait for "aks:ready".
  window.aks = Object.assign(window.aks ?? {}, { say, token, bind });
  bind(document);
  document.dispatchEvent(new Event("aks:ready"));
})();
