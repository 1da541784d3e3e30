// How much each further region is worth: the best set of each size, after its worst loss, and sets that grow.
(() => {
  const { report, colour, format } = Isochrone;
  const search = report.search;
  const goal = Draw.goal;
  const bySize = search?.best_by_size ?? [];

  function draw({ width }) {
    const point = (it) => ({ size: it.size ?? it.regions.length, value: it.value * goal.factor, regions: it.regions, added: it.added });
    const lines = [
      { name: "best of its size", stroke: colour.set(0), points: bySize.map(point) },
      { name: "best after its worst loss", stroke: colour.set(1), points: (search.best_after_loss ?? []).map(point) },
      { name: "growing, region by region", stroke: colour.set(2), points: (search.growth ?? []).map(point), dash: "5 3" },
    ].filter((line) => line.points.length > 0);
    const points = lines.flatMap((line) => line.points.map((it) => ({ ...it, line })));
    const [first, last] = d3.extent(points, (it) => it.size);
    const isWide = width >= 560 && lines.length > 1;
    const right = isWide ? Math.max(60, ...lines.map((line) => Draw.textWidth(line.name, 12, 600)) ) + 22 : 50;
    const height = Math.min(380, Math.max(260, width * 0.42));
    const domain = padded(points.map((it) => it.value));
    const y = d3.scaleLinear(domain, [height - 44, 28]);
    const ends = Draw.spread(lines.map((line) => y(line.points.at(-1).value)), 15, 30, height - 46);
    const node = Draw.plot({
      width,
      height,
      marginLeft: 58,
      marginRight: right,
      marginTop: 28,
      marginBottom: 44,
      x: { domain: [first - 0.2, last + 0.2], label: "number of regions →", ticks: d3.range(first, last + 1), tickFormat: "d" },
      y: { domain, label: `↑ ${goal.phrase}${goal.unit ? `, ${goal.unit}` : ""}`, ticks: 6, tickFormat: (x) => format.exact(x) },
      marks: [
        Draw.gridY({ ticks: 6 }),
        Plot.line(points, { x: "size", y: "value", z: (it) => it.line.name, stroke: (it) => it.line.stroke, strokeWidth: 2 }),
        Plot.dot(points, { x: "size", y: "value", fill: (it) => it.line.stroke, stroke: colour.paper, r: 4.5 }),
        Plot.text(lines[0].points, { x: "size", y: "value", text: (it) => write(it.value), textAnchor: "start", dx: 5, dy: goal.share ? 13 : -12, fill: colour.ink, stroke: colour.paper, strokeWidth: 3 }),
        ...(isWide ? lines.map((line, n) => Plot.text([line.points.at(-1)], { x: "size", y: "value", text: () => line.name, textAnchor: "start", dx: 10, dy: ends[n] - y(line.points.at(-1).value), fill: line.stroke, fontWeight: 600 })) : []),
        Plot.tip(points, Plot.pointer({ ...Draw.tip(), x: "size", y: "value", title: (it) => `${it.line.name}\n${it.regions.map(Isochrone.shortRegion).join(" + ")}\n${write(it.value)} ${goal.unit}` })),
      ],
    });
    return {
      node,
      key: isWide || lines.length === 1 ? null : Draw.key(lines.map((line) => ({ colour: line.stroke, shape: "line", text: line.name }))),
      finding: say(),
      note: proofs(),
      table: [["Regions", "Set", `${goal.phrase}${goal.unit ? ` (${goal.unit})` : ""}`, "What it is"], () => points.map((it) => [String(it.size), it.regions.map(Isochrone.shortRegion).join(" + "), write(it.value), it.line.name]), "Best sets by number of regions"],
    };
  }

  const write = (x) => format.exact(Number(x.toPrecision(4)));

  function padded(values) {
    const [low, high] = d3.extent(values);
    const more = (high - low || high || 1) * 0.12;
    return [Math.max(0, low - more), high + more];
  }

  function say() {
    if (bySize.length === 1) return `Only sets of ${bySize[0].size} were searched: the best has ${goal.phrase} ${write(bySize[0].value * goal.factor)} ${goal.unit}.`;
    const steps = d3.pairs(bySize, (a, b) => ({ from: a.size, to: b.size, gain: Math.abs(b.value - a.value) * goal.factor }));
    const [first, last] = [steps[0], steps.at(-1)];
    const unit = goal.share ? "percentage points" : goal.unit;
    const verb = goal.share ? "wins" : "saves";
    const lead = `Going from ${first.from} to ${first.to} regions ${verb} ${write(first.gain)} ${unit}`;
    return first === last ? `${lead}.` : `${lead}, going from ${last.from} to ${last.to} ${verb} ${write(last.gain)} ${unit}.`;
  }

  function proofs() {
    return `${proof(search.optimality ?? "")} ${format.count(search.sets_scored)} sets were scored.`.trim();
  }

  // As report::model::search has it: `optimal`, `within 0.4 %`, `no bound`, `partial`.
  function proof(optimality) {
    const within = /^within (.*)$/.exec(optimality);
    if (within) return `No set of its size is better than the best by more than ${within[1]}, on these draws.`;
    const said = {
      optimal: "No set of its size is better than the best, on these draws.",
      "no bound": "It is not proved of every size that no set is better.",
      partial: "The search was interrupted: there may be better sets.",
    };
    return said[optimality] ?? "";
  }

  Draw.section({
    id: "sizes",
    title: "How many regions",
    available: () => bySize.length > 1 || (search?.growth?.length ?? 0) > 1,
    figures: [{ draw }],
  });
})();
