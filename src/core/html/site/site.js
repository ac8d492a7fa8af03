(() => {
  "use strict";
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const byId = (id) => document.getElementById(id);

  // Regions side by side: only the chosen columns, only the questions that hold the words.
  const columns = byId("columns");
  if (columns) {
    const rows = [...document.querySelectorAll("#matrix tbody tr")];
    const cells = [...document.querySelectorAll("#matrix [data-g]")];
    const heads = rows.map((row) => fold(row.firstElementChild.textContent));
    const apply = () => {
      const data = new FormData(columns);
      const chosen = new Set(data.getAll("g"));
      const words = fold(data.get("q") || "").split(/\s+/).filter(Boolean);
      for (const cell of cells) cell.classList.toggle("gone", chosen.size > 0 && !chosen.has(cell.dataset.g));
      rows.forEach((row, i) => row.classList.toggle("gone", !words.every((word) => heads[i].includes(word))));
    };
    columns.hidden = false;
    columns.addEventListener("input", apply);
    columns.addEventListener("reset", () => setTimeout(apply));
    columns.addEventListener("submit", (event) => event.preventDefault());
  }

  // Lists that are narrowed by words.
  for (const form of document.querySelectorAll("form[data-narrows]")) {
    const rows = [...document.querySelectorAll(form.dataset.narrows)];
    const texts = rows.map((row) => fold(row.textContent));
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      const words = fold(new FormData(form).get("q") || "").split(/\s+/).filter(Boolean);
      rows.forEach((row, i) => row.classList.toggle("gone", !words.every((word) => texts[i].includes(word))));
    });
  }

  // Search. Chinese has no blanks between words: a text is found by pairs of neighbouring characters.
  const search = byId("search");
  if (search && typeof ENTRIES !== "undefined") {
    byId("no-script").hidden = true;
    search.hidden = false;
    const entries = ENTRIES.map((entry) => ({ entry, title: fold(`${entry[1]} ${entry[2]}`), all: fold(entry.slice(1).join(" ")) }));
    const pairs = (word) => {
      const letters = [...word];
      if (letters.length < 3 || !/[\u3400-\u9fff]/.test(word)) return [word];
      return letters.slice(1).map((letter, i) => letters[i] + letter);
    };
    const share = (text, word) => {
      if (text.includes(word)) return 1;
      const parts = pairs(word);
      return parts.filter((part) => text.includes(part)).length / parts.length;
    };
    const find = () => {
      const words = fold(new FormData(search).get("q") || "").split(/[\s,，。、；：？！]+/).filter(Boolean);
      const found = [];
      for (const { entry, title, all } of words.length ? entries : []) {
        const shares = words.map((word) => share(all, word));
        if (shares.some((part) => part < 0.6)) continue;
        const rank = words.reduce((sum, word, i) => sum + shares[i] + share(title, word), 0);
        found.push([rank, entry]);
      }
      found.sort((a, b) => b[0] - a[0]);
      byId("n-found").textContent = found.length;
      byId("found").replaceChildren(
        ...found.slice(0, 100).map(([, entry]) => {
          const link = document.createElement("a");
          link.href = entry[0];
          link.textContent = entry[1];
          const id = document.createElement("code");
          id.textContent = entry[3];
          const item = document.createElement("li");
          item.append(link, " ", id, entry[4] ? ` ${entry[4]}` : "");
          return item;
        }),
      );
    };
    search.addEventListener("input", find);
    search.addEventListener("submit", (event) => event.preventDefault());
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
      search.elements.q.value = asked;
      find();
    }
  }
})();
