// Who beats whom: the difference of each set from the best or from the baseline, with its intervals; ties are grey.
(() => {
  const { report, colour, format } = Isochrone;
  const MOST = 14;
  const VERDICTS = {
    differs: "differs", tied_sampling: "tied: more runs may separate them", tied_input: "tied: the inputs are too uncertain", same: "the same",
  };

  const statistics = [
    { value: "objective", label: `objective (${Draw.goal.phrase})` }, { value: "p50_ms", label: "p50" }, { value: "p95_ms", label: "p95" },
    { value: "p99_ms", label: "p99" }, { value: "mean_ms", label: "mean" },
  ];
  const hasBaseline = report.baseline !== null && report.baseline !== undefined && report.sets.some((set) => set.versus_baseline);

  function rowsOf(state, own) {
    const compared = report.sets.flatMap((set, i) => {
      const difference = set[`versus_${own.against}`]?.[own.of];
      return difference ? [{ i, difference, label: Draw.marked(i) }] : [];
    });
    const sure = new Set([state.set, report.baseline, ...Draw.picked]);
    const first = compared.slice(0, MOST);
    return { compared, shown: [...first, ...compared.slice(MOST).filter(({ i }) => sure.has(i))] };
  }

  function draw({ state, width, own }) {
    const isShare = own.of === "objective" && Draw.goal.share;
    const factor = isShare ? 100 : 1;
    const unit = isShare ? "percentage points" : own.of === "objective" ? Draw.goal.unit : "ms";
    const { compared, shown } = rowsOf(state, own);
    const rows = shown.map((row) => ({ ...row, key: row.i, ...scaled(row.difference, factor) }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 24, share: 0.46 });
    const reach = d3.extent([0, ...rows.flatMap((row) => [row.low, row.high, row.inputLow, row.inputHigh])]);
    const ink = (row) => (row.isTied ? colour.tied : row.value > 0 === !isShare ? colour.accent : colour.good);
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 56,
      marginLeft: layout.marginLeft,
      marginRight: 20,
      marginTop: 8,
      marginBottom: 44,
      x: { domain: widened(reach), label: `difference from the ${own.against} set, ${unit} →`, nice: true, ticks: Draw.tickCount(width - layout.marginLeft), tickFormat: (x) => signed(x) },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.2 },
      marks: [
        Draw.gridX({ ticks: Draw.tickCount(width - layout.marginLeft) }),
        Plot.ruleX([0], { stroke: colour.ink }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout, (n) => rows[n].i === state.set),
        Plot.ruleY(rows, { x1: "inputLow", x2: "inputHigh", y: "key", stroke: ink, strokeWidth: 1.5, dy: layout.dy }),
        Plot.link(rows, { x1: "low", x2: "high", y1: "key", y2: "key", stroke: ink, strokeWidth: 6, strokeOpacity: 0.55, strokeLinecap: "round", dy: layout.dy }),
        Plot.dot(rows, { x: "value", y: "key", fill: ink, r: 4, stroke: colour.paper, dy: layout.dy, title: (row) => inWords(row.i, own) ?? `${row.label}: ${row.text}` }),
      ],
    });
    return {
      node,
      key: Draw.key([
        { colour: colour.accent, shape: "circle", text: `${isShare ? "less" : "more"} than the ${own.against} set: worse` },
        { colour: colour.good, shape: "circle", text: "better" },
        { colour: colour.tied, shape: "circle", text: "tied: the intervals hold zero" },
        { colour: colour.ink, shape: "line", text: "thick: sampling; thin: uncertain inputs (95 %)" },
      ]),
      finding: say(compared, own, isShare, unit),
      note: shown.length < compared.length ? `${shown.length} of ${format.count(compared.length)} sets are drawn; the table has all.` : "",
      table: [["Set", "Difference", "Verdict", ...(inWords(compared[0]?.i, own) === null ? [] : ["In words"])], () => compared.map((row) => [row.label, scaled(row.difference, factor).text, VERDICTS[row.difference.verdict], inWords(row.i, own)].filter((it) => it !== null)),
        `Differences from the ${own.against} set, ${unit}`],
    };
  }

  // The program's own sentence about a set, which is of the objective.
  const inWords = (i, own) => (own.of === "objective" ? Isochrone.words.sets?.[i]?.[`versus_${own.against}`] ?? null : null);

  const signed = (x) => (x > 0 ? `+${format.exact(x)}` : format.exact(x));

  function widened([low, high]) {
    const more = (high - low || 1) * 0.06;
    return [low - more, high + more];
  }

  function scaled({ figure, verdict }, factor) {
    const input = figure.input ?? figure.sampling;
    return {
      value: figure.value * factor,
      low: figure.sampling.low * factor,
      high: figure.sampling.high * factor,
      inputLow: input.low * factor,
      inputHigh: input.high * factor,
      isTied: verdict !== "differs",
      text: `${format.figure(figure, factor === 100 ? "share" : Draw.goal.unit || "ms")}`,
    };
  }

  function say(compared, own, isShare) {
    const tied = compared.filter((row) => row.difference.verdict !== "differs");
    const other = own.against === "best" ? Draw.called(report.sets[Draw.best]) : Draw.called(report.sets[report.baseline]);
    const of = statistics.find((it) => it.value === own.of).label.replace(/^objective \((.*)\)$/, "$1");
    if (compared.length === 0) return `There is nothing to compare ${other} with.`;
    const better = compared.filter((row) => row.difference.verdict === "differs" && row.difference.figure.value < 0 !== isShare);
    const said = tied.length === 0 ? "none is tied with it" : tied.length === 1 ? `${Draw.called(report.sets[tied[0].i])} is tied with it` : `${format.count(tied.length)} are tied with it`;
    const ahead = better.length ? `${format.count(better.length)} of ${format.count(compared.length)} sets are better than ${other} by ${of}` : `No set is better than ${other} by ${of}`;
    return `${ahead}; ${said}.`;
  }

  function controls({ bar, own, redraw }) {
    Object.assign(own, { of: "objective", against: report.sets.some((set) => set.versus_best) ? "best" : "baseline" });
    bar.append(Draw.select("Compared by", statistics, own.of, (value) => {
      own.of = value;
      redraw();
    }).box);
    if (hasBaseline && own.against === "best") {
      bar.append(Draw.radios("Against", [{ value: "best", label: "the best" }, { value: "baseline", label: "the baseline" }], own.against, (value) => {
        own.against = value;
        redraw();
      }));
    }
  }

  Draw.section({
    id: "differences",
    title: "Who beats whom, and how surely",
    available: (it) => it.sets.some((set) => set.versus_best || set.versus_baseline),
    figures: [{ controls, draw }],
  });
})();
