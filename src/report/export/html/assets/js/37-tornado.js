// Which inputs move the answer: a bar an input, from what its low end makes of it to what its high end does.
(() => {
  const { report, colour, format } = Isochrone;
  const all = (report.recovery?.sensitivity ?? []).filter((it) => [it.base, it.low[1], it.high[1]].every(Number.isFinite));
  const measures = [...new Set(all.map((it) => it.measure))];
  const spanOf = (it) => Math.abs(it.high[1] - it.low[1]);

  // A share near 1 is told as downtime, which keeps its digits.
  function viewOf(measure) {
    if (measure !== "availability") return { of: (x) => x, label: measure === "score" ? "score" : `${measure}${Draw.goal.unit ? `, ${Draw.goal.unit}` : ""}`, write: (x) => format.exact(Number(x.toPrecision(4))) };
    const unit = Draw.timeUnit(d3.max(all.filter((it) => it.measure === measure), (it) => 1 - Math.min(it.low[1], it.high[1])) * 365 * 86400);
    const of = (x) => ((1 - x) * 365 * 86400) / unit.by;
    return { of, label: `downtime a year, ${unit.name}`, write: (x) => format.seconds(x * unit.by) };
  }

  function draw({ width, own }) {
    const view = viewOf(own.measure);
    const rows = d3.sort(all.filter((it) => it.measure === own.measure), (it) => -spanOf(it)).slice(0, 12)
      .map((it, i) => ({ key: i, label: it.input, it, low: view.of(it.low[1]), high: view.of(it.high[1]), base: view.of(it.base) }));
    const domain = Draw.around(rows.flatMap((row) => [row.low, row.high, row.base]), 0.02);
    const breadth = (row, side) => Draw.textWidth(row.it[side][0], 11) + 10;
    const widest = d3.max(rows, (row) => Math.max(breadth(row, "low"), breadth(row, "high")));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 28 });
    const isRoomy = width - layout.marginLeft - 2 * widest > 200;
    const room = isRoomy ? widest : 8;
    const insets = { insetTop: layout.beside ? 4 : 20, insetBottom: 4 };
    const dy = layout.beside ? 0 : 8;
    const axis = Draw.axis(domain, Draw.tickCount(width - layout.marginLeft - 2 * room));
    const side = (name) => {
      const isLeft = (row) => (name === "low" ? row.low <= row.high : row.high < row.low);
      const label = (rows_, anchor, dx) => Plot.text(rows_, { x: name, y: "key", text: (row) => row.it[name][0], textAnchor: anchor, dx, dy, fontSize: 11, fill: colour.ink });
      return [label(rows.filter(isLeft), "end", -6), label(rows.filter((row) => !isLeft(row)), "start", 6)];
    };
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 56,
      marginLeft: layout.marginLeft + room,
      marginRight: Math.max(room, 20),
      marginTop: 8,
      marginBottom: 44,
      x: { domain, label: `${view.label} →`, ...axis },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: axis.ticks }),
        ...names(rows, width, layout, room),
        Plot.rect(rows, { x1: "base", x2: "low", y: "key", fill: colour.accent, ...insets, title: (row) => `${row.label} ${row.it.low[0]}: ${view.write(row.low)}` }),
        Plot.rect(rows, { x1: "base", x2: "high", y: "key", fill: colour.set(1), ...insets, title: (row) => `${row.label} ${row.it.high[0]}: ${view.write(row.high)}` }),
        Plot.ruleX([rows[0].base], { stroke: colour.ink }),
        ...(isRoomy ? [...side("low"), ...side("high")] : []),
      ],
    });
    const first = rows[0];
    const flip = all.filter((it) => Number.isFinite(it.flips_at));
    const nearest = d3.least(flip, (it) => Math.abs(Math.log(it.flips_at)));
    const wins = nearest
      ? ` Another set, “${Draw.short(nearest.flips_to ?? "")}”, wins once “${nearest.input}” is multiplied by ${format.exact(Number(nearest.flips_at.toPrecision(3)))}.`
      : " No other set wins within these ranges.";
    return {
      node,
      key: Draw.key([{ colour: colour.accent, text: "input at its low end" }, { colour: colour.set(1), text: "input at its high end" }, { colour: colour.ink, shape: "line", text: `as things stand: ${view.write(first.base)}` }]),
      finding: `Of the uncertain inputs, “${first.label}” moves ${own.measure === "availability" ? "the downtime" : own.measure === "score" ? "the score" : `the ${own.measure}`} most: from ${view.write(first.low)} (${first.it.low[0]}) to ${view.write(first.high)} (${first.it.high[0]}).${wins}`,
      table: [["Input", "Measure", "As it stands", "Low end", "there", "High end", "there", "Another set wins at"], () => all.map((it) => {
        const told = viewOf(it.measure);
        const write = (x) => told.write(told.of(x));
        return [it.input, it.measure, write(it.base), it.low[0], write(it.low[1]), it.high[0], write(it.high[1]), Number.isFinite(it.flips_at) ? `× ${format.exact(Number(it.flips_at.toPrecision(3)))}: ${Draw.short(it.flips_to ?? "")}` : "not in the range"];
      }), "What each input does to the answer"],
    };
  }

  // Names of rows stand left of the words beside the bars.
  function names(rows, width, layout, room) {
    if (layout.beside) {
      return [Plot.text(rows, { frameAnchor: "left", y: "key", text: "label", textAnchor: "end", dx: -8 - room, fill: colour.ink })];
    }
    return [Plot.text(rows, { frameAnchor: "left", y: "key", text: (row) => Draw.cut(row.label, width - 24), textAnchor: "start", dx: -room, dy: 9 - layout.row / 2, fill: colour.ink, stroke: colour.paper, strokeWidth: 4 })];
  }

  function controls({ bar, own, redraw }) {
    own.measure = measures[0];
    if (measures.length > 1) {
      bar.append(Draw.radios("Measure", measures.map((it) => ({ value: it, label: it })), own.measure, (value) => {
        own.measure = value;
        redraw();
      }));
    }
  }

  Draw.section({ id: "sensitivity", title: "Which inputs move the answer", available: () => all.length > 0, figures: [{ controls, draw }] });
})();
