// How recovery takes its time, how much downtime years have, and what causes it.
(() => {
  const { report, colour, format, make } = Isochrone;
  const of = (state) => report.sets[state.set].recovery ?? null;
  const name = (state) => Draw.called(report.sets[state.set]);
  const SAID = {
    detection: "detecting the loss", decision: "deciding", traffic: "moving traffic", promotion: "promoting a copy", ramp: "growing servers", restore: "restoring backups",
  };

  // ----------------------------------------------------------------------------------------------------------- waterfall

  function drawWaterfall({ state, width }) {
    const recovery = of(state);
    if (!recovery || (recovery.rto_parts ?? []).length === 0) return null;
    const { rto } = recovery;
    const steps = recovery.rto_parts.filter((it) => it.p95_s > 0).map((it) => ({ key: it.step, label: SAID[it.step] ?? it.step, from: it.begins_s, to: it.begins_s + it.p50_s, late: it.begins_s + it.p95_s, fill: it.assumed ? colour.tied : colour.accent, it }));
    const whole = { key: "whole", label: "whole (RTO)", from: 0, to: rto.p50_s.value, late: rto.p95_s.value, fill: colour.ink };
    const rows = [...steps, whole];
    const high = d3.max(rows, (row) => row.late);
    const isNear = Number.isFinite(rto.target_s) && rto.target_s < 2 * high;
    const unit = Draw.timeUnit(Math.max(high, isNear ? rto.target_s : 0));
    const scaled = rows.map((row) => ({ ...row, from: row.from / unit.by, to: row.to / unit.by, late: row.late / unit.by, text: `p50 ${format.seconds(row.to * 1 - row.from * 1)}` }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 32 });
    const top = (Math.max(high, isNear ? rto.target_s : 0) * 1.04) / unit.by;
    const insets = { insetTop: layout.beside ? 6 : 20, insetBottom: 6 };
    const dy = layout.beside ? 0 : 7;
    const span = (row) => `p50 ${format.seconds((row.to - row.from) * unit.by)}, p95 ${format.seconds((row.late - row.from) * unit.by)}`;
    const right = Draw.textWidth("p50 00.0 min, p95 00.0 min", 11) + 12;
    const isRoomy = width - layout.marginLeft - right > 260;
    const axis = Draw.axis([0, top], Draw.tickCount(width - layout.marginLeft - (isRoomy ? right : 0)));
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 60,
      marginLeft: layout.marginLeft,
      marginRight: isRoomy ? right : 16,
      marginTop: isNear ? 20 : 8,
      marginBottom: 44,
      x: { domain: [0, top], label: `time after the loss, ${unit.name} →`, ...axis },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: axis.ticks }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout, (n) => rows[n] === whole),
        Plot.rect(scaled, { x1: "from", x2: "to", y: "key", fill: "fill", ...insets }),
        Plot.link(scaled, { x1: "to", x2: "late", y1: "key", y2: "key", stroke: colour.ink, strokeWidth: 1.5, dy }),
        Plot.tickX(scaled, { x: "late", y: "key", stroke: colour.ink, insetTop: insets.insetTop + 3, insetBottom: 9 }),
        ...(isRoomy ? [Plot.text(scaled, { frameAnchor: "right", y: "key", text: span, textAnchor: "start", dx: 8, dy, fontSize: 11, fill: colour.muted })] : []),
        ...(isNear ? [
          Plot.ruleX([rto.target_s / unit.by], { stroke: colour.bad, strokeWidth: 1.5, strokeDasharray: "4 3" }),
          Plot.text([rto.target_s / unit.by], { x: (x) => x, frameAnchor: "top", text: () => "promise", dy: -12, textAnchor: "end", fill: colour.bad, fontWeight: 600 }),
        ] : []),
      ],
    });
    const decisive = d3.greatest(recovery.rto_parts, (it) => it.mean_s);
    const promise = Number.isFinite(rto.target_s) ? `; the promise of ${format.seconds(rto.target_s)} is kept in ${format.share(rto.within_target?.value)} of losses` : "";
    return {
      node,
      key: Draw.key([{ colour: colour.accent, text: "to the median of the step" }, ...(steps.some((it) => it.it.assumed) ? [{ colour: colour.tied, text: "the same, where its time is an assumption" }] : []), { colour: colour.ink, shape: "line", text: "on to its 95th percentile" }]),
      finding: `After the loss of a region ${name(state)} is back within ${format.seconds(rto.p50_s.value)} in half of the cases and ${format.seconds(rto.p95_s.value)} in 95 %; ${SAID[decisive.step] ?? decisive.step} takes longest${promise}.`,
      note: "Steps may run side by side: each begins where it begins on average, and percentiles of steps do not add up to those of the whole.",
      table: [["Step", "begins after", "p50", "p95", "decides", "assumed", "Where it comes from"], () => recovery.rto_parts.map((it) => [SAID[it.step] ?? it.step, format.seconds(it.begins_s), format.seconds(it.p50_s), format.seconds(it.p95_s), format.share(it.decisive), it.assumed ? "yes" : "no", it.source]), `Steps of recovery, ${name(state)}`],
    };
  }

  // ------------------------------------------------------------------------------------------------------------ downtime

  const exceedance = (set) => set.recovery?.availability?.exceedance ?? [];

  function drawDowntime({ state, width }) {
    const shown = Draw.shownSets(state, (set) => exceedance(set).length > 0);
    if (shown.length === 0) return null;
    const colours = Draw.coloursOf(shown);
    const points = shown.flatMap((i) => exceedance(report.sets[i]).filter(([minutes, share]) => minutes > 0 && share > 0).map(([minutes, share]) => ({ i, minutes, share })));
    if (points.length === 0) return null;
    const domain = d3.extent(points, (it) => it.minutes);
    const isPoint = domain[0] === domain[1];
    const times = clock(domain, width);
    const least = Math.min(0.01, d3.min(points, (it) => it.share));
    const shares = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001].filter((share) => share >= least);
    const node = Draw.plot({
      width,
      height: Math.min(380, Math.max(250, width * 0.42)),
      marginLeft: 62,
      marginRight: 26,
      marginTop: 28,
      marginBottom: 44,
      x: { type: "log", domain: isPoint ? [domain[0] / 2, domain[0] * 2] : domain, label: null },
      y: { type: "log", domain: [least, 1], label: null },
      marks: [
        Draw.gridX({ ticks: times }),
        Draw.gridY({ ticks: shares }),
        // A logarithmic scale would leave labels out; these are few and all have room.
        Plot.axisX(times, { text: (minutes) => format.minutes(minutes), label: "downtime in a year →" }),
        Plot.axisY(shares, { text: percent, label: "↑ share of years with more" }),
        Plot.line(points, { x: "minutes", y: "share", z: "i", stroke: (it) => colours.get(it.i), strokeWidth: (it) => (it.i === state.set ? 3 : 1.8), curve: "step-after" }),
        Plot.tip(points, Plot.pointer({ ...Draw.tip(), x: "minutes", y: "share", title: (it) => `${Draw.cut(Draw.marked(it.i), 240)}\n${percent(it.share)} of years have more than ${format.minutes(it.minutes)}` })),
      ],
    });
    const it = report.sets[state.set].recovery?.availability;
    return {
      node,
      key: Draw.key(shown.map((i) => ({ colour: colours.get(i), shape: "line", text: `${Draw.marked(i)}: ${format.minutes(report.sets[i].recovery.availability.mean_minutes.value)} a year on average` }))),
      finding: it ? `With ${name(state)} a year has ${format.minutes(it.mean_minutes.value)} of downtime on average; half of the years have ${it.p50_minutes.value > 0 ? `no more than ${format.minutes(it.p50_minutes.value)}` : "none at all"}, 95 of 100 no more than ${format.minutes(it.p95_minutes.value)}.` : "Downtime of a year.",
      note: [`Each axis is logarithmic. ${it ? `${format.count(it.years)} years were simulated.` : ""}`, presets(it), Draw.countOfSets(shown)].filter(Boolean).join(" "),
      table: [["Set", "mean", "p50", "p95", "p99"], () => report.sets.flatMap((set, i) => (set.recovery ? [[Draw.marked(i), ...["mean_minutes", "p50_minutes", "p95_minutes", "p99_minutes"].map((key) => format.minutes(set.recovery.availability[key].value))]] : [])), "Downtime of a year"],
    };
  }

  const percent = (x) => `${Number((x * 100).toPrecision(2))} %`;

  // Ticks at times that clocks know.
  function clock([low, high], width) {
    const all = [1 / 60, 0.1, 0.5, 1, 5, 10, 30, 60, 180, 360, 720, 1440, 4320, 10080, 43200];
    const inside = all.filter((minutes) => minutes >= low && minutes <= high);
    const every = Math.ceil(inside.length / Draw.tickCount(width, 90));
    return inside.filter((_, i) => i % every === 0);
  }

  function presets(it) {
    if (!it?.presets?.length) return "";
    const said = it.presets.map((preset) => `${format.minutes(preset.mean_minutes)} if ${preset.preset}${preset.in_force ? " (in force)" : ""}`);
    return `The rate of losses of whole regions is assumed: ${said.join(", ")}.`;
  }

  // -------------------------------------------------------------------------------------------------------------- causes

  function drawCauses({ state, width }) {
    const causes = (of(state)?.availability?.causes ?? []).filter((it) => it.minutes > 0);
    if (causes.length === 0) return null;
    const shown = causes.slice(0, 10);
    const whole = d3.sum(causes, (it) => it.minutes);
    const unit = Draw.timeUnit(shown[0].minutes * 60);
    const rows = shown.map((it) => ({ key: it.cause, label: Draw.short(it.cause), value: (it.minutes * 60) / unit.by, it, text: `${format.minutes(it.minutes)}, ${format.share(it.minutes / whole)}` }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 26 });
    const right = Math.max(...rows.map((row) => Draw.textWidth(row.text, 11))) + 14;
    const insets = { insetTop: layout.beside ? 3 : 19, insetBottom: 3 };
    const axis = Draw.axis([0, rows[0].value], Draw.tickCount(width - layout.marginLeft - right));
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: right,
      marginTop: 6,
      marginBottom: 44,
      x: { domain: [0, rows[0].value], label: `downtime a year on average, ${unit.name} →`, ...axis },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: axis.ticks }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        Plot.barX(rows, { x: "value", y: "key", fill: (row) => (row.it.assumed ? colour.tied : colour.accent), ...insets }),
        Plot.text(rows, { x: "value", y: "key", text: "text", textAnchor: "start", dx: 6, dy: layout.beside ? 0 : 8, fontSize: 11 }),
      ],
    });
    return {
      node,
      key: Draw.key([{ colour: colour.tied, text: "rate or repair are assumptions" }, ...(rows.some((row) => !row.it.assumed) ? [{ colour: colour.accent, text: "measured or given" }] : [])]),
      finding: `${format.share(causes[0].minutes / whole)} of the downtime of ${name(state)} comes from ${Draw.short(causes[0].cause)}.`,
      note: shown.length < causes.length ? `The ${shown.length} largest of ${causes.length} causes are drawn.` : "",
      table: [["Cause", "Downtime a year", "Times a year", "Mean repair", "Assumed"], () => causes.map((it) => [Draw.short(it.cause), format.minutes(it.minutes), format.exact(it.per_year), format.seconds(it.mean_repair_s), it.assumed ? "yes" : "no"]), `Causes of downtime, ${name(state)}`],
    };
  }

  // ---------------------------------------------------------------------------------------------------------- strategies

  const MEETS = { met: "keeps every promise", missed: "misses a promise", too_close_to_call: "too close to call" };

  function drawStrategies({ state, width }) {
    const set = report.sets[state.set];
    const strategies = (set.recovery?.strategies ?? []).filter((it) => it.rto.p95_s.value > 0);
    if (strategies.length < 2) return null;
    const rows = strategies.map((it) => ({ key: it.strategy, label: it.strategy, low: Math.max(1, it.rto.p50_s.value), high: Math.max(1, it.rto.p95_s.value), it }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 28 });
    const target = rows[0].it.rto.target_s ?? null;
    const domain = d3.extent([...rows.flatMap((row) => [row.low, row.high]), target].filter((x) => x !== null));
    const inside = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 6 * 3600, 86400, 7 * 86400].filter((x) => x >= domain[0] / 1.5 && x <= domain[1] * 1.5);
    const every = Math.ceil(inside.length / Draw.tickCount(width - layout.marginLeft, 90));
    const ticks = inside.filter((_, i) => i % every === 0);
    const fill = (row) => (row.it.meets === "met" ? colour.good : row.it.meets === "missed" ? colour.bad : colour.tied);
    const { dy } = layout;
    const beside = (row) => `${format.minutes(row.it.mean_minutes)} down a year`;
    const right = Math.max(...rows.map((row) => Draw.textWidth(beside(row), 11))) + 16;
    const isRoomy = layout.beside && right < width * 0.3;
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 68,
      marginLeft: layout.marginLeft,
      marginRight: isRoomy ? right : 24,
      marginTop: 26,
      marginBottom: 44,
      x: { type: "log", domain: [domain[0] / 1.5, domain[1] * 1.5], label: null },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks }),
        Plot.axisX(ticks, { text: (x) => format.seconds(x), label: "time to recover (logarithmic) →" }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        Plot.link(rows, { x1: "low", x2: "high", y1: "key", y2: "key", stroke: fill, strokeWidth: 3, dy }),
        Plot.dot(rows, { x: "low", y: "key", fill: colour.paper, stroke: fill, strokeWidth: 2, r: 4.5, dy }),
        Plot.dot(rows, { x: "high", y: "key", fill, r: 5, dy }),
        ...(isRoomy ? [Plot.text(rows, { frameAnchor: "right", y: "key", text: beside, textAnchor: "start", dx: 8, fill: colour.muted, fontSize: 11 })] : []),
        ...(target === null ? [] : [
          Plot.ruleX([target], { stroke: colour.ink, strokeDasharray: "4 3" }),
          Plot.text([target], { x: (x) => x, frameAnchor: "top", text: (x) => `promise ${format.seconds(x)}`, dy: -16, textAnchor: "middle", fontWeight: 600 }),
        ]),
      ],
    });
    const kept = strategies.filter((it) => it.meets === "met").map((it) => it.strategy);
    return {
      node,
      key: Draw.key([{ colour: colour.paper, outline: colour.muted, shape: "circle", text: "RTO in half of the cases" }, { colour: colour.muted, shape: "circle", text: "in 95 %" },
        ...d3.sort([...new Set(rows.map((row) => row.it.meets))]).map((meets) => ({ colour: fill({ it: { meets } }), shape: "line", text: MEETS[meets] }))]),
      finding: strategies.some((it) => it.targets.length) ? `On the regions of ${Draw.called(set)} ${kept.length ? `${Draw.listed(kept, 5)} ${kept.length === 1 ? "keeps" : "keep"} every promise about recovery` : "no strategy keeps every promise about recovery"}.` : `From ${rows[0].label} to ${rows.at(-1).label}, recovery on the regions of ${Draw.called(set)} takes from ${format.seconds(rows[0].low)} to ${format.seconds(rows.at(-1).low)} in half of the cases.`,
      table: [["Strategy", "Promises", "RTO p50", "RTO p95", "Downtime a year", "p95 latency"], () => strategies.map((it) => [it.strategy, MEETS[it.meets], format.seconds(it.rto.p50_s.value), format.seconds(it.rto.p95_s.value), format.minutes(it.mean_minutes), format.ms(it.p95_ms)]), `Strategies on the regions of ${name(state)}`],
    };
  }

  const has = (test) => (it) => it.sets.some((set) => set.recovery && test(set.recovery));

  Draw.section({
    id: "recovery",
    title: "How recovery takes its time, and downtime",
    figures: [
      { available: has((it) => it.rto_parts?.length), draw: drawWaterfall },
      { available: has((it) => it.availability?.exceedance?.length), draw: drawDowntime },
      { available: has((it) => it.availability?.causes?.length), draw: drawCauses },
      { available: has((it) => it.strategies?.length > 1), draw: drawStrategies },
    ],
  });
})();
