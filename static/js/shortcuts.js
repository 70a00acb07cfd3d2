// Single keys of the console, for people who switched them on in their settings. None of them confirms anything.

const desk = document.querySelector("[data-shortcuts]");

if (desk) document.addEventListener("keydown", press);

function press(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    desk.querySelector("form[data-decision]")?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const act = { j: () => neighbour(1), k: () => neighbour(-1), v: evidence }[key] ?? (() => choose(key));
  if (act()) event.preventDefault();
}

function typing(target) {
  return target.closest("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]") !== null;
}

function neighbour(step) {
  const links = [...desk.querySelectorAll(".queue a")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[at + step];
  next?.click();
  return Boolean(next);
}

function evidence() {
  const heading = document.getElementById("evidence-title");
  heading?.focus();
  return Boolean(heading);
}

function choose(key) {
  const choice = desk.querySelector(`input[data-shortcut="${CSS.escape(key)}" i]`);
  if (!choice) return false;
  choice.checked = true;
  choice.focus();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}
