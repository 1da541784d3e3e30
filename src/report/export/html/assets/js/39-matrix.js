// Round trips between the regions that occur in the sets.
(() => {
  const { report, colour, format, shortRegion } = Isochrone;
  const matrix = report.region_matrix;
  const MOST = 26;

  function regionsShown(state, own) {
    const ids = own.which === "set" ? report.sets[state.set].regions : matrix.regions;
    return ids.map((id) => matrix.regions.indexOf(id)).filter((at) => at >= 0).slice(0, MOST);
  }

  function draw({ state, width, own }) {
    const shown = regionsShown(state, own);
    if (shown.length < 2) return { node: Isochrone.make("p", {}, "The chosen set has one region only."), finding: "There is no way between regions in the chosen set." };
    const name = (at) => shortRegion(matrix.regions[at]);
    const cells = d3.cross(shown, shown).map(([from, to]) => ({ from, to, ms: matrix[own.of][from][to], isMeasured: matrix.measured[from][to] })).filter((it) => it.from !== it.to);
    const top = d3.max(cells, (it) => it.ms) || 1;
    const fill = (it) => colour.rampAt(0.05 + (0.95 * it.ms) / top);
    const label = Math.max(...shown.map((at) => Draw.textWidth(name(at), 12)));
    const left = Math.min(label + 12, width * 0.36);
    const each = Math.min(64, (width - left - 8) / shown.length);
    const breadth = left + each * shown.length + 8;
    const isTurned = each < label + 6;
    const header = isTurned ? label + 14 : 24;
    const row = Math.max(18, Math.min(30, each));
    const node = Draw.plot({
      width: Math.min(width, breadth),
      height: shown.length * row + header + 6,
      marginLeft: left,
      marginRight: Math.max(0, Math.min(width, breadth) - left - each * shown.length),
      marginTop: header,
      marginBottom: 6,
      x: { type: "band", domain: shown, padding: 0, axis: null },
      y: { type: "band", domain: shown, padding: 0, axis: null },
      marks: [
        Plot.text(shown, { frameAnchor: "top", x: (at) => at, text: name, textAnchor: isTurned ? "start" : "middle", rotate: isTurned ? -90 : 0, dy: isTurned ? -6 : -10, lineAnchor: "middle" }),
        Plot.text(shown, { frameAnchor: "left", y: (at) => at, text: (at) => Draw.cut(name(at), left - 10), title: name, textAnchor: "end", dx: -8 }),
        Plot.cell(cells, { x: "to", y: "from", fill, inset: 0.5, title: (it) => `${name(it.from)} to ${name(it.to)}: ${format.ms(it.ms)}${it.isMeasured ? "" : " (estimated)"}` }),
        Plot.dot(cells.filter((it) => !it.isMeasured), { x: "to", y: "from", r: 1.8, dx: each / 2 - 4.5, dy: 4.5 - row / 2, fill: (it) => Draw.inkOn(fill(it)) }),
        ...(each > 26 ? [Plot.text(cells, { x: "to", y: "from", text: (it) => format.fixed(it.ms, it.ms < 10 ? 1 : 0), fontSize: each > 34 ? 11 : 10, fill: (it) => Draw.inkOn(fill(it)) })] : []),
      ],
    });
    const near = d3.least(cells, (it) => it.ms);
    const far = d3.greatest(cells, (it) => it.ms);
    const isEstimated = cells.some((it) => !it.isMeasured);
    const all = own.which === "set" ? report.sets[state.set].regions.length : matrix.regions.length;
    return {
      node,
      key: Draw.key([...d3.range(5).map((i) => ({ colour: fill({ ms: (top * i) / 4 }), outline: colour.axis, text: `${format.fixed((top * i) / 4, 0)} ms` })), ...(isEstimated ? [{ colour: colour.ink, shape: "dot", text: "estimated, not measured" }] : [])]),
      finding: shown.length === 2 ? `A round trip between ${name(near.from)} and ${name(near.to)} takes ${format.ms(near.ms)}${own.of === "p90_ms" ? " (90th percentile)" : " (median)"}.` : `Between the regions round trips take ${format.ms(near.ms)} (${name(near.from)} to ${name(near.to)}) to ${format.ms(far.ms)} (${name(far.from)} to ${name(far.to)})${own.of === "p90_ms" ? ", 90th percentile" : ", median"}.`,
      note: [shown.length < all ? `${shown.length} of ${all} regions are drawn; the table has all.` : "", isEstimated ? "" : "All of these are measured."].filter(Boolean).join(" "),
      table: [["From \\ to", ...matrix.regions.map(shortRegion)], () => matrix.regions.map((id, from) => [shortRegion(id), ...matrix.regions.map((_, to) => (from === to ? "–" : format.fixed(matrix[own.of][from][to], 1)))]), "Round trips between regions, ms"],
    };
  }

  function controls({ bar, own, redraw }) {
    Object.assign(own, { of: "p50_ms", which: matrix.regions.length > 14 ? "set" : "all" });
    bar.append(Draw.radios("Regions", [{ value: "set", label: "of the chosen set" }, { value: "all", label: "of all sets" }], own.which, (value) => {
      own.which = value;
      redraw();
    }));
    bar.append(Draw.radios("Figure", [{ value: "p50_ms", label: "median" }, { value: "p90_ms", label: "p90" }], own.of, (value) => {
      own.of = value;
      redraw();
    }));
  }

  Draw.section({ id: "matrix", title: "Between regions", available: (it) => (it.region_matrix?.regions?.length ?? 0) > 1, figures: [{ controls, draw }] });
})();
