// Saves a form as it is filled in. <form data-autosave="URL" data-seq="N"> posts all its fields and `seq` to URL;
// the answer is {"saved_at": "14:32"}. The server keeps the highest `seq`, so late and repeated posts change nothing.

const CHOICE_DELAY = 400;
const TEXT_DELAY = 2000;
const LONGEST_WAIT = 30000;
const DRAFTS = "groundschool.draft.";
// On a shared device nothing of a person may stay behind.
const storage = "kiosk" in document.documentElement.dataset ? null : openStorage();

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const url = form.dataset.autosave;
  const status = form.querySelector("[data-save-status]");
  const key = DRAFTS + url;
  let sequence = Number(form.dataset.seq ?? 0);
  let timer = 0;
  let failures = 0;
  let sending = false;
  let dirty = false;

  restore();
  form.addEventListener("input", (event) => schedule(isText(event.target) ? TEXT_DELAY : CHOICE_DELAY));
  form.addEventListener("change", () => schedule(CHOICE_DELAY));
  addEventListener("online", () => dirty && schedule(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) schedule(0);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    stamp();
  });

  function schedule(delay) {
    dirty = true;
    keep();
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  async function send() {
    if (sending) return;
    sending = true;
    dirty = false;
    sequence += 1;
    show("saving", status?.dataset.saving);
    try {
      const response = await fetch(url, { method: "POST", body: body(), headers: { Accept: "application/json" }, keepalive: true });
      if (response.ok) await saved(response);
      else if (response.status >= 500 || response.status === 429) retry();
      else show("failed", status?.dataset.refused);
    } catch {
      retry();
    } finally {
      sending = false;
    }
    // Something changed while this was under way.
    if (dirty && failures === 0) schedule(CHOICE_DELAY);
  }

  async function saved(response) {
    failures = 0;
    const reply = response.status === 204 ? {} : await response.json();
    const time = reply.saved_at ?? new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format();
    show("saved", `${status?.dataset.saved} ${time}`);
    if (!dirty) drop();
  }

  function retry() {
    failures += 1;
    show("failed", status?.dataset.failed);
    clearTimeout(timer);
    dirty = true;
    timer = setTimeout(send, Math.min(LONGEST_WAIT, 1000 * 2 ** (failures - 1)));
  }

  function body() {
    const data = new FormData(form);
    data.set("seq", String(sequence));
    return data;
  }

  // The ordinary submit carries a number too, so that a slower autosave cannot overwrite it.
  function stamp() {
    let field = form.elements.namedItem("seq");
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "seq";
      form.append(field);
    }
    field.value = String(sequence + 1);
  }

  function show(state, text) {
    if (!status || status.textContent === text) return;
    status.dataset.state = state;
    status.textContent = text ?? "";
  }

  function keep() {
    const entries = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    storage?.setItem(key, JSON.stringify({ base: Number(form.dataset.seq ?? 0), entries }));
  }

  function drop() {
    storage?.removeItem(key);
  }

  // An answer the server never got comes back; one that the server has since moved past does not.
  function restore() {
    const draft = JSON.parse(storage?.getItem(key) ?? "null");
    if (!draft) return;
    if (draft.base < sequence) {
      drop();
      return;
    }
    fill(form, draft.entries);
    schedule(0);
  }
}

function fill(form, entries) {
  const kept = new Map();
  for (const [name, value] of entries) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || ["csrf_token", "seq"].includes(control.name) || control.type === "file") continue;
    const values = kept.get(control.name) ?? [];
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
  }
}

function isText(control) {
  return control.matches("textarea, input:not([type=radio], [type=checkbox], [type=range])");
}

function openStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
