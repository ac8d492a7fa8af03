(() => {
  "use strict";
  const form = document.getElementById("filters");
  const filings = [...document.querySelectorAll("details.filing")];
  const rows = [...document.querySelectorAll("#index tbody tr")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const texts = new Map();
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, fold(element.textContent));
    return texts.get(element);
  };
  const apply = () => {
    const data = new FormData(form);
    const [verdict, region, rule] = ["v", "g", "r"].map((name) => data.get(name));
    const weights = data.getAll("w");
    const wanted = fold(data.get("q") || "").split(/\s+/).filter(Boolean);
    const isAboutFindings = Boolean(rule) || weights.length < 3;
    let [nFilings, nFindings] = [0, 0];
    filings.forEach((filing, i) => {
      const isPlace = (!verdict || filing.dataset.v === verdict) && (!region || filing.dataset.g === region);
      const head = wanted.length ? textOf(filing.querySelector("summary")) : "";
      let shown = 0;
      let found = false;
      for (const article of filing.querySelectorAll("article[data-r]")) {
        const fits = (!rule || article.dataset.r === rule) && weights.includes(article.dataset.w);
        const isFound = fits && wanted.every((word) => head.includes(word) || textOf(article).includes(word));
        found = found || isFound;
        article.classList.toggle("gone", !isFound);
        if (isFound) shown += 1;
      }
      const isHeadFound = wanted.every((word) => head.includes(word));
      const isShown = isPlace && (found || (!isAboutFindings && isHeadFound));
      filing.classList.toggle("gone", !isShown);
      if (rows[i]) rows[i].classList.toggle("gone", !isShown);
      if (isShown) {
        nFilings += 1;
        nFindings += shown;
      }
    });
    document.getElementById("n-filings").textContent = nFilings;
    document.getElementById("n-findings").textContent = nFindings;
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();
