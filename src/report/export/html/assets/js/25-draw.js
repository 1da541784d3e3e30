// What all charts share: a figure with its finding, controls and table; widths of text; rows, lines and colours of sets.
//
// A section lists figures. A figure says what it draws as `draw({state, width, own}) -> {node, finding, note, table}`:
// `node` is an SVG or an element, `finding` the sentence above it, `note` what else should be known, `table` the same
// figures as `[headers, rows, caption]`. It is drawn again when the choice, the colours or the width change.
const Draw = (() => {
  const { make, report, colour, format, setLabel } = Isochrone;

  // -------------------------------------------------------------------------------------------------------------- style

  const STYLE = `
.lead:empty { display: none; }
.chart-figure { margin: 0 0 2rem; min-width: 0; break-inside: avoid; }
.chart-figure > figcaption { font-weight: 600; color: var(--ink); margin: 0 0 .5rem; max-width: 70ch; }
.chart-controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: 0 0 .6rem; }
.chart-controls:empty, .chart-note:empty { display: none; }
.chart-controls label, .chart-controls legend { font-size: .85rem; color: var(--muted); }
.chart-controls select { display: block; max-width: min(22rem, 80vw); font: inherit; font-size: .9rem; color: var(--ink);
  background: var(--paper); border: 1px solid var(--axis); border-radius: 4px; padding: .25rem .4rem; min-height: 2rem; }
.chart-controls label { max-width: 100%; min-width: 0; }
.chart-controls fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.chart-controls legend { padding: 0; }
.chart-choices { display: flex; flex-wrap: wrap; }
.chart-choices label { position: relative; display: inline-flex; }
.chart-choices input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
.chart-choices span { border: 1px solid var(--axis); margin-left: -1px; padding: .25rem .6rem; font-size: .9rem;
  color: var(--ink); background: var(--paper); min-height: 2rem; display: inline-flex; align-items: center; }
.chart-choices label:first-child span { border-radius: 4px 0 0 4px; margin-left: 0; }
.chart-choices label:last-child span { border-radius: 0 4px 4px 0; }
.chart-choices input:checked + span { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.chart-choices input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 2px; }
.chart-button { font: inherit; font-size: .9rem; min-width: 2.2rem; min-height: 2rem; color: var(--ink);
  background: var(--paper); border: 1px solid var(--axis); border-radius: 4px; padding: .2rem .5rem; cursor: pointer; }
.chart-button:focus-visible, .chart svg:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.chart { overflow: hidden; position: relative; padding-bottom: 5px; }
.chart svg { display: block; overflow: visible; max-width: 100%; height: auto; }
.chart svg text { font-family: inherit; }
.chart-note { font-size: .85rem; color: var(--muted); margin: .4rem 0; max-width: 80ch; }
.chart-key { display: flex; flex-wrap: wrap; gap: .15rem 1rem; list-style: none; padding: 0; margin: 0 0 .5rem;
  font-size: .85rem; }
.chart-key li { display: inline-flex; align-items: center; gap: .4rem; min-width: 0; overflow-wrap: anywhere; }
.chart-key svg { flex: none; }
@media print { .chart-controls { display: none; } }
`;
  document.head.append(make("style", {}, STYLE));

  // ------------------------------------------------------------------------------------------------------------ figures

  function section({ id, title, available, absent, lead, figures }) {
    Isochrone.register({
      id,
      title,
      absent,
      available: available ?? ((it) => figures.some((figure) => figure.available?.(it) ?? true)),
      lead: lead ?? (() => ""),
      mount(body) {
        const parts = figures.filter((it) => it.available?.(report) ?? true).map((it) => mountFigure(body, it));
        return { update: (state) => parts.forEach((part) => part.update(state)) };
      },
    });
  }

  function mountFigure(body, { controls, draw }) {
    const caption = make("figcaption");
    const bar = make("div", { class: "chart-controls" });
    const place = make("div", { class: "chart" });
    const note = make("p", { class: "chart-note" });
    const below = make("div");
    const element = make("figure", { role: "group", class: "chart-figure" }, caption, bar, place, note, below);
    body.append(element);
    const own = {};
    // Measured once and on every change, not at every drawing: asking for a width makes the browser lay out the page.
    let measured = 0;
    const redraw = () => {
      measured ||= Math.floor(element.clientWidth);
      const width = isPrinting ? PAPER : Math.max(280, measured);
      const drawn = draw({ state: Isochrone.state, width, own, redraw });
      element.hidden = drawn === null;
      if (drawn === null) return;
      const finding = kept(drawn.finding);
      caption.textContent = finding;
      element.setAttribute("aria-label", finding);
      name(drawn.node, finding);
      place.replaceChildren(...[drawn.key, drawn.node].filter(Boolean));
      note.textContent = kept(drawn.note ?? "");
      const isOpen = below.querySelector("details")?.open ?? false;
      below.replaceChildren(...(drawn.table ? [Isochrone.asTable(...drawn.table)] : []));
      if (isOpen && drawn.table) below.firstChild.open = true;
    };
    controls?.({ bar, own, redraw });
    onPaper.push(redraw);
    observe(element, (now) => {
      if (now === measured) return;
      measured = now;
      redraw();
    });
    return { update: redraw };
  }

  // Paper is narrower than most screens: charts are drawn for its width, so that letters keep their size.
  const PAPER = 660;
  const onPaper = [];
  let isPrinting = false;

  const print = (starts) => () => {
    isPrinting = starts;
    onPaper.forEach((redraw) => redraw());
  };
  window.addEventListener("beforeprint", print(true));
  window.addEventListener("afterprint", print(false));

  // A picture is one thing to a screen reader; what it shows stands in its name and in the table.
  function name(node, finding) {
    const svg = node.tagName.toLowerCase() === "svg" ? node : null;
    if (!svg || svg.hasAttribute("role")) return;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", finding);
  }

  function observe(element, changed) {
    let latest = 0;
    let isWaiting = false;
    const observer = new ResizeObserver(([entry]) => {
      latest = Math.floor(entry.contentRect.width);
      if (isWaiting || latest === 0) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        changed(latest);
      });
    });
    observer.observe(element);
  }

  // ----------------------------------------------------------------------------------------------------------- controls

  function fill(select, options, value) {
    select.replaceChildren(...options.map((it) => make("option", { value: it.value }, it.label)));
    select.value = String(value);
  }

  function select(label, options, value, changed) {
    const element = make("select");
    fill(element, options, value);
    element.addEventListener("change", () => changed(element.value));
    const box = make("label", {}, label, element);
    return { box, element, fill: (list, chosen) => fill(element, list, chosen) };
  }

  let groups = 0;

  function radios(legend, options, value, changed) {
    const group = `choice-${(groups += 1)}`;
    const choice = (it) => {
      const input = make("input", { type: "radio", name: group, value: it.value, checked: it.value === value });
      input.addEventListener("change", () => changed(it.value));
      return make("label", {}, input, make("span", {}, it.label));
    };
    return make("fieldset", {}, make("legend", {}, legend), make("div", { class: "chart-choices" }, ...options.map(choice)));
  }

  function button(text, label, pressed) {
    const element = make("button", { type: "button", class: "chart-button", "aria-label": label, title: label }, text);
    element.addEventListener("click", pressed);
    return element;
  }

  // --------------------------------------------------------------------------------------------------------------- text

  const pen = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;

  function textWidth(text, size = 12, weight = 400) {
    pen.font = `${weight} ${size}px ${family}`;
    return pen.measureText(text).width;
  }

  function cut(text, breadth, size = 12, weight = 400) {
    if (textWidth(text, size, weight) <= breadth) return text;
    let length = text.length;
    while (length > 1 && textWidth(`${text.slice(0, length)}…`, size, weight) > breadth) length -= 1;
    return `${text.slice(0, length)}…`;
  }

  // What fits of a list, and how many more there are.
  function listed(names, most = 3) {
    const shown = names.slice(0, most);
    const rest = names.length - shown.length;
    if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
    return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown.join("");
  }

  const regionPrefix = (() => {
    const id = report.sets.flatMap((set) => set.regions)[0] ?? "";
    const short = Isochrone.shortRegion(id);
    return id.slice(0, id.length - short.length);
  })();

  // A text that names regions, without the provider where all are of one.
  const short = (text) => (regionPrefix ? String(text).replaceAll(regionPrefix, "") : String(text));

  const countries = (() => {
    try {
      return new Intl.DisplayNames(["en"], { type: "region" });
    } catch {
      return null;
    }
  })();

  // `Germany`: browsers know the names of ISO 3166-1 codes.
  function country(code) {
    try {
      return countries?.of(code) ?? code;
    } catch {
      return code;
    }
  }

  // A set in a sentence: names that the user gave stand in quotes, lists of regions as they are.
  function called(set) {
    const name = short(set.name);
    return name === short(set.regions.join(" + ")) ? name : `“${name}”`;
  }

  // Figures keep to their units, and factors to their signs, where a sentence breaks.
  const kept = (text) => text.replace(/(\d) (ms|%|s|min|h|d|requests\/s|[A-Z]{3})(?![\w])/g, "$1\u00a0$2").replace(/([×±≥]) (\d)/g, "$1\u00a0$2");

  function signed(x, write) {
    if (x === null || x === undefined) return "–";
    return x > 0 ? `+${write(x)}` : write(x);
  }

  // ------------------------------------------------------------------------------------------------------------- layout

  // Moves positions apart so that none is nearer than `gap` to the next, in order, within `low` to `high`.
  function spread(wanted, gap, low, high) {
    const order = wanted.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at);
    let last = low - gap;
    for (const it of order) {
      it.at = Math.max(it.at, last + gap);
      last = it.at;
    }
    let next = high + gap;
    for (const it of [...order].reverse()) {
      it.at = Math.min(it.at, next - gap);
      next = it.at;
    }
    const placed = [];
    for (const it of order) placed[it.i] = it.at;
    return placed;
  }

  // Rows with a name each: beside the bars where there is room, above them where there is not.
  function rowLayout(labels, width, { tall = 26, share = 0.36 } = {}) {
    const widest = Math.max(0, ...labels.map((label) => textWidth(label, 12, 600)));
    const beside = widest + 14 <= Math.max(90, width * share);
    return {
      beside,
      marginLeft: beside ? widest + 14 : 24,
      row: beside ? tall : tall + 20,
      // How far dots and texts lie below the middle of their row, which begins with its name.
      dy: beside ? 0 : 9,
      lead: beside ? 0 : 18,
    };
  }

  // The names of rows, as marks of a plot whose y is a band of `keys`.
  function rowNames(keys, labels, width, layout, bold = () => false) {
    const text = (it) => (layout.beside ? it.label : cut(it.label, width - 24, 12, 600));
    const rows = keys.map((key, i) => ({ key, label: labels[i], weight: bold(i) ? 700 : 400 }));
    const common = { y: "key", text, fill: colour.ink, title: "label", fontSize: 12 };
    return [400, 700].map((weight) =>
      Plot.text(
        rows.filter((it) => it.weight === weight),
        layout.beside
          ? { ...common, frameAnchor: "left", textAnchor: "end", dx: -8, fontWeight: weight }
          : { ...common, frameAnchor: "left", textAnchor: "start", dy: 9 - layout.row / 2, fontWeight: weight, stroke: colour.paper, strokeWidth: 4 },
      ),
    );
  }

  // Plot with the page's colours and letters. Ticks are chosen for the width.
  function plot(options) {
    const style = {
      background: "none",
      color: colour.ink,
      fontSize: "12px",
      fontFamily: "inherit",
      fontVariantNumeric: "tabular-nums",
      overflow: "visible",
      "--plot-background": colour.paper,
    };
    return Plot.plot({ ...options, style: { ...style, ...options.style } });
  }

  const tip = (options) => ({
    fill: colour.paper,
    stroke: colour.axis,
    fontSize: 12,
    lineWidth: 24,
    pathFilter: null,
    ...options,
  });

  const gridX = (options = {}) => Plot.gridX({ stroke: colour.grid, strokeOpacity: 1, ...options });
  const gridY = (options = {}) => Plot.gridY({ stroke: colour.grid, strokeOpacity: 1, ...options });

  // As many ticks as have room.
  const tickCount = (width, each = 80) => Math.max(2, Math.min(9, Math.floor(width / each)));

  // An axis of about so many ticks, with as many digits as tell them apart.
  function axis([low, high], count, write = (x) => x) {
    const ticks = d3.ticks(low, high, count);
    const digits = Math.min(6, d3.precisionFixed(d3.tickStep(low, high, count)));
    const text = (x) => (Math.abs(high) >= 10000 ? d3.format("~s")(x) : format.fixed(x, digits));
    return { ticks, tickFormat: (x) => write(text(x)) };
  }

  // Dots need no zero: the range of what is drawn, but no narrower than a part of its values.
  function around(values, least = 0.2, floor = 0) {
    const [low, high] = d3.extent(values.filter((x) => Number.isFinite(x)));
    const wanted = Math.max(high - low, least * Math.max(Math.abs(low), Math.abs(high)), 1e-9);
    const more = (wanted - (high - low)) / 2 + wanted * 0.08;
    return [low >= floor ? Math.max(floor, low - more) : low - more, high + more];
  }

  // The unit in which times up to `high` seconds are easy to read.
  function timeUnit(high) {
    if (high >= 2 * 86400) return { by: 86400, name: "days" };
    if (high >= 2 * 3600) return { by: 3600, name: "h" };
    if (high >= 120) return { by: 60, name: "min" };
    return { by: 1, name: "s" };
  }

  // --------------------------------------------------------------------------------------------------------------- sets

  const picked = new Set();
  const best = Math.max(0, report.sets.findIndex((set) => set.rank === 1));

  // Chosen, best, baseline and picked sets first, then the next best, as many as lines can be told apart.
  function shownSets(state, has = () => true, most = 6) {
    const first = [best, state.set, report.baseline, ...picked];
    const all = [...first, ...report.sets.keys()].filter((i) => Number.isInteger(i) && report.sets[i] && has(report.sets[i]));
    const unique = [...new Set(all)];
    const sure = new Set(first.filter((i) => unique.includes(i))).size;
    return d3.sort(unique.slice(0, Math.min(8, Math.max(most, sure))), (i) => report.sets[i].rank);
  }

  // A set keeps its colour where no other shown set has it.
  function coloursOf(shown) {
    const taken = new Map();
    const used = new Set();
    for (const i of shown) {
      let slot = i % 8;
      while (used.has(slot)) slot = (slot + 1) % 8;
      used.add(slot);
      taken.set(i, colour.set(slot));
    }
    return taken;
  }

  const countOfSets = (shown) =>
    shown.length < report.sets.length
      ? `${shown.length} of ${format.count(report.sets.length)} sets are drawn: the best, the chosen one, the baseline and those next in rank or picked.`
      : "";

  function marked(i) {
    const marks = [i === report.baseline ? "baseline" : null].filter(Boolean);
    const label = short(setLabel(i));
    return marks.length ? `${label} (${marks.join(", ")})` : label;
  }

  // A key of colours with a text each.
  function key(entries) {
    const swatch = ({ colour: fill, outline, shape = "square", dash }) => {
      const svg = d3.create("svg").attr("width", 16).attr("height", 14).attr("aria-hidden", "true");
      if (shape === "line") {
        svg.append("line").attr("x1", 0).attr("x2", 16).attr("y1", 7).attr("y2", 7).attr("stroke", fill)
          .attr("stroke-width", 2.5).attr("stroke-dasharray", dash ?? null);
      } else if (shape === "circle") {
        svg.append("circle").attr("cx", 8).attr("cy", 7).attr("r", 5).attr("fill", fill).attr("stroke", outline ?? "none")
          .attr("stroke-width", 1.5);
      } else if (shape === "dot") {
        svg.append("circle").attr("cx", 8).attr("cy", 7).attr("r", 2).attr("fill", fill);
      } else if (shape === "diamond") {
        svg.append("path").attr("d", "M8,1L14,7L8,13L2,7Z").attr("fill", fill).attr("stroke", outline ?? "none")
          .attr("stroke-width", 1.5);
      } else if (shape === "cross") {
        svg.append("path").attr("d", "M3,2L13,12M13,2L3,12").attr("stroke", fill).attr("stroke-width", 2.5);
      } else {
        svg.append("rect").attr("x", 1).attr("y", 1).attr("width", 14).attr("height", 12).attr("fill", fill)
          .attr("stroke", outline ?? "none");
      }
      return svg.node();
    };
    return make("ul", { class: "chart-key" }, ...entries.map((it) => make("li", {}, swatch(it), make("span", {}, it.text))));
  }

  // Black or white, whichever is easier to read on a colour. Source: WCAG 2.2, "contrast ratio".
  function inkOn(fill) {
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const { r, g, b } = d3.rgb(fill);
    const light = 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
    return light > 0.179 ? "#000000" : "#ffffff";
  }

  // What the ranking is by: its phrase, factor and unit on an axis, and whether more is better.
  const goal = (() => {
    const objective = report.question.objective;
    const phrases = { mean: "mean latency", p50: "median latency", "worst-country": "p95 of the worst country",
      "worst-group": "mean of the worst user group" };
    const within = /^within:(.*)$/.exec(objective);
    if (within) return { phrase: `share within ${within[1].replace(/ms$/, " ms")}`, share: true, factor: 100, unit: "%" };
    const isTime = !/nines|availability|score|cost/.test(objective);
    return { phrase: phrases[objective] ?? objective, share: false, factor: 1, unit: isTime ? "ms" : "" };
  })();

  return {
    section, select, radios, button, textWidth, cut, listed, short, called, country, signed, spread, rowLayout, rowNames, plot,
    tip, gridX, gridY, tickCount, axis, around, timeUnit, picked, best, shownSets, coloursOf, countOfSets, marked, key, inkOn, goal,
  };
})();
