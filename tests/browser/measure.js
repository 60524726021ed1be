// Measures the page it stands in and writes what it found, as JSON, into #measured of the page around its frame.
const boxes = (nodes) => [...nodes].map((node) => ({ node, box: node.getBoundingClientRect() }));
const named = (entry) => entry.node.textContent.trim();
const found = {
  window: window.innerWidth,
  pageWidth: document.documentElement.scrollWidth,
  overlaps: [],
  cut: [],
  tooWide: [],
  smallest: Infinity,
  smallestText: "",
  scrolled: [],
  stacked: 0,
};

for (const frame of document.querySelectorAll(".scroll:has(> table)")) {
  if (frame.scrollWidth > frame.clientWidth + 1) found.scrolled.push(frame.closest("figure").id);
  if (getComputedStyle(frame.querySelector("table")).display === "block") found.stacked += 1;
  for (const cell of frame.querySelectorAll("th, td")) {
    if (cell.scrollWidth > cell.clientWidth + 2 && cell.clientWidth > 1 && !cell.closest("thead")) {
      found.cut.push(named({ node: cell }));
    }
  }
}

for (const svg of document.querySelectorAll("svg")) {
  const texts = boxes(svg.querySelectorAll("text:not(.watermark)")).filter((t) => t.box.width > 0);
  const frame = svg.getBoundingClientRect();
  texts.forEach((a, i) => {
    for (const b of texts.slice(i + 1)) {
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const tall = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const size = Math.min(a.box.height, b.box.height);
      if (wide > 0.15 * size && tall > 0.45 * size) found.overlaps.push([named(a), named(b)]);
    }
    const { left, right, top, bottom } = a.box;
    if (left < frame.left - 1 || right > frame.right + 1 || top < frame.top - 2 || bottom > frame.bottom + 2) {
      found.cut.push(named(a));
    }
    // texts of second rank (intervals, n, indicators) may be smaller than estimates and names
    const scale = frame.width / svg.viewBox.baseVal.width;
    const size = parseFloat(getComputedStyle(a.node).fontSize) * scale;
    const first = svg.closest("figure").querySelectorAll("ellipse").length
      ? a.node.getAttribute("font-weight") === "600"
      : true;
    const complete = svg.querySelectorAll("ellipse").length > 12;
    if (first && !complete && size < found.smallest) {
      found.smallest = size;
      found.smallestText = named(a);
    }
  });
  for (const shape of boxes(svg.querySelectorAll("ellipse"))) {
    for (const text of texts) {
      const y = (text.box.top + text.box.bottom) / 2;
      const inside = y > shape.box.top && y < shape.box.bottom;
      const x = (text.box.left + text.box.right) / 2;
      if (inside && Math.abs(x - (shape.box.left + shape.box.right) / 2) < 1 && text.box.width > shape.box.width) {
        found.tooWide.push(named(text));
      }
    }
  }
}

window.scrollTo({ top: 1500, behavior: "instant" });
const banner = document.querySelector(".banner").getBoundingClientRect();
found.bannerTop = banner.top;
found.bannerShown = banner.height > 10 && getComputedStyle(document.querySelector(".banner")).visibility === "visible";
parent.document.getElementById("measured").textContent = JSON.stringify(found);
