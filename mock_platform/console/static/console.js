// Keeps a page of the console up to date, counts down to what comes next, copies commands.
// Everything works without it; with it nobody has to reload.
"use strict";

(() => {
  const LEAST_BETWEEN_MS = 250;
  // However busy the service is, this page takes no more than a fortieth of its attention.
  const TIMES_THE_LAST = 40;

  const page = document.body;
  const announcer = document.getElementById("announcer");
  let ahead = Date.parse(page.dataset.now) - Date.now();

  // Countdowns

  const left = (milliseconds) => {
    const seconds = Math.ceil(milliseconds / 1000);
    if (seconds <= 0) return "now";
    const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
    const first = parts.findIndex(([size]) => seconds >= size);
    const [size, word] = parts[first];
    const whole = Math.floor(seconds / size);
    const rest = seconds - whole * size;
    const next = parts[first + 1];
    const more = next && Math.floor(rest / next[0]) ? ` ${Math.floor(rest / next[0])} ${next[1]}` : "";
    return `in ${whole} ${word}${more}`;
  };

  const count = () => {
    const now = Date.now() + ahead;
    for (const time of document.querySelectorAll("time[data-countdown]")) {
      const told = left(Date.parse(time.dateTime) - now);
      if (time.textContent !== told) time.textContent = told;
    }
  };

  // Copying

  const offer = (within) => {
    if (!navigator.clipboard) return;
    for (const button of within.querySelectorAll("button[data-copy]")) button.hidden = false;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = "Copied";
    announcer.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });

  // The policy's form shows the fields that its kind has

  const chosen = (select) => {
    for (const field of select.form.querySelectorAll("[data-for]")) {
      const wanted = field.dataset.for.trim().split(/\s+/).includes(select.value);
      field.hidden = !wanted;
      for (const input of field.querySelectorAll("input, select")) input.disabled = !wanted;
    }
  };
  for (const select of document.querySelectorAll("select[data-chooses]")) {
    chosen(select);
    select.addEventListener("change", () => chosen(select));
  }

  // Live parts

  const shown = new Map();
  for (const part of document.querySelectorAll("[data-live]")) shown.set(part.id, part.innerHTML);

  // What somebody opened or closed stays so, whatever comes.
  const touched = new Map();
  document.addEventListener("click", (event) => {
    const details = event.target.closest("summary")?.parentElement;
    if (details?.id) touched.set(details.id, !details.open);
  });

  const isBeingRead = (part) => {
    const selection = document.getSelection();
    return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  const replace = (part, fresh) => {
    const scrolled = [...part.querySelectorAll(".scroll, pre")].map((one) => [one.scrollLeft, one.scrollTop]);
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const said = part.dataset.say;
    shown.set(part.id, fresh.innerHTML);
    part.replaceChildren(...fresh.childNodes);
    if (fresh.dataset.say) part.dataset.say = fresh.dataset.say;
    for (const one of part.querySelectorAll("details[id]")) {
      if (touched.has(one.id)) one.open = touched.get(one.id);
    }
    [...part.querySelectorAll(".scroll, pre")].forEach((one, index) => {
      if (scrolled[index]) [one.scrollLeft, one.scrollTop] = scrolled[index];
    });
    if (focused) {
      // What had the focus may be gone, as a button that was pressed: then stay near.
      const again = document.getElementById(focused) || part.querySelector("button, a[href]");
      if (again) again.focus({ preventScroll: true });
    }
    offer(part);
    if (part.dataset.say && part.dataset.say !== said) announcer.textContent = part.dataset.say;
  };

  const refreshed = async () => {
    const answer = await fetch(location.href, {
      cache: "no-store",
      headers: { "X-Live": "1" }, // no more of the page than what lives
      redirect: "error",
    });
    if (!answer.ok) return true;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    ahead = Date.parse(fresh.body.dataset.now) - Date.now();
    let whole = true;
    for (const [id, before] of shown) {
      const part = document.getElementById(id);
      const news = fresh.getElementById(id);
      if (!part || !news || news.innerHTML === before) continue;
      if (isBeingRead(part)) whole = false;
      else replace(part, document.adoptNode(news));
    }
    count();
    return whole;
  };

  let dirty = false;
  let busy = false;

  const refresh = async () => {
    dirty = true;
    if (busy || document.hidden) return;
    busy = true;
    let pause = LEAST_BETWEEN_MS;
    const began = performance.now();
    dirty = false;
    try {
      if (!(await refreshed())) dirty = true;
      pause = Math.max(pause, TIMES_THE_LAST * (performance.now() - began));
    } catch {
      dirty = true; // the stream tells when the service is back
      pause = 2000;
    }
    setTimeout(() => {
      busy = false;
      if (dirty) refresh();
    }, Math.min(pause, 5000));
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && dirty) refresh();
  });

  const topics = page.dataset.topics.trim().split(/\s+/).filter(Boolean);
  if (topics.length && shown.size) {
    const state = document.getElementById("live-state");
    const word = document.getElementById("live-word");
    const query = topics.map((one) => `topic=${encodeURIComponent(one)}`).join("&");
    const stream = new EventSource(`${page.dataset.events}?${query}`);
    let lost = false;
    stream.addEventListener("open", () => {
      state.hidden = false;
      state.classList.remove("off");
      word.textContent = "Live";
      refresh(); // whatever happened since the page was made
      lost = false;
    });
    stream.addEventListener("news", () => refresh());
    stream.addEventListener("error", () => {
      state.hidden = false;
      state.classList.add("off");
      word.textContent = "Connecting";
      if (!lost) announcer.textContent = "The connection is lost; trying again";
      lost = true;
    });
    addEventListener("pagehide", () => stream.close());
  }

  offer(document);
  count();
  setInterval(count, 1000);
})();
