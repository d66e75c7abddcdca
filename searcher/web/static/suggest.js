// Suggestions under the search box: a combobox with a list (WAI-ARIA 1.2). All works without it.
(() => {
  const box = document.getElementById("q"), list = document.createElement("ul");
  let rows = [], at = -1, timer = 0, asked = null;
  const set = (name, value) => box.setAttribute(name, value);
  const choose = (next) => {
    at = next;
    rows.forEach((row, n) => row.setAttribute("aria-selected", n === at));
    at < 0 ? box.removeAttribute("aria-activedescendant") : set("aria-activedescendant", rows[at].id);
  };
  const show = (words = [], abouts = [], links = []) => {
    rows = words.map((word, n) => {
      const row = document.createElement("li"), about = document.createElement("small");
      about.textContent = abouts[n];
      row.append(word, " ", about);
      Object.assign(row, {id: "s" + n, onmousedown: () => location.assign(links[n])});
      row.setAttribute("role", "option");
      return row;
    });
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
    set("aria-expanded", !list.hidden);
    choose(-1);
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const address = box.dataset.suggest + encodeURIComponent(box.value);
      const answer = await fetch(address, {signal: asked.signal});
      const [typed, ...found] = await answer.json();
      if (answer.ok && typed === box.value && document.activeElement === box) show(...found);
    } catch { show(); }
  };
  Object.assign(list, {id: "suggested", className: "suggested", hidden: true});
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  box.after(list);
  box.type = "text"; // a search field may not be a combobox
  for (const [name, value] of Object.entries({role: "combobox", "aria-expanded": false,
    "aria-controls": list.id, "aria-autocomplete": "list"})) set(name, value);
  box.addEventListener("input", () => {
    clearTimeout(timer);
    show();
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("blur", () => show());
  box.addEventListener("keydown", (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (event.key === "Escape") show();
    else if (!rows.length) return;
    else if (step) choose((at + 1 + step + rows.length + 1) % (rows.length + 1) - 1);
    else if (event.key === "Enter" && at >= 0) rows[at].onmousedown();
    else return;
    event.preventDefault();
  });
})();
