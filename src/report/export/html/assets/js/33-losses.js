// When something is lost: every loss of the chosen set before and after, and one of them in full.
(() => {
  const { report, colour, format, shortRegion } = Isochrone;
  const MOST = 20;
  const lossesOf = (state) => Isochrone.losses(state.set);

  // The chosen loss, or else the one that is worst for latency.
  function chosen(state) {
    const losses = lossesOf(state);
    if (losses.length === 0) return null;
    if (state.loss !== null && losses[state.loss]) return losses[state.loss];
    return d3.sort(losses.filter((loss) => loss.latency && concerns(loss)), (loss) => loss.latency.rank)[0] ?? losses[0];
  }

  // A loss may be of a region that is none of the set's.
  const concerns = (loss) => loss.moved > 0 || loss.stopped > 0 || loss.unserved > 0 || loss.latency?.p95_change_ms.verdict !== "same";

  const nameOf = (loss) => Draw.short(loss.name);
  const p95After = (loss) => loss.latency?.p95_ms.value ?? null;

  // ---------------------------------------------------------------------------------------------------------- all losses

  function drawAll({ state, width }) {
    const losses = lossesOf(state);
    if (losses.length === 0) return null;
    const set = report.sets[state.set];
    const before = set.latency.p95_ms.value;
    const order = d3.sort(losses, (loss) => loss.latency?.rank ?? -1).slice(0, MOST);
    const rows = order.map((loss) => ({ key: loss.name, loss, label: nameOf(loss), after: p95After(loss), figure: loss.latency?.p95_ms ?? null }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 28 });
    const domain = Draw.around([before, ...rows.flatMap((row) => (row.figure ? [row.figure.sampling.low, row.figure.sampling.high] : []))], 0.25);
    const beside = rows.map((row) => comment(row, before));
    const right = Math.max(...beside.map((text) => Draw.textWidth(text, 11))) + 16;
    const isRoomy = right < width * 0.34 && layout.beside;
    const at = (row) => (row.after === null ? null : row);
    const drawn = rows.filter(at);
    const { dy } = layout;
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: isRoomy ? right : 14,
      marginTop: 8,
      marginBottom: 44,
      x: { domain, label: "p95 of the request latency, ms →", ...Draw.axis(domain, Draw.tickCount(width - layout.marginLeft - (isRoomy ? right : 0))) },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.15 },
      marks: [
        Draw.gridX({ ticks: Draw.tickCount(width - layout.marginLeft) }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout, (n) => rows[n].loss === chosen(state)),
        Plot.ruleX([before], { stroke: colour.ink, strokeDasharray: "3 3" }),
        Plot.link(drawn, { x1: before, x2: "after", y1: "key", y2: "key", stroke: colour.muted, strokeWidth: 2, dy }),
        Plot.ruleY(drawn, { x1: (row) => row.figure.sampling.low, x2: (row) => row.figure.sampling.high, y: "key", stroke: colour.bad, strokeWidth: 6, strokeOpacity: 0.35, dy }),
        Plot.dot(drawn, { x: before, y: "key", r: 4.5, fill: colour.paper, stroke: colour.ink, strokeWidth: 1.5, dy }),
        Plot.dot(drawn, { x: "after", y: "key", r: 5, fill: colour.bad, stroke: colour.paper, dy }),
        Plot.text(rows.filter((row) => row.after === null), { frameAnchor: "left", y: "key", text: () => "nobody is left to serve", textAnchor: "start", dx: 4, dy, fill: colour.bad }),
        ...(isRoomy ? [Plot.text(rows, { frameAnchor: "right", y: "key", text: (row) => comment(row, before), textAnchor: "start", dx: 8, fill: colour.muted, fontSize: 11 })] : []),
      ],
    });
    return {
      node,
      key: Draw.key([{ colour: colour.paper, outline: colour.ink, shape: "circle", text: `before: ${format.ms(before)}` }, { colour: colour.bad, shape: "circle", text: "after, with its 95 % sampling interval" }]),
      finding: sayAll(set, order, before),
      note: order.length < losses.length ? `The ${MOST} worst of ${format.count(losses.length)} losses are drawn.` : "",
      table: [["Lost", "p95 after", "change", "users moved", "nobody serves", "RTO p95", "Survivors"], () => losses.map(lossRow), `What each loss does to ${Draw.called(set)}`],
    };
  }

  function comment({ loss, after }, before) {
    const change = after === null ? "" : `${Draw.signed(after - before, (x) => format.ms(x))}`;
    const moved = loss.moved > 0 ? `${format.share(loss.moved)} move` : "";
    const unserved = loss.unserved > 0.0005 ? `${format.share(loss.unserved)} unserved` : "";
    return [change, moved, unserved].filter(Boolean).join(", ");
  }

  const lossRow = (loss) => [
    nameOf(loss), loss.latency ? format.figure(loss.latency.p95_ms) : "–", loss.latency ? format.figure(loss.latency.p95_change_ms.figure) : "–", format.share(loss.moved),
    format.share(loss.unserved), loss.rto ? format.figure(loss.rto.p95_s, "s") : "nothing stops", loss.survivors.map(shortRegion).join(", ") || "none",
  ];

  function sayAll(set, order, before) {
    const dead = order.filter((loss) => loss.survivors.length === 0);
    const worst = order.find((loss) => loss.latency && concerns(loss));
    if (!worst && dead.length < order.length) return `No loss here that leaves anybody changes the latency of ${Draw.called(set)}.`;
    if (!worst) return `Whatever ${Draw.called(set)} loses, nobody is left to serve its users.`;
    const change = worst.latency.p95_change_ms;
    const how = change.verdict === "differs" ? `goes from ${format.ms(before)} to ${format.ms(p95After(worst))}` : `stays at about ${format.ms(p95After(worst))}`;
    const none = dead.length ? ` Without ${Draw.listed(dead.map(nameOf))} nobody is served.` : "";
    return `The loss of ${nameOf(worst)} is the worst for the latency of ${Draw.called(set)}: p95 ${how}.${none}`;
  }

  // ------------------------------------------------------------------------------------------------------------ one loss

  function controls({ bar, own }) {
    const select = Draw.select("Loss", [], "", (value) => Isochrone.choose({ loss: Number(value) }));
    bar.append(select.box);
    own.fill = (state, loss) => {
      const losses = lossesOf(state);
      select.fill(losses.map((it, i) => ({ value: i, label: nameOf(it) })), losses.indexOf(loss));
      select.box.hidden = losses.length < 2;
    };
  }

  function drawCountries({ state, width, own }) {
    const loss = chosen(state);
    own.fill(state, loss);
    if (!loss) return null;
    const all = Isochrone.rows(loss.countries);
    const concerned = d3.sort(all, (it) => -it.share * Math.abs((it.p95_after_ms ?? it.p95_before_ms + 1000) - it.p95_before_ms)).slice(0, 12);
    const name = nameOf(loss);
    if (concerned.length === 0) return { node: Isochrone.make("p", {}, "No country is slower or served from elsewhere."), finding: `The loss of ${name} concerns no country.` };
    const rows = d3.sort(concerned, (it) => -it.share).map((it) => ({ ...it, key: it.country, label: `${Draw.country(it.country)}, ${format.share(it.share)}` }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 24 });
    const domain = Draw.around(rows.flatMap((row) => [row.p95_before_ms, row.p95_after_ms]), 0.25);
    const served = rows.filter((row) => Number.isFinite(row.p95_after_ms));
    const region = (row) => (row.main_region ? `from ${shortRegion(row.main_region)}` : "nobody serves it");
    const right = Math.max(...rows.map((row) => Draw.textWidth(region(row), 11))) + 18;
    const isRoomy = layout.beside && right < width * 0.34;
    const { dy } = layout;
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: isRoomy ? right : 14,
      marginTop: 8,
      marginBottom: 44,
      x: { domain, label: "p95 of the country, ms →", ...Draw.axis(domain, Draw.tickCount(width - layout.marginLeft - (isRoomy ? right : 0))) },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.15 },
      marks: [
        Draw.gridX({ ticks: Draw.tickCount(width - layout.marginLeft) }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        Plot.link(served, { x1: "p95_before_ms", x2: "p95_after_ms", y1: "key", y2: "key", stroke: (row) => (row.p95_after_ms >= row.p95_before_ms ? colour.bad : colour.good), strokeWidth: 2.5, dy }),
        Plot.dot(rows, { x: "p95_before_ms", y: "key", r: 4.5, fill: colour.paper, stroke: colour.ink, strokeWidth: 1.5, dy }),
        Plot.dot(served, { x: "p95_after_ms", y: "key", r: 5, fill: (row) => (row.p95_after_ms >= row.p95_before_ms ? colour.bad : colour.good), stroke: colour.paper, dy }),
        ...(isRoomy ? [Plot.text(rows, { frameAnchor: "right", y: "key", text: region, textAnchor: "start", dx: 8, fill: colour.muted, fontSize: 11 })] : []),
      ],
    });
    const worst = d3.greatest(served, (row) => row.p95_after_ms - row.p95_before_ms);
    const isDefault = state.loss === null;
    return {
      node,
      key: Draw.key([{ colour: colour.paper, outline: colour.ink, shape: "circle", text: "before" }, { colour: colour.bad, shape: "circle", text: "after: slower" }, { colour: colour.good, shape: "circle", text: "after: faster" }]),
      finding: worst && worst.p95_after_ms > worst.p95_before_ms
        ? `After the loss of ${name}, p95 of ${Draw.country(worst.country)} goes from ${format.ms(worst.p95_before_ms)} to ${format.ms(worst.p95_after_ms)}: the largest rise among these countries.`
        : served.length === 0 ? `After the loss of ${name} nobody serves these countries.` : `After the loss of ${name} none of these countries is slower.`,
      note: [isDefault ? "No loss is chosen: this is the worst for latency." : "", rows.length < all.length ? `The ${rows.length} countries with most users times change, of ${format.count(all.length)}.` : "", ...(loss.findings ?? []).map((it) => `${Draw.short(it)}.`)].filter(Boolean).join(" "),
      table: [["Country", "Share", "Served from", "p95 before", "p95 after"], () => d3.sort(all, (it) => -it.share).map((it) => [Draw.country(it.country), format.share(it.share), it.main_region ? shortRegion(it.main_region) : "nobody", format.ms(it.p95_before_ms), format.ms(it.p95_after_ms)]), `Countries after the loss of ${name}`],
    };
  }

  function drawLoad({ state, width }) {
    const loss = chosen(state);
    if (!loss || (loss.load ?? []).length === 0) return null;
    const rows = loss.load.map((it) => ({ ...it, key: it.region, label: shortRegion(it.region) }));
    const layout = Draw.rowLayout(rows.map((row) => row.label), width, { tall: 34 });
    const top = d3.max(rows, (row) => Math.max(row.before, row.after)) || 1;
    const bars = rows.flatMap((row) => [{ ...row, part: "before", share: row.before }, { ...row, part: "after", share: row.after }]);
    const text = (row) => (row.part === "after" && loss.regions.includes(row.region) ? "lost" : format.share(row.share));
    const half = (layout.row * 0.88 - layout.lead) / 2;
    const side = (part) => (part === "before" ? { insetTop: layout.lead, insetBottom: half } : { insetTop: layout.lead + half });
    const node = Draw.plot({
      width,
      height: rows.length * layout.row + 52,
      marginLeft: layout.marginLeft,
      marginRight: 52,
      marginTop: 8,
      marginBottom: 44,
      x: { domain: [0, top], label: "share of all requests →", ticks: Draw.tickCount(width - layout.marginLeft, 90), tickFormat: (x) => `${Math.round(x * 100)} %` },
      y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.12 },
      marks: [
        Draw.gridX({ ticks: Draw.tickCount(width - layout.marginLeft, 90) }),
        ...Draw.rowNames(rows.map((row) => row.key), rows.map((row) => row.label), width, layout),
        ...["before", "after"].flatMap((part) => {
          const own = bars.filter((row) => row.part === part);
          const fill = part === "before" ? colour.tied : colour.accent;
          const middle = layout.lead / 2 + (part === "before" ? -half : half) / 2;
          return [
            Plot.barX(own, { x: "share", y: "key", fill, ...side(part) }),
            Plot.text(own, { x: "share", y: "key", text, textAnchor: "start", dx: 5, dy: middle, fontSize: 10.5, fill: colour.ink }),
          ];
        }),
        Plot.ruleX([0], { stroke: colour.axis }),
      ],
    });
    const most = d3.greatest(rows, (row) => (row.before > 0 ? row.after / row.before : row.after > 0 ? 1e9 : 0));
    const grown = most.before > 0 ? `× ${format.exact(Number((most.after / most.before).toPrecision(3)))}` : `from nothing to ${format.share(most.after)}`;
    return {
      node,
      key: Draw.key([{ colour: colour.tied, text: "before" }, { colour: colour.accent, text: "after" }]),
      finding: most.after > most.before ? `After the loss of ${nameOf(loss)} the load of ${shortRegion(most.region)} grows most: ${grown}.` : `The loss of ${nameOf(loss)} loads no other region more.`,
      table: [["Region", "Before", "After", "Requests/s after"], () => rows.map((row) => [row.label, format.share(row.before), format.share(row.after), Number.isFinite(row.requests_per_second) ? format.count(row.requests_per_second) : "–"]), `Load by region before and after the loss of ${nameOf(loss)}`],
    };
  }

  const any = (it) => it.sets.some((set) => set.recovery?.losses?.length);

  Draw.section({
    id: "losses",
    title: "When something is lost",
    available: any,
    figures: [{ available: any, draw: drawAll }, { available: any, controls, draw: drawCountries }, { available: any, draw: drawLoad }],
  });
})();
