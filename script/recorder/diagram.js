// Places the parts, and lets them come and go.
window.diagram = (() => {
  const boxes = {};
  for (const one of document.querySelectorAll("[data-box]")) {
    const [x, y, w, h] = one.dataset.box.split(" ").map(Number);
    boxes[one.id] = { x, y, w, h };
    Object.assign(one.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
  }
  // From the middle of one side to the middle of the side that faces it: sideways where the boxes stand beside each other.
  const ends = (from, to) => {
    const middle = (box) => [box.x + box.w / 2, box.y + box.h / 2];
    const [[fx, fy], [tx, ty]] = [middle(from), middle(to)];
    const beside = to.x >= from.x + from.w || from.x >= to.x + to.w;
    if (beside) {
      const way = Math.sign(tx - fx);
      return `M${fx + way * (from.w / 2 + 4)} ${fy}L${tx - way * (to.w / 2 + 5)} ${ty}`;
    }
    const way = Math.sign(ty - fy);
    return `M${fx} ${fy + way * (from.h / 2 + 4)}L${tx} ${ty - way * (to.h / 2 + 5)}`;
  };
  for (const one of document.querySelectorAll(".arrow")) {
    one.setAttribute("d", ends(boxes[one.dataset.from], boxes[one.dataset.to]));
  }
  const part = (id) => {
    const one = document.getElementById(id);
    if (!one) throw new Error(`the diagram has no ${id}`);
    return one;
  };
  return {
    change({ show, hide, tone, share }) {
      for (const id of show) part(id).style.opacity = Math.max(share, Number(part(id).style.opacity));
      for (const id of hide) part(id).style.opacity = Math.min(1 - share, Number(part(id).style.opacity));
      for (const [id, value] of Object.entries(tone)) part(id).dataset.tone = value;
    },
  };
})();
