// What every page gets: no double posts, printing, tidy filter addresses, and the focus where it belongs.

const DRAFTS = "groundschool.draft.";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "yes";
  // The answer may be a download, after which the page stays: then take presses again.
  setTimeout(release, 10000);
  event.submitter?.setAttribute("aria-busy", "true");
  if (form.getAttribute("action") === "/logout") forgetDrafts();
});

// A page that comes back from the browser's cache must take presses again.
addEventListener("pageshow", release);

function release() {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

document.addEventListener("formdata", (event) => {
  if (!("filters" in event.target.dataset)) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

document.addEventListener("htmx:after:swap", (event) => {
  offerPrinting();
  if (event.target.matches("body, main, #main")) document.getElementById("page-title")?.focus();
  else event.target.querySelector("[data-focus]")?.focus();
});

document.querySelector("[data-focus]")?.focus();
offerPrinting();

function offerPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
}

function forgetDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFTS)) localStorage.removeItem(key);
  } catch {
    // Storage is switched off: then nothing was kept either.
  }
}
