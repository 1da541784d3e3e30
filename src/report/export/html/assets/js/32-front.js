// Latency, cost and availability against each other: sets that no other beats in all of them form the front.
(() => {
  const { report, colour, format } = Isochrone;

  const seconds = (of) => {
    const unit = Draw.timeUnit(d3.max(report.sets, of) ?? 0);
    const scaled = (set) => (of(set) === null ? null : of(set) / unit.by);
    return { unit: unit.name, of: scaled, isLess: true, write: (x) => format.seconds(x * unit.by) };
  };
  const objective = (set) => set.objective.value * Draw.goal.factor;
  const AXES = [
    { value: "objective", label: Draw.goal.phrase, unit: Draw.goal.unit, of: objective, isLess: !Draw.goal.share, write: (x) => `${format.exact(Number(x.toPrecision(4)))} ${Draw.goal.unit}`.trim() },
    { value: "p95", label: "p95 latency", unit: "ms", of: (set) => set.latency.p95_ms.value, isLess: true, write: format.ms },
    { value: "p50", label: "median latency", unit: "ms", of: (set) => set.latency.p50_ms.value, isLess: true, write: format.ms },
    { value: "cost", label: "cost a month", unit: report.capacity?.cost?.currency ?? "USD", of: (set) => set.capacity?.cost?.total ?? null, isLess: true, write: format.money },
    { value: "downtime", label: "downtime a year", ...seconds((set) => (set.recovery ? set.recovery.availability.mean_minutes.value * 60 : null)) },
    { value: "rto", label: "time to recover (RTO, p95)", ...seconds((set) => set.recovery?.rto?.p95_s?.value ?? null) },
    { value: "regions", label: "number of regions", unit: "", of: (set) => set.regions.length, isLess: true, write: (x) => format.count(x) },
  ];
  const axes = AXES.filter((axis) => new Set(report.sets.map(axis.of).filter((x) => x !== null)).size > 1)
    .filter((axis) => !(axis.value === report.question.objective));
  const byName = (name) => axes.find((axis) => axis.value === name);

  const reported = new Set(report.capacity?.front?.length ? report.capacity.front : report.recovery?.front ?? []);

  // Sets that no other is better than in one of the two and at least as good in the other.
  function front(points, x, y) {
    const sign = (axis) => (axis.isLess ? 1 : -1);
    const ordered = d3.sort(points, (a, b) => sign(x) * (a.x - b.x) || sign(y) * (a.y - b.y));
    const kept = [];
    for (const point of ordered) {
      if (kept.length === 0 || sign(y) * (point.y - kept.at(-1).y) < 0) kept.push(point);
    }
    return kept;
  }

  function draw({ state, width, own }) {
    const [x, y] = [byName(own.x), byName(own.y)];
    const points = report.sets.flatMap((set, i) => {
      const [a, b] = [x.of(set), y.of(set)];
      return Number.isFinite(a) && Number.isFinite(b) ? [{ i, x: a, y: b, isWhole: set.capacity?.cost?.complete ?? true }] : [];
    });
    if (points.length < 2) return null;
    const best = front(points, x, y);
    const isBest = new Set(best.map((it) => it.i));
    const fill = (it) => (isBest.has(it.i) ? colour.accent : colour.tied);
    const scale = { width, height: Math.min(440, Math.max(280, width * 0.52)), left: 64, right: 24, top: 28, bottom: 44 };
    // Nearly equal figures should look so.
    const domains = [points.map((it) => it.x), points.map((it) => it.y)].map((values) => Draw.around(values, 0.1));
    const names = namesOf(points, best, state, domains, scale, x.isLess);
    const ticks = Draw.tickCount(width, 90);
    const node = Draw.plot({
      width,
      height: scale.height,
      marginLeft: scale.left,
      marginRight: scale.right,
      marginTop: scale.top,
      marginBottom: scale.bottom,
      x: { domain: domains[0], label: `${x.label}${x.unit ? `, ${x.unit}` : ""} →`, ...axisOf(x, domains[0], ticks) },
      y: { domain: domains[1], label: `↑ ${y.label}${y.unit ? `, ${y.unit}` : ""}`, ...axisOf(y, domains[1], 6) },
      marks: [
        Draw.gridX({ ticks }),
        Draw.gridY({ ticks: 6 }),
        Plot.line(best, { x: "x", y: "y", stroke: colour.accent, strokeWidth: 1.5, curve: x.isLess ? "step-after" : "step-before" }),
        Plot.dot(points, { x: "x", y: "y", fill: (it) => (it.isWhole ? fill(it) : colour.paper), stroke: fill, strokeWidth: 1.6, r: (it) => (isBest.has(it.i) ? 5.5 : 4), fillOpacity: 0.9 }),
        Plot.dot(points.filter((it) => it.i === state.set), { x: "x", y: "y", r: 9, stroke: colour.ink, strokeWidth: 1.8 }),
        ...names.map((it) => Plot.text([it], { x: "x", y: "y", text: "text", dx: it.dx, dy: it.dy, textAnchor: it.anchor, fontWeight: it.i === state.set ? 700 : 400, fill: colour.ink, stroke: colour.paper, strokeWidth: 3 })),
        Plot.tip(points, Plot.pointer({ ...Draw.tip(), x: "x", y: "y", title: (it) => tell(it.i) })),
      ],
    });
    node.style.cursor = "pointer";
    node.addEventListener("click", () => node.value && Isochrone.choose({ set: node.value.i }));
    const incomplete = points.some((it) => !it.isWhole) && [own.x, own.y].includes("cost");
    return {
      node,
      key: Draw.key([
        { colour: colour.accent, shape: "circle", text: "no other set is better in both" },
        { colour: colour.tied, shape: "circle", text: "another set is better" },
        { colour: colour.paper, outline: colour.ink, shape: "circle", text: "ring: the chosen set" },
      ].concat(incomplete ? [{ colour: colour.paper, outline: colour.tied, shape: "circle", text: "hollow: cost is incomplete, a lower bound" }] : [])),
      finding: say(best, points, x, y),
      note: [points.length < report.sets.length ? `${format.count(points.length)} of ${format.count(report.sets.length)} sets have both figures.` : "",
        reported.size ? `Where every measure counts at once (latency${report.capacity?.cost ? ", cost" : ""}${report.recovery ? ", downtime" : ""}), the front is ${Draw.listed([...reported].map(Draw.marked), 4)}.` : "",
        "A click on a point chooses its set."].filter(Boolean).join(" "),
      table: [["Set", ...axes.map((axis) => axis.label), "On the front"], () => points.map(({ i }) => [Draw.marked(i), ...axes.map((axis) => write(axis, report.sets[i])), isBest.has(i) ? "yes" : "no"]), `${x.label} and ${y.label} of every set`],
    };
  }

  const write = (axis, set) => (axis.of(set) === null ? "–" : axis.write(axis.of(set)));
  const axisOf = (axis, domain, count) =>
    axis.value === "regions" ? { ticks: d3.range(Math.ceil(domain[0]), domain[1] + 0.01), tickFormat: "d" } : Draw.axis(domain, count);

  const tell = (i) => [Draw.cut(Draw.marked(i), 230), ...axes.map((axis) => `${axis.label}: ${write(axis, report.sets[i])}`)].join("\n");

  // Names of the chosen set and of the front, as far as they do not lie on each other.
  function namesOf(points, best, state, [dx, dy], box, isLess) {
    const x = d3.scaleLinear(dx, [box.left, box.width - box.right]);
    const y = d3.scaleLinear(dy, [box.height - box.bottom, box.top]);
    const wanted = d3.sort([...points.filter((it) => it.i === state.set), ...best.filter((it) => it.i !== state.set)].slice(0, box.width < 520 ? 3 : 8), (it) => x(it.x));
    const texts = wanted.map((it) => Draw.cut(Draw.marked(it.i), Math.min(260, box.width * 0.5)));
    const placed = Labels.place(wanted.map((it, n) => ({ ...it, x: x(it.x), y: y(it.y), at: it, text: texts[n] })), box.width, box.height - box.bottom, stairs(best, x, y, isLess));
    return placed.filter((it) => it.label && !it.label.far).map((it) => ({ ...it.at, text: it.text, dx: it.label.x - it.x, dy: it.label.y - it.y, anchor: it.label.anchor }));
  }

  // The stairs of the front as thin boxes.
  function stairs(best, x, y, isLess) {
    return d3.pairs(best).flatMap(([a, b]) => {
      const [flat, upright] = isLess ? [a, b] : [b, a];
      const box = (x0, x1, y0, y1) => ({ x0: Math.min(x0, x1) - 2, x1: Math.max(x0, x1) + 2, y0: Math.min(y0, y1) - 2, y1: Math.max(y0, y1) + 2 });
      return [box(x(a.x), x(b.x), y(flat.y), y(flat.y)), box(x(upright.x), x(upright.x), y(a.y), y(b.y))];
    });
  }

  function say(best, points, x, y) {
    const [a, b] = [best[0], best.at(-1)];
    const name = (it) => Draw.called(report.sets[it.i]);
    if (best.length === 1) return `Best in both is ${name(a)}: ${x.label} ${x.write(a.x)}, ${y.label} ${y.write(a.y)}.`;
    return `${format.count(best.length)} of ${format.count(points.length)} sets are on the front: from ${name(a)} (${x.write(a.x)}, ${y.write(a.y)}) to ${name(b)} (${x.write(b.x)}, ${y.write(b.y)}).`;
  }

  function controls({ bar, own, redraw }) {
    const first = (...names) => names.find(byName);
    own.y = first("objective", "p95", "p50");
    own.x = first(...["cost", "downtime", "rto", "regions"].filter((it) => it !== own.y));
    const choose = (label, key) => Draw.select(label, axes, own[key], (value) => {
      own[key] = value;
      redraw();
    }).box;
    if (axes.length > 2) bar.append(choose("Across", "x"), choose("Up", "y"));
  }

  Draw.section({
    id: "front",
    title: "Latency, cost and availability",
    available: (it) => it.sets.length > 1 && ["cost", "downtime", "rto"].some(byName) && ["objective", "p95", "p50"].some(byName),
    figures: [{ controls, draw }],
  });
})();
