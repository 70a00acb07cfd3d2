// Adds Up and Down to ordering questions. The position selects stay the answer; the list follows them and they follow it.

for (const list of document.querySelectorAll("[data-reorder]")) enhance(list);

function enhance(list) {
  const spoken = list.parentElement.querySelector("[data-reorder-spoken]");
  for (const buttons of list.querySelectorAll("[data-reorder-buttons]")) buttons.hidden = false;
  sort();

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    const at = [...list.children].indexOf(item);
    place(item, at + Number(button.dataset.move));
    button.focus();
  });
  list.addEventListener("change", (event) => {
    const item = event.target.closest("li");
    if (item && list.children[event.target.selectedIndex] !== item) place(item, event.target.selectedIndex);
  });

  function place(item, wanted) {
    const others = [...list.children].filter((other) => other !== item);
    const at = Math.max(0, Math.min(others.length, wanted));
    list.insertBefore(item, others[at] ?? null);
    number();
    spoken.textContent = spoken.dataset.text
      .replace("{text}", item.children[1].textContent.trim())
      .replace("{n}", String(at + 1))
      .replace("{all}", String(list.children.length));
    item.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
  }

  function number() {
    [...list.children].forEach((item, index) => {
      item.querySelector("select").selectedIndex = index;
    });
  }

  // A saved or restored answer decides the first order.
  function sort() {
    const items = [...list.children];
    items.sort((one, other) => one.querySelector("select").selectedIndex - other.querySelector("select").selectedIndex);
    list.append(...items);
    number();
  }
}
