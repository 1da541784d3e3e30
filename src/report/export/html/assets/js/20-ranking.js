// The ranking sorts by every column, filters, and chooses the set that the charts show.
(() => {
  const { make, report, state } = Isochrone;
  const grid = document.getElementById("sets");
  if (!grid) return;
  const head = [...grid.tHead.rows[0].cells];
  const body = grid.tBodies[0];
  const lines = [...body.rows];
  const said = make("p", { class: "count", role: "status" });

  // More rows than this are shown on demand, so that a phone gets past them to the charts.
  const AT_FIRST = 25;
  let all = lines.length <= AT_FIRST;

  // ---------------------------------------------------------------------------------------------------------------- sort

  // Cells without a number come last in either direction.
  function sortBy(column) {
    const header = head[column];
    const rising = header.getAttribute("aria-sort") !== "ascending";
    for (const other of head) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const sign = rising ? 1 : -1;
    const numbers = header.dataset.kind === "number";
    const of = (line) => {
      const cell = line.cells[column];
      return numbers ? (cell.dataset.key === undefined ? null : Number(cell.dataset.key)) : cell.textContent.trim();
    };
    const compare = (a, b) => {
      const [x, y] = [of(a), of(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return sign * (numbers ? x - y : x.localeCompare(y));
    };
    lines.sort((a, b) => compare(a, b) || a.dataset.set - b.dataset.set);
    body.append(...lines);
    filter();
  }

  head.forEach((header, column) => {
    const button = make("button", { type: "button", class: "sort" });
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(column));
    header.append(button);
  });

  // -------------------------------------------------------------------------------------------------------------- filter

  const text = make("input", { type: "search", id: "filter-text", placeholder: "any of its words", autocomplete: "off" });
  const region = list("filter-region", "any region", [...new Set(report.sets.flatMap((set) => set.regions))].sort());
  const size = list("filter-size", "any number", [...new Set(report.sets.map((set) => set.regions.length))].sort((a, b) => a - b));
  const kept = make("input", { type: "checkbox", id: "filter-kept" });
  const more = make("button", { type: "button", class: "more" });

  function list(id, none, values) {
    const options = values.map((value) => make("option", { value: String(value) }, String(value)));
    return make("select", { id }, make("option", { value: "" }, none), ...options);
  }

  function passes(line) {
    const set = report.sets[line.dataset.set];
    const words = text.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const name = `${set.name} ${set.regions.join(" ")}`.toLowerCase();
    return (
      words.every((word) => name.includes(word)) &&
      (region.value === "" || set.regions.includes(region.value)) &&
      (size.value === "" || set.regions.length === Number(size.value)) &&
      (!kept.checked || line.dataset.kept === "yes")
    );
  }

  function filter() {
    const passing = lines.filter(passes);
    const shown = new Set(all ? passing : passing.slice(0, AT_FIRST));
    for (const line of lines) line.hidden = !shown.has(line);
    more.hidden = all || passing.length <= AT_FIRST;
    more.textContent = `Show all ${Isochrone.format.count(passing.length)} sets`;
    said.textContent = `${shown.size} of ${Isochrone.format.count(lines.length)} sets shown`;
  }

  more.addEventListener("click", () => {
    all = true;
    filter();
  });

  function field(label, control) {
    return make("label", { class: "control", for: control.id }, `${label} `, control);
  }

  if (lines.length > 1) {
    const promised = lines.some((line) => line.dataset.kept !== undefined);
    const form = make(
      "form", { class: "filters", role: "search", "aria-label": "Filter the ranking" },
      field("Name", text), field("Contains", region), field("Regions", size),
      promised ? make("label", { class: "control", for: kept.id }, kept, " keeps every promise") : null,
    );
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    grid.parentElement.before(form);
    grid.parentElement.after(more, said);
    filter();
  }

  // On paper there is nothing to click: what passes the filters is printed in full.
  window.addEventListener("beforeprint", () => {
    for (const line of lines) line.hidden = !passes(line);
  });
  window.addEventListener("afterprint", filter);

  // -------------------------------------------------------------------------------------------------------------- choose

  const radios = lines.map((line) => {
    const cell = line.querySelector("th");
    const radio = make("input", { type: "radio", name: "set", value: line.dataset.set });
    const label = make("label", { class: "pick" }, radio);
    label.append(...cell.childNodes);
    cell.append(label);
    radio.addEventListener("change", () => Isochrone.choose({ set: Number(radio.value) }));
    line.addEventListener("click", (event) => {
      if (event.target.closest("label, a, button") === null) Isochrone.choose({ set: Number(radio.value) });
    });
    return radio;
  });

  function showChoice() {
    for (const radio of radios) {
      radio.checked = Number(radio.value) === state.set;
      radio.closest("tr").classList.toggle("picked", radio.checked);
    }
  }

  Isochrone.on(showChoice);
  showChoice();
})();

// On paper everything that folds is open.
(() => {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.told:not([open]), details.question:not([open]), details.reading:not([open])")];
    for (const it of opened) it.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const it of opened) it.open = false;
  });
})();
