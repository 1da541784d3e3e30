// What sets cost a month, item by item, and how that grows.
(() => {
  const { report, colour, format, shortRegion } = Isochrone;
  const currency = report.capacity?.cost?.currency ?? "USD";
  const SAID = {
    instance: "instances", egress: "traffic to users", inter_region: "traffic between regions", cross_zone: "traffic between zones", cdn_egress: "CDN traffic",
    cdn_request: "CDN requests", store_read: "reads of stores", store_write: "writes to stores", store_storage: "storage", store_replica: "replicas", region_fixed: "fixed for a region",
  };
  const said = (item) => SAID[item] ?? item.replaceAll("_", " ");
  const costOf = (set) => set.capacity?.cost ?? null;
  const brief = (x) => (x >= 1e6 ? `${format.exact(Number((x / 1e6).toPrecision(3)))}M` : x >= 10000 ? `${format.exact(Number((x / 1000).toPrecision(3)))}k` : format.count(x));

  // Items, the largest over all sets first: eight colours, so what comes after the seventh is one.
  const items = (() => {
    const sums = new Map();
    for (const set of report.sets) {
      for (const line of costOf(set)?.lines ?? []) sums.set(line.item, (sums.get(line.item) ?? 0) + (line.cost ?? 0));
    }
    return d3.sort([...sums.keys()].filter((item) => sums.get(item) > 0), (item) => -sums.get(item));
  })();
  const groupOf = (item) => (items.length > 8 && items.indexOf(item) >= 7 ? "other" : item);
  const groups = [...new Set(items.map(groupOf))];

  function drawItems({ state, width, own }) {
    const isRegion = own.by === "region";
    const shown = isRegion ? [state.set].filter((i) => costOf(report.sets[i])) : setsShown(state);
    if (shown.length === 0) return null;
    const set = report.sets[shown[0]];
    const keys = isRegion ? [...new Set(costOf(set).lines.map((line) => line.region))] : shown;
    const linesOf = (key) => (isRegion ? costOf(set).lines.filter((line) => line.region === key) : costOf(report.sets[key]).lines);
    const labels = keys.map((key) => (isRegion ? (key ? shortRegion(key) : "everywhere") : Draw.marked(key)));
    const fill = new Map(groups.map((group, n) => [group, colour.set(n)]));
    const parts = keys.flatMap((key) => stack(key, linesOf(key)));
    const totals = keys.map((key, n) => ({ key, label: labels[n], total: d3.sum(linesOf(key), (line) => line.cost ?? 0), isWhole: linesOf(key).every((line) => Number.isFinite(line.cost)) && (isRegion || costOf(report.sets[key]).complete) }));
    const top = d3.max(totals, (it) => it.total) || 1;
    const text = (it) => `${it.isWhole ? "" : "≥ "}${brief(it.total)}`;
    const right = Math.max(...totals.map((it) => Draw.textWidth(text(it), 12, 600))) + 14;
    const layout = Draw.rowLayout(labels, width, { tall: 28, share: 0.42 });
    const insets = { insetTop: layout.beside ? 3 : 20, insetBottom: 3 };
    const axis = { ticks: d3.ticks(0, top, Draw.tickCount(width - layout.marginLeft - right)), tickFormat: brief };
    const budget = isRegion ? null : report.capacity?.cost?.budget ?? null;
    const isNear = budget !== null && budget < top * 1.02;
    const node = Draw.plot({
      width,
      height: keys.length * layout.row + (isNear ? 68 : 54),
      marginLeft: layout.marginLeft,
      marginRight: right,
      marginTop: isNear ? 20 : 6,
      marginBottom: 44,
      x: { domain: [0, top], label: `${currency} a month, first year →`, ...axis },
      y: { type: "band", domain: keys, axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: axis.ticks }),
        ...Draw.rowNames(keys, labels, width, layout, (n) => !isRegion && keys[n] === state.set),
        Plot.rect(parts, { x1: "from", x2: "to", y: "key", fill: (it) => fill.get(it.group), stroke: colour.paper, strokeWidth: 0.8, ...insets, title: (it) => `${it.group === "other" ? "other" : said(it.group)}: ${format.money(it.to - it.from)}` }),
        Plot.text(totals, { x: "total", y: "key", text, textAnchor: "start", dx: 6, dy: layout.beside ? 0 : 8, fontWeight: 600 }),
        ...(isNear ? [Plot.ruleX([budget], { stroke: colour.bad, strokeWidth: 1.5, strokeDasharray: "4 3" }), Plot.text([budget], { x: (x) => x, frameAnchor: "top", dy: -12, text: () => `budget ${brief(budget)}`, textAnchor: budget > top / 2 ? "end" : "start", fill: colour.bad, fontWeight: 600 })] : []),
      ],
    });
    return {
      node,
      key: Draw.key(groups.map((group) => ({ colour: fill.get(group), text: group === "other" ? "other" : said(group) }))),
      finding: isRegion ? sayRegions(set, totals) : saySets(state, totals),
      note: [totals.some((it) => !it.isWhole) ? "≥: something has no price; the sum is a lower bound." : "", budget !== null && !isNear && !isRegion ? `The budget of ${format.money(budget)} lies beyond.` : "", !isRegion && shown.length < report.sets.length ? `${shown.length} of ${format.count(report.sets.length)} sets are drawn.` : ""].filter(Boolean).join(" "),
      table: [[isRegion ? "Region" : "Set", ...items.map(said), "Sum"], () => (isRegion ? keys : report.sets.map((_, i) => i).filter((i) => costOf(report.sets[i]))).map((key) => [isRegion ? labels[keys.indexOf(key)] : Draw.marked(key), ...items.map((item) => format.money(d3.sum(linesOf(key).filter((line) => line.item === item), (line) => line.cost ?? 0))), format.money(d3.sum(linesOf(key), (line) => line.cost ?? 0))]), `Cost a month, ${currency}`],
    };
  }

  function setsShown(state) {
    const priced = [...report.sets.keys()].filter((i) => costOf(report.sets[i]));
    const sure = [Draw.best, state.set, report.baseline, ...Draw.picked, ...(report.capacity?.front ?? [])].filter((i) => priced.includes(i));
    return [...new Set([...sure, ...priced])].slice(0, 12).sort((a, b) => costOf(report.sets[a]).total - costOf(report.sets[b]).total);
  }

  function stack(key, lines) {
    let from = 0;
    return groups.flatMap((group) => {
      const cost = d3.sum(lines.filter((line) => groupOf(line.item) === group), (line) => line.cost ?? 0);
      from += cost;
      return cost > 0 ? [{ key, group, from: from - cost, to: from }] : [];
    });
  }

  function saySets(state, totals) {
    const cheapest = d3.least(totals.filter((it) => it.isWhole), (it) => it.total) ?? d3.least(totals, (it) => it.total);
    const own = totals.find((it) => it.key === state.set);
    const name = (i) => Draw.called(report.sets[i]);
    const largest = own ? d3.greatest(stack(own.key, costOf(report.sets[own.key]).lines), (it) => it.to - it.from) : null;
    const what = largest ? `, ${format.share((largest.to - largest.from) / own.total)} of it ${largest.group === "other" ? "other items" : said(largest.group)}` : "";
    const lead = own ? `${name(own.key)} costs ${own.isWhole ? "" : "at least "}${format.money(own.total)} a month${what}` : `The cost of ${name(state.set)} is not known`;
    return !own || cheapest.key === own.key ? `${lead}${own ? "; no set drawn is cheaper" : ""}.` : `${lead}; the cheapest is ${name(cheapest.key)} with ${format.money(cheapest.total)}.`;
  }

  function sayRegions(set, totals) {
    const most = d3.greatest(totals, (it) => it.total);
    return `Of the ${format.money(costOf(set).total)} a month of ${Draw.called(set)}, ${most.label} takes ${format.money(most.total)}.`;
  }

  function controls({ bar, own, redraw }) {
    own.by = "set";
    bar.append(Draw.radios("Compare", [{ value: "set", label: "sets" }, { value: "region", label: "regions of the chosen set" }], own.by, (value) => {
      own.by = value;
      redraw();
    }));
  }

  // -------------------------------------------------------------------------------------------------------------- growth

  const VIEWS = [
    { value: "cost", label: "cost", axis: `${currency} a month`, of: (year) => year.cost ?? null, interval: (year) => (year.cost_interval ? [year.cost_interval.low, year.cost_interval.high] : null), write: format.money },
    {
      value: "instances", label: "instances", axis: "instances", of: (year) => (year.instances.every((it) => it !== null) ? d3.sum(year.instances) : null),
      interval: (year) => year.instances_interval ?? null, write: format.count,
    },
    { value: "load", label: "load", axis: "requests/s, mean", of: (year) => year.mean_rps, interval: () => null, write: (x) => `${format.count(x)} requests/s` },
  ];
  const yearsOf = (set) => set.capacity?.years ?? [];
  const views = VIEWS.filter((view) => report.sets.some((set) => yearsOf(set).some((year) => view.of(year) !== null)));

  function drawGrowth({ state, width, own }) {
    const view = views.find((it) => it.value === own.of);
    const has = (set) => yearsOf(set).filter((year) => view.of(year) !== null).length > 1;
    const shown = Draw.shownSets(state, has, 5);
    if (shown.length === 0) return null;
    const chosen = shown.includes(state.set) ? state.set : shown[0];
    const colours = Draw.coloursOf(shown);
    const points = shown.flatMap((i) => yearsOf(report.sets[i]).filter((year) => view.of(year) !== null).map((year) => ({ i, year: year.year, month: year.month, value: view.of(year), interval: view.interval(year) })));
    const bands = points.filter((it) => it.i === chosen).map((it) => ({ year: it.year, low: it.interval?.[0] ?? it.value, high: it.interval?.[1] ?? it.value }));
    const hasBand = bands.some((it) => it.high > it.low);
    const top = d3.max([...points.map((it) => it.value), ...bands.map((it) => it.high)]) * 1.05;
    const last = d3.max(points, (it) => it.year);
    const months = new Map(points.map((it) => [it.year, it.month]));
    const ends = shown.map((i) => points.findLast((it) => it.i === i));
    const height = Math.min(360, Math.max(250, width * 0.42));
    const y = d3.scaleLinear([0, top], [height - 44, 28]);
    const at = Draw.spread(ends.map((it) => y(it.value)), 14, 30, height - 46);
    const label = (it) => `#${Isochrone.place(report.sets[it.i])}  ${brief(it.value)}`;
    const right = Math.max(...ends.map((it) => Draw.textWidth(label(it), 12, 600))) + 16;
    const node = Draw.plot({
      width,
      height,
      marginLeft: 54,
      marginRight: right,
      marginTop: 28,
      marginBottom: 44,
      x: { domain: [0, last], label: "start of the year →", ticks: d3.range(0, last + 1, Math.max(1, Math.ceil(last / Draw.tickCount(width - 100, 70)))), tickFormat: (year) => months.get(year) ?? `+${year}` },
      y: { domain: [0, top], label: `↑ ${view.axis}`, ticks: 6, tickFormat: brief },
      marks: [
        Draw.gridY({ ticks: 6 }),
        ...(hasBand ? [Plot.areaY(bands, { x: "year", y1: "low", y2: "high", fill: colours.get(chosen), fillOpacity: 0.18 })] : []),
        Plot.line(points, { x: "year", y: "value", z: "i", stroke: (it) => colours.get(it.i), strokeWidth: (it) => (it.i === chosen ? 3 : 1.8) }),
        Plot.dot(points, { x: "year", y: "value", fill: (it) => colours.get(it.i), r: 3.5, stroke: colour.paper }),
        ...ends.map((it, n) => Plot.text([it], { x: "year", y: "value", text: label, textAnchor: "start", dx: 8, dy: at[n] - y(it.value), fontWeight: it.i === chosen ? 700 : 400, fill: colour.ink })),
        Plot.tip(points, Plot.pointer({ ...Draw.tip(), x: "year", y: "value", title: (it) => `${Draw.cut(Draw.marked(it.i), 240)}\n${it.month}: ${view.write(it.value)}` })),
      ],
    });
    const own_ = points.filter((it) => it.i === chosen);
    const [from, to] = [own_[0], own_.at(-1)];
    const growth = report.capacity?.demand?.growth_per_year;
    const range = to.interval ? ` (90 %: ${view.write(to.interval[0])} to ${view.write(to.interval[1])})` : "";
    return {
      node,
      key: Draw.key(shown.map((i) => ({ colour: colours.get(i), shape: "line", text: Draw.marked(i) }))),
      finding: `With growth of ${format.share(growth)} a year the ${view.label} of ${Draw.called(report.sets[chosen])} goes from ${view.write(from.value)} in ${from.month} to ${view.write(to.value)} in ${to.month}${range}.`.replace("the instances of", "the number of instances of"),
      note: [hasBand ? "The shaded band is the 90 % interval of growth, for the chosen set." : "", Draw.countOfSets(shown)].filter(Boolean).join(" "),
      table: [["Set", "From", view.label, "90 % interval of growth"], () => points.map((it) => [Draw.marked(it.i), it.month, view.write(it.value), it.interval ? `${view.write(it.interval[0])} to ${view.write(it.interval[1])}` : "–"]), `${view.label} by year`],
    };
  }

  function growthControls({ bar, own, redraw }) {
    own.of = views[0]?.value;
    if (views.length > 1) {
      bar.append(Draw.radios("What grows", views, own.of, (value) => {
        own.of = value;
        redraw();
      }));
    }
  }

  Draw.section({
    id: "cost",
    title: "Cost and growth",
    figures: [
      { available: () => items.length > 0, controls, draw: drawItems },
      { available: () => report.sets.some((set) => yearsOf(set).length > 1) && views.length > 0, controls: growthControls, draw: drawGrowth },
    ],
  });
})();
