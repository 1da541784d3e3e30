// Load by region and hour of the day, in normal times and while something is lost.
(() => {
  const { report, colour, format, shortRegion, make } = Isochrone;
  const HOURS = d3.range(24);
  const statesOf = (state) => report.sets[state.set].capacity?.hours ?? [];
  const said = (name) => (name === "normal" ? "normal times" : `without ${Draw.short(name)}`);

  function controls({ bar, own, redraw }) {
    own.at = "normal";
    const select = Draw.select("While", [], "", (value) => {
      own.at = value;
      redraw();
    });
    bar.append(select.box);
    own.fill = (states) => {
      select.fill(states.map((it) => ({ value: it.state, label: said(it.state) })), own.at);
      select.box.hidden = states.length < 2;
    };
  }

  function draw({ state, width, own }) {
    const states = statesOf(state);
    if (states.length === 0) return null;
    const shown = states.find((it) => it.state === own.at) ?? states[0];
    own.at = shown.state;
    own.fill(states);
    const rows = shown.regions.map(([region, loads]) => ({ key: region, label: shortRegion(region), loads }));
    // One scale for all states of the set, so that a loss shows.
    const top = d3.max(states, (it) => d3.max(it.regions, ([, loads]) => d3.max(loads))) || 1;
    const cells = rows.flatMap((row) => row.loads.map((rps, hour) => ({ key: row.key, hour, rps })));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 30, share: 0.3 });
    const each = (width - layout.marginLeft - 8) / 24;
    const fill = (it) => colour.rampAt(it.rps / top);
    const peaks = rows.map((row) => ({ key: row.key, hour: d3.maxIndex(row.loads), rps: d3.max(row.loads) }));
    const insets = { insetTop: layout.beside ? 1 : 19, insetBottom: 1, insetLeft: 0.5, insetRight: 0.5 };
    const dy = layout.beside ? 0 : 9;
    const hasNumbers = each > 31;
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 54,
      marginLeft: layout.marginLeft,
      marginRight: 8,
      marginTop: 6,
      marginBottom: 46,
      x: { type: "band", domain: HOURS, padding: 0, label: "hour of the day, UTC →", ticks: HOURS.filter((hour) => each > 24 || hour % (each > 14 ? 3 : 6) === 0), tickFormat: (hour) => `${hour}`, tickSize: 3 },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.06 },
      marks: [
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        Plot.cell(cells, { x: "hour", y: "key", fill, ...insets, title: (it) => `${shortRegion(it.key)}, ${it.hour}:00 UTC: ${number(it.rps)} requests/s` }),
        Plot.cell(peaks, { x: "hour", y: "key", fill: "none", stroke: colour.set(1), strokeWidth: 2, ...insets }),
        ...(hasNumbers ? [Plot.text(cells, { x: "hour", y: "key", text: (it) => number(it.rps), fontSize: 10, dy, fill: (it) => Draw.inkOn(fill(it)) })] : []),
      ],
    });
    const whole = HOURS.map((hour) => d3.sum(rows, (row) => row.loads[hour]));
    const busiest = d3.maxIndex(whole);
    const most = d3.greatest(peaks, (it) => it.rps);
    const steps = 5;
    return {
      node,
      key: Draw.key([
        ...d3.range(steps + 1).map((i) => ({ colour: colour.rampAt(i / steps), outline: colour.axis, text: i === steps ? `${number(top)} requests/s` : number((top * i) / steps) })),
        { colour: "none", outline: colour.set(1), text: "busiest hour of the region" },
      ]),
      finding: `In ${said(shown.state)} ${Draw.called(report.sets[state.set])} is busiest at ${busiest}:00 UTC with ${number(whole[busiest])} requests/s together; ${shortRegion(most.key)} alone reaches ${number(most.rps)} at ${most.hour}:00.`.replace("In without", "Without"),
      note: `Mean weekday of ${shown.month}, the month in which the load of the set peaks; first year. Single days and events may be busier.`,
      table: [["Region", ...HOURS.map((hour) => `${hour} h`)], () => rows.map((row) => [row.label, ...row.loads.map(number)]), `Requests/s by hour (UTC), ${said(shown.state)}`],
    };
  }

  function number(x) {
    if (x >= 10000) return `${format.fixed(x / 1000, x >= 100000 ? 0 : 1)}k`;
    return x >= 10 || x === 0 ? format.count(x) : format.fixed(x, 1);
  }

  // ---------------------------------------------------------------------------------------------------------- servers

  function drawFleet({ state, width }) {
    const capacity = report.sets[state.set].capacity;
    const fleet = (capacity?.fleet ?? []).filter((it) => it.instances > 0 || it.needed_normal || it.needed_worst);
    if (fleet.length === 0) return null;
    const rows = fleet.map((it) => ({ key: it.region, label: `${shortRegion(it.region)}${it.role === "active" ? "" : ` (${it.role.replaceAll("_", " ")})`}`, it }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 30 });
    const top = d3.max(fleet, (it) => Math.max(it.instances, it.needed_worst ?? 0, it.needed_normal ?? 0)) || 1;
    const text = (row) => `${format.count(row.it.instances)}${row.it.given ? " given" : ""}`;
    const right = Math.max(...rows.map((row) => Draw.textWidth(text(row), 12, 600))) + 14;
    const insets = { insetTop: layout.beside ? 5 : 20, insetBottom: 5 };
    const axis = Draw.axis([0, top], Draw.tickCount(width - layout.marginLeft - right));
    const mark = (name, stroke) => Plot.tickX(rows.filter((row) => Number.isFinite(row.it[name])), { x: (row) => row.it[name], y: "key", stroke, strokeWidth: 3, insetTop: insets.insetTop - 3, insetBottom: 2 });
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: right,
      marginTop: 6,
      marginBottom: 44,
      x: { domain: [0, top], label: "instances →", ...axis },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.1 },
      marks: [
        Draw.gridX({ ticks: axis.ticks }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        Plot.barX(rows, { x: (row) => row.it.instances, y: "key", fill: colour.tied, ...insets }),
        mark("needed_worst", colour.bad),
        mark("needed_normal", colour.accent),
        Plot.text(rows, { x: (row) => Math.max(row.it.instances, row.it.needed_worst ?? 0), y: "key", text, textAnchor: "start", dx: 7, dy: layout.beside ? 0 : 8, fontWeight: 600 }),
      ],
    });
    const whole = d3.sum(fleet, (it) => it.instances);
    const soon = d3.least(fleet.filter((it) => it.exhausted?.when === "in"), (it) => it.exhausted.years);
    const already = fleet.filter((it) => it.exhausted?.when === "already");
    const end = already.length ? ` ${shortRegion(already[0].region)} has too few already.` : soon ? ` ${shortRegion(soon.region)} has enough until ${soon.exhausted.month}.` : "";
    return {
      node,
      key: Draw.key([{ colour: colour.tied, text: "instances there are, or are planned" }, { colour: colour.accent, shape: "line", text: "needed in normal times" }, { colour: colour.bad, shape: "line", text: "needed in the worst state that counts" }]),
      finding: `${Draw.called(report.sets[state.set])} runs ${format.count(whole)} instances in ${fleet.length === 1 ? "one region" : `${fleet.length} regions`}.${end}`,
      table: [["Region", "Role", "Instances", "Needed normally", "Needed at worst", "Worst state", "Headroom", "Enough until"], () => fleet.map((it) => [shortRegion(it.region), it.role, format.count(it.instances), format.count(it.needed_normal), format.count(it.needed_worst), Draw.short(it.worst_state), format.share(it.headroom), it.exhausted ? (it.exhausted.month ?? it.exhausted.when) : "–"]), `Servers of ${Draw.called(report.sets[state.set])}`],
    };
  }

  Draw.section({
    id: "hours",
    title: "Load and servers",
    figures: [
      { available: (it) => it.sets.some((set) => set.capacity?.hours?.length), controls, draw },
      { available: (it) => it.sets.some((set) => set.capacity?.fleet?.length), draw: drawFleet },
    ],
  });
})();
