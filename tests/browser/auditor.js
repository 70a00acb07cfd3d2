// Questions that only a rendered page can answer. auditor.py asks them; each returns complaints, one line each.

function named(element) {
  const name = element.getAttribute("aria-label") || element.textContent || element.name || "";
  return `<${element.tagName.toLowerCase()}> ${name.trim().slice(0, 40)}`;
}

function shown(element) {
  return element.checkVisibility({ visibilityProperty: true }) && !element.closest("dialog:not([open])");
}

// Focused, is the control on top at its centre?
function obscured() {
  const controls = document.querySelectorAll(
    'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]',
  );
  const complaints = [];
  for (const control of controls) {
    if (control.disabled || !shown(control)) continue;
    control.focus();
    const box = [...control.getClientRects()].find((part) => part.width > 0 && part.height > 0);
    if (document.activeElement !== control || !box) continue;
    // A scrolling table taller than half the window is left to its cells.
    if (control.matches('[tabindex="0"]') && box.height > innerHeight / 2) continue;
    // A browser brings into view the caret of a long text, and a part of a wide cell: the middle of what is in view counts.
    const room = control.closest(".table-scroll")?.getBoundingClientRect() ?? { left: 0, right: innerWidth };
    const middle = (from, to, low, high) => (Math.max(from, low, 0) + Math.min(to, high)) / 2;
    const across = middle(box.left, box.right, room.left, Math.min(room.right, innerWidth));
    const hit = document.elementFromPoint(across, middle(box.top, box.bottom, 0, innerHeight));
    const holds = hit?.contains(control) && hit.matches("label, li, td, th, summary");
    const labelled = [...(control.labels ?? [])].some((label) => label.contains(hit));
    if (hit && (control.contains(hit) || holds || labelled)) continue;
    complaints.push(`${named(control)} is under ${hit ? named(hit) : "nothing: it is off the screen"}`);
  }
  return complaints;
}

// Targets in a sentence may be as small as their line; a label enlarges its control.
function small() {
  const inSentence = "p, dd, li:not(nav li)";
  const controls = document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary');
  return [...controls]
    .filter((control) => shown(control) && !control.closest(inSentence))
    .map((control) => ({ control, box: (control.closest("label") ?? control).getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.bottom > 0 && (box.width < 24 || box.height < 24))
    .map(({ control, box }) => `${named(control)} is ${Math.round(box.width)}×${Math.round(box.height)}`);
}

function sideways() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > room + 1 && shown(element))
    .filter((element) => !element.parentElement.closest(".table-scroll"))
    .slice(0, 5)
    .map((element) => `${named(element)} ends at ${Math.round(element.getBoundingClientRect().right)} of ${room}`);
}

async function audit(rules) {
  // Asked first: axe itself is an outsider to the policy.
  const own = [...(window.__violations ?? []), ...sideways(), ...small(), ...obscured()];
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  const told = ({ id, help }, { target, html, failureSummary }) =>
    `${id}: ${help}: ${target} ${html.slice(0, 160)} ${failureSummary}`;
  return [...own, ...violations.flatMap((violation) => violation.nodes.map((node) => told(violation, node)))];
}

function attend() {
  window.__audit = audit;
  addEventListener("securitypolicyviolation", (event) => {
    (window.__violations ??= []).push(`${event.violatedDirective} blocked ${event.blockedURI} ${event.sample}`);
  });
}
