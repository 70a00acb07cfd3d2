// A shared device signs itself out: after three idle minutes it asks, and a minute later it acts.

const IDLE = 180000;
const SECONDS = 60;
const dialog = document.getElementById("kiosk-idle");
const left = dialog.querySelector("[data-seconds]");
const finish = document.getElementById("kiosk-finish");
let idle = 0;
let counting = 0;

for (const kind of ["pointerdown", "keydown", "scroll", "input"]) addEventListener(kind, rest, { passive: true, capture: true });
dialog.addEventListener("close", rest);
dialog.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
finish.addEventListener("submit", () => {
  localStorage.clear();
  sessionStorage.clear();
});
rest();

function rest() {
  if (dialog.open) return;
  clearInterval(counting);
  clearTimeout(idle);
  idle = setTimeout(ask, IDLE);
}

function ask() {
  const end = Date.now() + SECONDS * 1000;
  left.textContent = String(SECONDS);
  dialog.showModal();
  counting = setInterval(() => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    left.textContent = String(seconds);
    if (seconds > 0) return;
    clearInterval(counting);
    finish.requestSubmit();
  }, 1000);
}
