// Drawn over the page that is recorded: a frame around what is spoken of, a pointer, and the band that captions stand on.
//
// Targets: `@order` are the panels of that id, `@order > Value` the row or column of that name in them, `@order > 3` the
// third row, anything else a CSS selector (`#id` for a part of a diagram). Several are framed together.
window.recorder = (() => {
  const BAND = 84;
  const make = (name, style) => {
    const one = document.createElement("div");
    one.id = `recorder-${name}`;
    Object.assign(one.style, { pointerEvents: "none", zIndex: "2147483000", boxSizing: "border-box" }, style);
    document.documentElement.append(one);
    return one;
  };
  const part = (name, style) => document.getElementById(`recorder-${name}`) ?? make(name, style);
  // A page has much on it, so what is not spoken of steps back; a diagram shows only what was spoken of.
  const shade = () => `0 0 0 2px #14202E${window.diagram ? "" : ", 0 0 0 4000px rgb(20 32 46 / 22%)"}`;
  const ring = () => part("ring", { position: "absolute", border: "4px solid #FFD23F", borderRadius: "10px", boxShadow: shade() });
  const ARROW = "M3 2v28l7-6 5 12 6-3-5-11h10z";
  const pointer = () => {
    const one = part("pointer", { position: "absolute", width: "30px", height: "38px" });
    if (!one.firstChild) {
      const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      picture.setAttribute("viewBox", "0 0 30 38");
      for (const [name, value] of Object.entries({ d: ARROW, fill: "#14202E", stroke: "#fff", "stroke-width": "2.5" })) path.setAttribute(name, value);
      picture.append(path);
      one.append(picture);
    }
    return one;
  };
  const band = () => part("band", { zIndex: "2147483001", position: "fixed", left: "0", right: "0", bottom: "0", height: `${BAND}px`, background: "#14202E", color: "#AAB8C6", font: '600 14px/1 "Atkinson Hyperlegible Next", system-ui, sans-serif', padding: "5px 16px", borderTop: "1px solid #2C3947" });

  const label = (one) => one?.textContent.trim().replace(/\s+/g, " ");
  const inPanel = (panel, name) => {
    if (/^\d+$/.test(name)) return [...panel.querySelectorAll("dl > div, tbody tr")].slice(name - 1, name);
    const row = [...panel.querySelectorAll("dl > div")].filter((one) => label(one.querySelector("dt")) === name);
    if (row.length) return row;
    const line = [...panel.querySelectorAll("tbody tr")].filter((one) => label(one.querySelector("th")) === name);
    if (line.length) return line;
    const heads = [...panel.querySelectorAll("thead th")].filter((one) => label(one) === name);
    return heads.flatMap((head) => [head, ...[...panel.querySelectorAll("tbody tr")].map((one) => one.children[head.cellIndex])]);
  };
  const find = (target) => {
    const [first, name] = target.split(" > ").map((one) => one.trim());
    if (!first.startsWith("@")) return [...document.querySelectorAll(target)];
    const panels = [...document.querySelectorAll(`[data-panel="${first.slice(1)}"]`)];
    return name === undefined ? panels : panels.flatMap((panel) => inPanel(panel, name));
  };
  const locate = (targets) => {
    const boxes = targets.flatMap((target) => {
      const found = find(target).map((one) => one.getBoundingClientRect()).filter((one) => one.width);
      if (!found.length) throw new Error(`nothing here is ${target}`);
      return found;
    });
    if (!boxes.length) return null;
    const x = Math.min(...boxes.map((one) => one.left)), y = Math.min(...boxes.map((one) => one.top));
    const right = Math.max(...boxes.map((one) => one.right)), bottom = Math.max(...boxes.map((one) => one.bottom));
    return { x: x + scrollX - 6, y: y + scrollY - 4, w: right - x + 12, h: bottom - y + 8 };
  };

  return {
    chapter(text) { band().textContent = text; },
    unfold(targets) {
      for (const target of targets) for (const one of find(target)) for (let up = one; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    },
    // Where the page should be scrolled to so that the box stands clear of the band.
    aim(targets) {
      const box = locate(targets);
      const room = innerHeight - BAND;
      const most = Math.max(0, document.documentElement.scrollHeight + BAND - innerHeight);
      if (!box) return { box, scroll: scrollY };
      const inside = box.y >= scrollY + 24 && box.y + box.h <= scrollY + room - 16;
      const wanted = box.h > room - 48 ? box.y - 32 : box.y - (room - box.h) / 2;
      return { box, scroll: inside ? scrollY : Math.min(most, Math.max(0, wanted)) };
    },
    draw(box, at, scroll) {
      document.documentElement.style.paddingBlockEnd = `${BAND}px`;
      scrollTo({ top: scroll, behavior: "instant" });
      band();
      const frame = ring();
      frame.style.display = box ? "block" : "none";
      if (box) Object.assign(frame.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w}px`, height: `${box.h}px` });
      const arrow = pointer();
      arrow.style.display = at ? "block" : "none";
      if (at) Object.assign(arrow.style, { left: `${at.x}px`, top: `${at.y}px` });
    },
    pressing(on) {
      const arrow = pointer();
      arrow.style.filter = on ? "drop-shadow(0 0 0 #FFD23F) drop-shadow(0 0 10px #FFD23F)" : "";
      arrow.style.scale = on ? "0.8" : "1";
    },
  };
})();
