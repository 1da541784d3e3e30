"use strict";

// What all parts of the page share: the report, what is chosen, how figures are written, and the list of sections.
//
// A part registers a section and draws into the element that it is given. It reads what is chosen from
// `Isochrone.state` and is told of every change. The bar of controls (10-controls.js) chooses set, loss and figure for
// the whole page, so that a section needs controls of its own only for what concerns it alone.
const Isochrone = (() => {
  const embedded = JSON.parse(document.getElementById("report").textContent);
  const { report, land = null, words = {} } = embedded;
  unfoldCountries();
  if (embedded.ways) unfoldUsers(embedded.ways);
  const listeners = [];
  const sections = [];
  const mounted = [];

  const best = Math.max(0, report.sets.findIndex((set) => set.rank === 1));
  const state = {
    set: best,
    loss: null,
    figure: report.question.objective === "p50" ? "p50" : "p95",
    theme: "light",
  };

  // A column that an earlier set has already is that set's place.
  function unfoldCountries() {
    for (const { countries } of report.sets) {
      for (const name of ["country", "share"]) {
        if (typeof countries?.[name] === "number") countries[name] = report.sets[countries[name]].countries[name];
      }
    }
  }

  // What a user group may see is listed once for all sets; `sets[i].users` become columns of it.
  function unfoldUsers(ways) {
    const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    for (const set of report.sets) {
      const way = set.users?.way;
      if (way === undefined) continue;
      const places = typeof way === "string" ? [...way].map((letter) => LETTERS.indexOf(letter)) : way;
      const column = (of) => places.map((place, group) => of[group][place]);
      set.users = Object.fromEntries(Object.entries(ways).map(([name, of]) => [name, column(of)]));
    }
  }

  // ---------------------------------------------------------------------------------------------------- what is chosen

  function on(listener) {
    listeners.push(listener);
  }

  // Listeners get the state and what changed of it: `{set: 3}`. Nothing is told when nothing changes.
  function choose(wanted) {
    const asked = { ...wanted };
    if ("set" in asked && asked.set !== state.set && !("loss" in asked)) {
      asked.loss = sameLoss(asked.set);
    }
    const changed = {};
    for (const [key, value] of Object.entries(asked)) {
      if (state[key] !== value) {
        state[key] = value;
        changed[key] = value;
      }
    }
    if (Object.keys(changed).length === 0) return;
    for (const listener of listeners) listener(state, changed);
    for (const it of mounted) refresh(it);
  }

  function losses(set) {
    return report.sets[set]?.recovery?.losses ?? [];
  }

  // Another set bears the same loss at another place of its list, or does not know it.
  function sameLoss(set) {
    if (state.loss === null) return null;
    const name = losses(state.set)[state.loss]?.name;
    const at = losses(set).findIndex((loss) => loss.name === name);
    return at < 0 ? null : at;
  }

  // ----------------------------------------------------------------------------------------------------------- sections

  // `available(report)` says whether there is anything to show; `absent` may be a sentence to show where there is not.
  // `lead(report, state)` is the finding, in a sentence. `mount(element)` draws, and gives `{update(state)}`.
  function register(section) {
    sections.push(section);
  }

  function start() {
    const place = document.getElementById("charts");
    const links = [];
    // Without a set there is nothing to draw, and every section speaks of one.
    for (const section of report.sets.length === 0 ? [] : sections) {
      const shown = section.available(report);
      if (!shown && !section.absent) continue;
      place.append(sectionElement(section, shown));
      links.push(make("li", {}, make("a", { href: `#${section.id}` }, section.title)));
    }
    document.querySelector("#contents a[href='#ranking']")?.parentElement.after(...links);
  }

  function sectionElement(section, shown) {
    const element = make("section", { id: section.id, "aria-labelledby": `${section.id}-title` });
    element.append(make("h2", { id: `${section.id}-title` }, section.title));
    if (!shown) {
      element.append(make("p", { class: "absent" }, section.absent));
      return element;
    }
    const lead = make("p", { class: "lead" });
    const body = make("div", { class: "body" });
    element.append(lead, body);
    const it = { section, lead, body, part: null };
    mounted.push(it);
    // The element must be in the page before a chart measures its width.
    queueMicrotask(() => {
      attempt(it, () => {
        it.part = section.mount(body) ?? {};
        refresh(it);
      });
    });
    return element;
  }

  function refresh(it) {
    if (it.part === null) return;
    attempt(it, () => {
      it.lead.textContent = it.section.lead?.(report, state) ?? "";
      it.part.update?.(state);
    });
  }

  // A section that fails leaves a sentence and the rest of the page alone.
  function attempt(it, work) {
    try {
      work();
    } catch (error) {
      console.error(`section ${it.section.id}:`, error);
      it.body.replaceChildren(make("p", { class: "absent" }, "This part could not be drawn; the tables below have its figures."));
    }
  }

  // ------------------------------------------------------------------------------------------------------------ figures

  const MINUS = "−";

  // The rules of report::voice: an error shows its first digit, or two when the first is a 1, and sets the digits of
  // the value.
  function decimals(error) {
    if (!Number.isFinite(error) || error <= 0) return 3;
    const power = Math.floor(Math.log10(error));
    const twoDigits = Math.round(error / 10 ** (power - 1));
    return Math.min(6, Math.max(0, twoDigits < 20 ? 1 - power : -power));
  }

  function fixed(value, digits) {
    const text = Math.abs(value).toFixed(digits);
    const isZero = /^[0.]*$/.test(text);
    return value < 0 && !isZero ? MINUS + text : text;
  }

  function exact(value) {
    const text = fixed(value, 3);
    return text.replace(/\.?0+$/, "");
  }

  function plusMinus(value, error) {
    if (error === 0) return `${exact(value)} ± 0`;
    const digits = decimals(error);
    return `${fixed(value, digits)} ± ${fixed(error, digits)}`;
  }

  const SCALE = { share: 100 };
  const SYMBOL = { share: "%" };

  // `182 ± 3 ms [170, 196]`: ± is sampling, the bracket holds both 95 % intervals, of sampling and of uncertain inputs.
  function figure(it, unit = "ms") {
    if (!it) return "–";
    const scale = SCALE[unit] ?? 1;
    const symbol = SYMBOL[unit] ?? unit;
    const all = range(it);
    if (all.low === all.high) return `${exact(it.value * scale)} ${symbol}`;
    const half = ((it.sampling.high - it.sampling.low) / 2) * scale;
    return `${plusMinus(it.value * scale, half)} ${symbol} [${interval(all, scale)}]`;
  }

  // The range that holds both intervals of a figure.
  function range({ sampling, input }) {
    if (!input) return sampling;
    return { low: Math.min(sampling.low, input.low), high: Math.max(sampling.high, input.high) };
  }

  function interval({ low, high }, scale = 1) {
    const digits = decimals(((high - low) / 2) * scale);
    return `${fixed(low * scale, digits)}, ${fixed(high * scale, digits)}`;
  }

  const absent = (write) => (x) => (x === null || x === undefined || Number.isNaN(x) ? "–" : write(x));

  function roundTo3(x) {
    if (x === 0) return "0";
    const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x))));
    return fixed(x, Math.min(6, digits)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  }

  // As report::voice::recovery: the unit in which a time is at least 1.
  function seconds(x) {
    if (x >= 86400) return `${roundTo3(x / 86400)} d`;
    if (x >= 3600) return `${roundTo3(x / 3600)} h`;
    if (x >= 60) return `${roundTo3(x / 60)} min`;
    return `${roundTo3(x)} s`;
  }

  function count(x) {
    return Math.round(x).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  }

  const currency = () => report.capacity?.cost?.currency ?? "USD";

  const format = {
    ms: absent((x) => `${fixed(x, x < 10 ? 1 : 0)} ms`),
    share: absent((x) => `${fixed(x * 100, 1)} %`),
    seconds: absent(seconds),
    minutes: absent((x) => seconds(x * 60)),
    money: absent((x) => `${count(x)} ${currency()}`),
    count: absent(count),
    figure,
    range,
    interval,
    plusMinus,
    fixed,
    exact,
  };

  // -------------------------------------------------------------------------------------------------------------- names

  // `aws:` before every region says nothing where all regions are of one provider.
  const prefix = (() => {
    const ids = report.sets.flatMap((set) => set.regions);
    const first = ids.length ? ids[0].slice(0, ids[0].indexOf(":") + 1) : "";
    return first !== "" && ids.every((id) => id.startsWith(first)) ? first : "";
  })();

  // A name in another script keeps its direction to itself, and cannot turn the sentence around it.
  function isolated(name) {
    if (/^[\x20-\x7e]*$/.test(name)) return name;
    return `\u2068${name.replace(/[\u202a-\u202e\u2066-\u2069\p{Cc}]/gu, " ")}\u2069`;
  }

  const setName = (i) => isolated(report.sets[i]?.name ?? "");

  // What fits beside a line or into a list: `#1 eu-west-1 + us-east-1`, without the provider.
  function setLabel(i) {
    const set = report.sets[i];
    if (!set) return "";
    return `${set.listed_for ? "" : `#${set.rank} `}${isolated(set.name.replaceAll(prefix, ""))}`;
  }

  // The rank; none where better sets that were found are not in the report.
  const place = (set) => (set.listed_for ? "–" : String(set.rank));

  const regions = new Map((report.atlas?.regions ?? []).map((region) => [region.id, region]));
  const regionById = (id) => regions.get(id) ?? null;
  const shortRegion = (id) => (prefix && id.startsWith(prefix) ? id.slice(prefix.length) : id);

  // ------------------------------------------------------------------------------------------------------------ colours

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const LINES = 8;
  const RAMP = 6;

  function mix(a, b, t) {
    const part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
    const both = [1, 3, 5].map((at) => Math.round(part(a, at) + (part(b, at) - part(a, at)) * t));
    return `#${both.map((x) => x.toString(16).padStart(2, "0")).join("")}`;
  }

  function rampAt(t) {
    const steps = colour.ramp;
    const at = Math.min(1, Math.max(0, t)) * (steps.length - 1);
    const step = Math.min(Math.floor(at), steps.length - 2);
    return mix(steps[step], steps[step + 1], at - step);
  }

  // One scale for all maps and sets, so that a colour means the same time everywhere on the page.
  const latencyDomain = (() => {
    const all = report.sets.flatMap((set) => set.users?.p95_ms ?? set.countries?.p95_ms ?? []);
    const known = all.filter((ms) => Number.isFinite(ms)).sort((a, b) => a - b);
    const top = known.length ? known[Math.floor(0.98 * (known.length - 1))] : 300;
    return [0, Math.max(50, Math.ceil(top / 50) * 50)];
  })();

  const colour = {
    set: (i) => css(`--line-${(i % LINES) + 1}`),
    latency: (ms) => rampAt((ms - latencyDomain[0]) / (latencyDomain[1] - latencyDomain[0])),
    latencyDomain,
    rampAt,
    get ramp() {
      return Array.from({ length: RAMP }, (_, i) => css(`--ramp-${i + 1}`));
    },
    get ink() { return css("--ink"); },
    get muted() { return css("--muted"); },
    get grid() { return css("--grid"); },
    get axis() { return css("--axis"); },
    get paper() { return css("--paper"); },
    get accent() { return css("--accent"); },
    get tied() { return css("--tied"); },
    get good() { return css("--good"); },
    get bad() { return css("--bad"); },
  };

  // ----------------------------------------------------------------------------------------------------------- elements

  // An element with attributes and text or children. Text goes in as text, never as markup.
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  // Columns of equal length as a list of rows.
  function rows(columns) {
    const names = Object.keys(columns ?? {});
    if (names.length === 0) return [];
    return columns[names[0]].map((_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
  }

  // Cells that begin like numbers stand to the right. Wide tables scroll in a box of their own, by keyboard as well.
  function table(headers, body, caption) {
    const head = make("thead", {}, make("tr", {}, ...headers.map((text) => make("th", { scope: "col" }, text))));
    const isNumber = (text) => /^[+−≥]?\s?\d/.test(text);
    const cell = (text, i) =>
      i === 0
        ? make("th", { scope: "row", dir: "auto" }, text)
        : make("td", { class: isNumber(text) ? "number" : null, dir: "auto" }, text);
    const line = (cells) => make("tr", {}, ...cells.map((it, i) => cell(String(it ?? ""), i)));
    const grid = make("table", {}, make("caption", {}, caption), head, make("tbody", {}, ...body.map(line)));
    return make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption }, grid);
  }

  // The same figures for those who do not see a chart; made when it is opened.
  function asTable(headers, body, caption) {
    const box = make("details", { class: "as-table" }, make("summary", {}, "As a table"));
    const fill = () => {
      if (box.children.length === 1) box.append(table(headers, typeof body === "function" ? body() : body, caption));
    };
    box.addEventListener("toggle", () => box.open && fill());
    return box;
  }

  return {
    report, land, words, state, on, choose, losses, sections, register, start, format, setName, setLabel, place, regionById,
    shortRegion, colour, rows, table, asTable, make,
  };
})();
