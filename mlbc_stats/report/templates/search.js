(() => {
  const nav = document.querySelector("nav");
  if (!nav) return;
  const box = document.createElement("p");
  box.className = "search";
  box.innerHTML = '<label>Search this page <input type="search" autocomplete="off"></label> <span role="status"></span>';
  nav.prepend(box);
  const field = box.querySelector("input"), told = box.querySelector("span");
  const sections = [...document.querySelectorAll("main > section")];
  const parts = sections.map((section) => [...section.children].filter((part) => part.tagName !== "H2"));
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const texts = parts.map((group) => group.map((part) => plain(part.textContent)));
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let found = 0;
    sections.forEach((section, at) => {
      let some = false;
      parts[at].forEach((part, place) => {
        const here = words.every((word) => texts[at][place].includes(word));
        part.hidden = words.length > 0 && !here;
        some = some || here;
        found += here ? 1 : 0;
      });
      section.hidden = words.length > 0 && !some;
    });
    told.textContent = words.length ? `${found} parts found` : "";
  });
})();
