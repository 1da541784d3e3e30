// What a request spends its time on: the parts of each class, and what a CDN or a further region would save.
(() => {
  const { report, colour, format } = Isochrone;
  const ORDER = ["dns", "connect", "exchange", "transfer", "loss", "edge to region", "service", "queueing", "data", "calls"];
  const SAID = {
    dns: "name lookup", connect: "connecting", exchange: "round trips", transfer: "transfer", loss: "lost packets", "edge to region": "edge to region",
    service: "service", queueing: "waiting for a server", data: "data", calls: "calls to other regions",
  };
  const MEASURES = [{ value: "mean_ms", label: "mean" }, { value: "p50_ms", label: "about the median" }, { value: "p95_ms", label: "about p95" }];
  const said = (part) => SAID[part] ?? part;

  // Ten parts, eight colours: the two that stand last of all take shades of the ramp.
  const fills = () => new Map(ORDER.map((part, n) => [part, n < 8 ? colour.set(n) : colour.rampAt(n === 8 ? 0.55 : 0.85)]));

  const classesOf = (state) => (report.sets[state.set].design?.classes ?? []).filter((it) => it.parts.length > 0);

  function draw({ state, width, own }) {
    const classes = classesOf(state);
    if (classes.length === 0) return null;
    const fill = fills();
    const rank = (part) => (ORDER.indexOf(part) + 1 || ORDER.length + 1);
    const parts = classes.flatMap((it) => {
      let from = 0;
      return d3.sort(it.parts, (part) => rank(part.part)).map((part) => {
        const ms = Math.max(0, part[own.of]);
        from += ms;
        return { key: it.name, part: part.part, ms, from: from - ms, to: from };
      });
    });
    const labels = classes.map((it) => `${it.name}, ${format.share(it.share)}`);
    const layout = Draw.rowLayout(labels, width, { tall: 40 });
    const top = d3.max(parts, (it) => it.to) || 1;
    const total = classes.map((it) => ({ key: it.name, ms: d3.sum(parts.filter((part) => part.key === it.name), (part) => part.ms) }));
    const right = 66;
    const scale = (width - layout.marginLeft - right) / top;
    const text = (it) => (it.ms * scale > Draw.textWidth(`${said(it.part)}`, 11) + 8 ? said(it.part) : it.ms * scale > 34 ? format.fixed(it.ms, 0) : "");
    const used = ORDER.filter((part) => parts.some((it) => it.part === part));
    const insets = { insetTop: layout.beside ? 3 : 20, insetBottom: 3 };
    const node = Draw.plot({
      width,
      height: classes.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: right,
      marginTop: 6,
      marginBottom: 44,
      x: { domain: [0, top], label: `${own.of === "mean_ms" ? "mean" : MEASURES.find((it) => it.value === own.of).label} time, ms →`, ...Draw.axis([0, top], Draw.tickCount(width - layout.marginLeft)) },
      y: { type: "band", domain: classes.map((it) => it.name), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: Draw.tickCount(width - layout.marginLeft) }),
        ...Draw.rowNames(classes.map((it) => it.name), labels, width, layout),
        Plot.rect(parts, { x1: "from", x2: "to", y: "key", fill: (it) => fill.get(it.part) ?? colour.muted, stroke: colour.paper, ...insets, title: (it) => `${said(it.part)}: ${format.ms(it.ms)}` }),
        Plot.text(parts, { x: (it) => (it.from + it.to) / 2, y: "key", text, fill: (it) => Draw.inkOn(fill.get(it.part) ?? colour.muted), fontSize: 11, dy: layout.beside ? 0 : 9 }),
        Plot.text(total, { x: "ms", y: "key", text: (it) => format.ms(it.ms), textAnchor: "start", dx: 6, fontWeight: 600, dy: layout.beside ? 0 : 9 }),
      ],
    });
    const most = d3.greatest(classes.flatMap((it) => it.parts.map((part) => ({ part: part.part, ms: part[own.of] * it.share }))), (it) => it.ms);
    const whole = d3.rollup(classes.flatMap((it) => it.parts.map((part) => ({ part: part.part, ms: part[own.of] * it.share }))), (list) => d3.sum(list, (it) => it.ms), (it) => it.part);
    const [largest, ms] = d3.greatest(whole, (it) => it[1]) ?? [most.part, most.ms];
    const name = Draw.called(report.sets[state.set]);
    return {
      node,
      key: Draw.key(used.map((part) => ({ colour: fill.get(part), text: said(part) }))),
      finding: `With ${name} ${said(largest)} ${largest === "exchange" || largest === "loss" || largest === "calls" ? "take" : "takes"} most: ${format.ms(ms)} of ${format.ms(d3.sum(whole.values()))} over all requests (${MEASURES.find((it) => it.value === own.of).label}).`,
      note: own.of === "mean_ms" ? "" : "Parts are means among requests about that percentile of their class; weighed by the class they are no percentile of the whole.",
      table: [["Class", ...used.map(said), "Sum"], () => classes.map((it) => [it.name, ...used.map((part) => format.ms(it.parts.find((one) => one.part === part)?.[own.of] ?? 0)), format.ms(total.find((one) => one.key === it.name).ms)]), `Parts of the latency by class, ms, ${name}`],
    };
  }

  function controls({ bar, own, redraw }) {
    own.of = "mean_ms";
    bar.append(Draw.radios("Requests", MEASURES, own.of, (value) => {
      own.of = value;
      redraw();
    }));
  }

  // --------------------------------------------------------------------------------------------------- CDN or a region

  const edge = report.cdn_or_region;
  const wayName = (way) => `${Draw.short(way.set)}, ${way.edge ? "with" : "without"} CDN`;

  function drawWays({ width }) {
    const rows = edge.ways.map((way, i) => ({ key: i, label: wayName(way), figure: way.p95_ms, isEdge: way.edge }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 30 });
    const top = d3.max(rows, (row) => row.figure.input?.high ?? row.figure.sampling.high);
    const insets = { insetTop: layout.beside ? 4 : 20, insetBottom: 4 };
    const dy = layout.beside ? 0 : 8;
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: 20,
      marginTop: 6,
      marginBottom: 44,
      x: { domain: [0, top * 1.05], label: "p95 of the request latency, ms →", ...Draw.axis([0, top * 1.05], Draw.tickCount(width - layout.marginLeft)) },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: Draw.tickCount(width - layout.marginLeft) }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        Plot.barX(rows, { x: (row) => row.figure.value, y: "key", fill: (row) => (row.isEdge ? colour.accent : colour.tied), ...insets }),
        Plot.link(rows, { x1: (row) => (row.figure.input ?? row.figure.sampling).low, x2: (row) => (row.figure.input ?? row.figure.sampling).high, y1: "key", y2: "key", stroke: colour.ink, strokeWidth: 1.5, dy }),
        Plot.text(rows, { x: 0, y: "key", text: (row) => format.ms(row.figure.value), textAnchor: "start", dx: 6, dy, fontWeight: 600, fill: (row) => Draw.inkOn(row.isEdge ? colour.accent : colour.tied) }),
      ],
    });
    const saves = ({ figure, verdict }) => (verdict === "differs" ? `changes p95 by ${format.figure(figure)}` : `changes p95 by no more than the errors (${format.figure(figure)})`);
    const quoted = (name) => Draw.called(report.sets.find((set) => set.name === name) ?? { name, regions: [] });
    return {
      node,
      key: Draw.key([{ colour: colour.tied, text: "without CDN" }, { colour: colour.accent, text: "with CDN" }, { colour: colour.ink, shape: "line", text: "95 % interval" }]),
      finding: `With ${quoted(edge.fewer)} the CDN ${saves(edge.cdn_saves)}; going to ${quoted(edge.more)} without a CDN ${saves(edge.region_saves)}.`,
      table: [["Way", "mean", "p50", "p95"], () => edge.ways.map((way) => [wayName(way), ...["mean_ms", "p50_ms", "p95_ms"].map((name) => format.figure(way[name]))]), "CDN or another region"],
    };
  }

  Draw.section({
    id: "breakdown",
    title: "What a request spends its time on",
    figures: [
      { available: (it) => it.sets.some((set) => set.design?.classes?.some((one) => one.parts?.length)), controls, draw },
      { available: (it) => Boolean(it.cdn_or_region), draw: drawWays },
    ],
  });
})();
