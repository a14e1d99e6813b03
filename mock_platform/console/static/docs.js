// What pages gain where scripts run: finding, copying, printing all of it. Nothing needs it.
"use strict";

// Links into the page that was here before: Swagger UI, which has moved to try/.
if (location.hash.startsWith("#/") && /\/docs\/$/.test(location.pathname)) {
  location.replace("try/" + location.hash);
}

for (const field of document.querySelectorAll("[data-finds]")) {
  const box = field.closest("[role=search]");
  const status = box.querySelector("[role=status]");
  const area = document.querySelector("[data-found]");
  const entries = Array.from(area.querySelectorAll("[data-find]"), (entry) => ({ entry, text: "" }));
  const groups = Array.from(area.querySelectorAll("[data-group]"));

  const find = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of entries) {
      one.text ||= one.entry.textContent.toLowerCase();
      const fits = words.every((word) => one.text.includes(word));
      one.entry.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-find]:not([hidden])");
    }
    status.textContent = words.length ? `${count} found` : "";
  };

  box.hidden = false;
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      find();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
  find();
}

// A long list beside the page begins where the page is.
const side = document.querySelector(".side");
const current = side?.querySelector(".near [aria-current]");
if (current) {
  side.scrollTop = current.offsetTop - side.clientHeight / 2;
}

for (const shown of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy quiet small";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(shown.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  shown.after(button);
}

addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open])")) {
    one.open = true;
    one.dataset.reopened = "";
  }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-reopened]")) {
    one.open = false;
    delete one.dataset.reopened;
  }
});
