// Shows the time left of an attempt. The server's deadline decides; this only counts towards it.

const MINUTE = 60000;
const SPOKEN_MINUTES = [10, 5, 1];

for (const timer of document.querySelectorAll("[data-timer]")) run(timer);

function run(timer) {
  const words = timer.dataset;
  const text = timer.querySelector("[data-timer-text]");
  const spoken = timer.querySelector("[data-timer-spoken]");
  const toggle = timer.querySelector("[data-timer-toggle]");
  const deadline = Date.parse(words.deadline);
  const skew = Date.parse(words.now) - Date.now();
  const half = (deadline - Date.parse(words.started)) / 2;
  const said = new Set();
  let before = Infinity;

  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    text.parentElement.hidden = !text.parentElement.hidden;
    toggle.textContent = text.parentElement.hidden ? toggle.dataset.show : toggle.dataset.hide;
  });
  const clock = setInterval(tick, 1000);
  tick();

  function tick() {
    const left = deadline - (Date.now() + skew);
    write(text, left);
    timer.querySelector(".timer").toggleAttribute("data-low", left <= 5 * MINUTE);
    for (const mark of [half, ...SPOKEN_MINUTES.map((minutes) => minutes * MINUTE)]) {
      if (before > mark && left <= mark && before !== Infinity && !said.has(mark)) {
        said.add(mark);
        write(spoken, left);
      }
    }
    before = left;
    if (left > 0) return;
    clearInterval(clock);
    spoken.textContent = words.over;
    document.getElementById(words.form)?.requestSubmit();
  }

  function write(element, left) {
    const minutes = Math.ceil(left / MINUTE);
    const next = left <= 0 ? words.over : left < MINUTE ? words.last : words.left.replace("{n}", String(minutes));
    if (element.textContent !== next) element.textContent = next;
  }
}
