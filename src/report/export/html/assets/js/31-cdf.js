// The distribution of latency: of the whole audience, of a class of request, of a country; a line a set.
(() => {
  const { report, colour, format, make } = Isochrone;
  const levels = report.atlas?.quantile_levels ?? [];
  // The axis ends where every line has answered this share: the rest is a long flat tail.
  const SHOWN = 0.99;

  // ----------------------------------------------------------------------------------------------------- whose requests

  const countryAt = (set, code) => (set.countries?.country ?? []).indexOf(code);

  // Countries with a curve in any set, the largest first.
  const countries = (() => {
    const shares = new Map();
    for (const set of report.sets) {
      (set.countries?.country ?? []).forEach((code, i) => {
        if ((set.countries.quantiles_ms?.[i] ?? []).length) shares.set(code, set.countries.share[i]);
      });
    }
    return [...shares].sort((a, b) => b[1] - a[1]);
  })();

  const classes = [...new Set(report.sets.flatMap((set) => (set.design?.classes ?? []).filter((it) => it.quantiles_ms?.length).map((it) => it.name)))];

  const options = [
    { value: "all", label: "whole audience" },
    ...classes.map((name) => ({ value: `class ${name}`, label: `class ${name}` })),
    ...countries.map(([code, share]) => ({ value: `country ${code}`, label: `${Draw.country(code)} (${format.share(share)})` })),
  ];

  const whoIs = (who) => {
    if (who === "all") return "all requests";
    return who.startsWith("class ") ? `requests of class ${who.slice(6)}` : `requests from ${Draw.country(who.slice(8))}`;
  };

  // Points of a curve as {ms, share}.
  function curve(set, who) {
    if (who === "all") return (set.cdf ?? []).map(([ms, share]) => ({ ms, share }));
    const quantiles = who.startsWith("class ")
      ? set.design?.classes?.find((it) => it.name === who.slice(6))?.quantiles_ms
      : set.countries?.quantiles_ms?.[countryAt(set, who.slice(8))];
    return (quantiles ?? []).map((ms, i) => ({ ms, share: levels[i] }));
  }

  function percentiles(set, who) {
    if (who === "all") return ["p50_ms", "p95_ms", "p99_ms"].map((name) => set.latency[name].value);
    if (who.startsWith("class ")) {
      const it = set.design?.classes?.find((one) => one.name === who.slice(6));
      return it ? [it.p50_ms.value, it.p95_ms.value, it.p99_ms.value] : [null, null, null];
    }
    const at = countryAt(set, who.slice(8));
    return at < 0 ? [null, null, null] : ["p50_ms", "p95_ms", "p99_ms"].map((name) => set.countries[name][at]);
  }

  // ------------------------------------------------------------------------------------------------------------ drawing

  function draw({ state, width, own }) {
    const shown = Draw.shownSets(state, (set) => curve(set, own.who).length > 0);
    if (shown.length === 0) return null;
    const colours = Draw.coloursOf(shown);
    const curves = shown.map((i) => ({ i, points: curve(report.sets[i], own.who) }));
    const ends = curves.map(({ points }) => (points.find((it) => it.share >= SHOWN) ?? points.at(-1)).ms);
    const begins = curves.map(({ points }) => (points.find((it) => it.share >= 0.002) ?? points[0]).ms);
    const high = d3.max(ends) || 1;
    const low = own.axis === "log" ? Math.max(0.1, d3.min(begins)) : 0;
    const points = curves.flatMap(({ i, points: list }) => list.filter((it) => it.ms >= low && it.ms <= high).map((it) => ({ ...it, i })));
    const isChosen = (it) => it.i === state.set;
    const badges = shown.map((i, n) => badge(curves[n], n, shown.length, high)).filter(Boolean);
    const ticks = own.axis === "log" ? decades(low, high, width) : d3.ticks(low, high, Draw.tickCount(width));
    const node = Draw.plot({
      width,
      height: Math.min(420, Math.max(260, width * 0.5)),
      marginLeft: 48,
      marginRight: 22,
      marginTop: 26,
      marginBottom: 42,
      x: { type: own.axis, domain: [low, high], label: null },
      y: { domain: [0, 1], label: "↑ share of requests answered within", tickFormat: (x) => `${Math.round(x * 100)} %`, ticks: 5 },
      marks: [
        Draw.gridX({ ticks }),
        Draw.gridY({ ticks: 5 }),
        Plot.axisX(ticks, { text: (x) => format.exact(x), label: "request latency, ms →" }),
        Plot.ruleY([0.5, 0.95], { stroke: colour.axis, strokeDasharray: "3 3" }),
        Plot.text([[0.5, "half"], [0.95, "95 %"]], { y: "0", text: "1", frameAnchor: "right", textAnchor: "end", dy: -7, fill: colour.muted, fontSize: 11, stroke: colour.paper, strokeWidth: 3 }),
        Plot.line(points, { x: "ms", y: "share", z: "i", stroke: (it) => colours.get(it.i), strokeWidth: (it) => (isChosen(it) ? 3 : 1.8), curve: own.who === "all" ? "linear" : "monotone-x" }),
        Plot.dot(badges, { x: "ms", y: "share", r: { value: (it) => (report.sets[it.i].rank > 99 ? 12 : 8.5), scale: null }, fill: (it) => colours.get(it.i), stroke: colour.paper }),
        Plot.text(badges, { x: "ms", y: "share", text: (it) => Isochrone.place(report.sets[it.i]), fill: (it) => Draw.inkOn(colours.get(it.i)), fontSize: 10.5, fontWeight: 600 }),
        Plot.tip(points, Plot.pointer({ ...Draw.tip(), x: "ms", y: "share", title: (it) => `${Draw.cut(Draw.marked(it.i), 240)}\n${format.share(it.share)} within ${format.ms(it.ms)}` })),
      ],
    });
    const line = (i) => {
      const [p50, p95] = percentiles(report.sets[i], own.who);
      return { colour: colours.get(i), shape: "line", text: `${Draw.marked(i)}: p50 ${format.ms(p50)}, p95 ${format.ms(p95)}` };
    };
    return {
      node,
      key: Draw.key(shown.map(line)),
      finding: say(state, own, shown),
      note: [`Numbers on the lines are ranks; the axis ends where every line has answered ${SHOWN * 100} % of its requests.`, Draw.countOfSets(shown)].join(" "),
      table: [["Set", "p50", "p95", "p99"], () => report.sets.map((set, i) => [Draw.marked(i), ...percentiles(set, own.who).map(format.ms)]), `Latency of ${whoIs(own.who)}`],
    };
  }

  function decades(low, high, width) {
    const inside = d3.cross(d3.range(-1, 6), [1, 2, 5]).map(([power, step]) => step * 10 ** power).filter((ms) => ms >= low && ms <= high);
    return inside.length > Draw.tickCount(width, 50) ? inside.filter((ms) => Number.isInteger(Math.log10(ms))) : inside;
  }

  // A place on the line for its rank; lines in turn at different heights, so that they do not lie on each other.
  function badge({ i, points }, n, count, high) {
    const wanted = 0.3 + (0.5 * (n + 0.5)) / count;
    const at = points.findIndex((it) => it.share >= wanted);
    if (at < 0 || points[at].ms > high) return null;
    const [a, b] = [points[Math.max(0, at - 1)], points[at]];
    const t = b.share > a.share ? (wanted - a.share) / (b.share - a.share) : 1;
    return { i, ms: a.ms + (b.ms - a.ms) * t, share: a.share + (b.share - a.share) * t };
  }

  function say(state, own, shown) {
    const [p50, p95] = percentiles(report.sets[state.set], own.who);
    const name = Draw.called(report.sets[state.set]);
    const lead = p50 === null ? `${name} has no figure for ${whoIs(own.who)}` : `With ${name} half of ${whoIs(own.who)} are answered within ${format.ms(p50)} and 95 % within ${format.ms(p95)}`;
    const other = shown.find((i) => i !== state.set && i === (state.set === Draw.best ? report.baseline ?? shown.find((it) => it !== state.set) : Draw.best));
    if (other === undefined) return `${lead}.`;
    const [, otherP95] = percentiles(report.sets[other], own.who);
    return otherP95 === null ? `${lead}.` : `${lead}; with ${Draw.called(report.sets[other])} 95 % within ${format.ms(otherP95)}.`;
  }

  function controls({ bar, own, redraw }) {
    Object.assign(own, { who: "all", axis: "linear" });
    if (options.length > 1) {
      bar.append(Draw.select("Whose requests", options, own.who, (value) => {
        own.who = value;
        redraw();
      }).box);
    }
    bar.append(Draw.radios("Axis of time", [{ value: "linear", label: "even" }, { value: "log", label: "logarithmic" }], own.axis, (value) => {
      own.axis = value;
      redraw();
    }));
    if (report.sets.length > 6) bar.append(picker());
  }

  // Sets that are drawn besides; all charts with a line a set follow.
  function picker() {
    const box = make("div", { style: "display:flex;gap:.4rem;flex-wrap:wrap;align-items:end" });
    const say = () => {
      const left = [...report.sets.keys()].filter((i) => !Draw.picked.has(i));
      add.fill([{ value: "", label: "choose …" }, ...left.map((i) => ({ value: i, label: Draw.marked(i) }))], "");
      box.replaceChildren(add.box, ...[...Draw.picked].map((i) => Draw.button(`× ${Isochrone.place(report.sets[i])}`, `Leave out ${Draw.marked(i)}`, () => change(() => Draw.picked.delete(i)))));
    };
    const change = (work) => {
      work();
      say();
      // Tells every chart; the choice itself stays as it is.
      Isochrone.choose({ picked: [...Draw.picked].join() });
    };
    const add = Draw.select("Draw another set", [], "", (value) => {
      if (value === "") return;
      change(() => {
        if (Draw.picked.size >= 4) Draw.picked.delete([...Draw.picked][0]);
        Draw.picked.add(Number(value));
      });
    });
    say();
    return box;
  }

  Draw.section({
    id: "cdf",
    title: "Distribution of latency",
    available: (it) => it.sets.some((set) => set.cdf?.length),
    figures: [{ controls, draw }],
  });
})();
