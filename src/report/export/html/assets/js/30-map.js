// The world map: who is served from where and how fast, before and after a loss; or bands of equal time around a set.
(() => {
  const { report, make, format, colour, shortRegion, setName } = Isochrone;
  const atlas = report.atlas;
  const LINES = 400;

  // ------------------------------------------------------------------------------------------------------- what to show

  // The set as user groups see it: as things stand, or after the loss that is chosen.
  function scene(state, own) {
    const set = report.sets[state.set];
    const loss = state.loss === null ? null : set.recovery?.losses?.[state.loss] ?? null;
    const isAfter = loss !== null && own.when === "after";
    const figure = loss !== null ? "p95" : state.figure;
    const columns = set.users ?? null;
    const region = columns ? columns.region.slice() : atlas.users.map(() => null);
    const ms = columns ? columns[`${figure}_ms`].slice() : atlas.users.map(() => null);
    const before = { region: region.slice(), ms: ms.slice() };
    const moved = new Set();
    if (isAfter) apply(loss, region, ms, moved);
    return { set, loss, isAfter, figure, region, ms, moved, before, places: places(set, loss, isAfter) };
  }

  function apply(loss, region, ms, moved) {
    const told = loss.users;
    if (!told && loss.survivors.length === 0) {
      region.fill(null);
      ms.fill(null);
      return;
    }
    (told?.user ?? []).forEach((user, i) => {
      if (region[user] !== told.region[i]) moved.add(user);
      region[user] = told.region[i];
      ms[user] = told.p95_ms[i];
    });
  }

  // Every region of the set and how it stands: `serves`, `stands by`, `lost`, `called up`.
  function places(set, loss, isAfter) {
    const standbys = new Map((set.recovery?.standbys ?? []).map((it) => [it.region, it.role.replaceAll("_", " ")]));
    const calledUp = new Set((loss?.called_up ?? []).map((it) => it.region));
    const lost = new Set(loss?.regions ?? []);
    const ids = [...new Set([...set.regions, ...standbys.keys()])];
    const stands = (id) => {
      if (isAfter && lost.has(id)) return "lost";
      if (isAfter && calledUp.has(id)) return "called up";
      return standbys.has(id) ? "stands by" : "serves";
    };
    return ids.flatMap((id) => {
      const place = Isochrone.regionById(id);
      return place ? [{ id, place, index: atlas.regions.indexOf(place), role: standbys.get(id), stands: stands(id) }] : [];
    });
  }

  // ------------------------------------------------------------------------------------------------------------ drawing

  function draw({ state, width, own, redraw }) {
    const it = scene(state, own);
    own.showLoss(it.loss);
    own.showLayer();
    const height = Ground.height(width, own.view.preset);
    const project = Ground.projection(width, height, own.view);
    const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height)
      .attr("font-size", 12).attr("tabindex", 0).attr("role", "img");
    const path = d3.geoPath(project).digits(1);
    const clip = `land-${(own.drawn = (own.drawn ?? 0) + 1)}`;
    drawGround(svg, path, clip, width, height);
    const isBands = own.layer === "bands";
    const bands = isBands ? drawBands(svg, it, project, clip, width, height) : null;
    const scale = isBands ? bands?.scale : userScale(state);
    drawGraticule(svg, path);
    if (!isBands) drawLines(svg, it, path);
    drawUsers(svg, it, project, width, isBands ? null : scale);
    if (it.isAfter) drawCuts(svg, it, path, project);
    const taken = drawRegions(svg, it, project, width, height);
    if (bands) drawBandLabels(svg, bandLabels(bands, project, width, height, taken));
    svg.append("rect").attr("width", width).attr("height", height).attr("fill", "none").attr("stroke", colour.grid);
    const readout = make("p", { class: "chart-note", "aria-hidden": "true" }, HINT);
    steer(svg, { own, redraw, project, width, height, it, readout });
    const finding = isBands ? sayBands(it, bands) : sayUsers(it);
    svg.attr("aria-label", `Map. ${finding} Arrow keys move it, plus and minus zoom.`);
    const frame = make("div", { style: "overflow:hidden" }, svg.node());
    svg.style("overflow", "hidden");
    return {
      finding,
      key: key(it, scale, isBands, bands),
      node: make("div", {}, frame, readout),
      note: note(it, isBands, bands),
      table: tableOf(it),
    };
  }

  const HINT = atlas?.users.length === 0 ? "" : "Point at a place to read it; the table below has every user group.";

  function drawGround(svg, path, clip, width, height) {
    svg.append("rect").attr("width", width).attr("height", height).attr("fill", "var(--paper)");
    const outline = d3.merge([Ground.polygons().map((polygon) => path(polygon) ?? "")]).join("");
    svg.append("clipPath").attr("id", clip).append("path").attr("d", outline).attr("clip-rule", "evenodd");
    svg.append("path").attr("d", outline).attr("fill", "var(--grid)").attr("fill-rule", "evenodd")
      .attr("stroke", "var(--axis)").attr("stroke-width", 0.6);
  }

  function drawGraticule(svg, path) {
    svg.append("path").attr("d", path(d3.geoGraticule().step([30, 30])())).attr("fill", "none")
      .attr("stroke", "var(--muted)").attr("stroke-opacity", 0.25).attr("stroke-width", 0.5);
  }

  // Great circles to the serving region; those of users whom the loss moves stand out.
  function drawLines(svg, it, path) {
    const order = d3.sort(d3.range(atlas.users.length), (i) => -atlas.users[i].share);
    const still = order.filter((i) => !it.moved.has(i)).slice(0, LINES);
    const line = (i) => {
      const [user, region] = [atlas.users[i], atlas.regions[it.region[i]]];
      return region ? [[user.longitude, user.latitude], [region.longitude, region.latitude]] : null;
    };
    const add = (users, stroke, opacity, breadth) => {
      const d = path({ type: "MultiLineString", coordinates: users.map(line).filter(Boolean) });
      svg.append("path").attr("d", d).attr("fill", "none").attr("stroke", stroke).attr("stroke-opacity", opacity)
        .attr("stroke-width", breadth).attr("stroke-linecap", "round");
    };
    const few = Math.min(1, 5 / Math.sqrt(still.length + 1));
    add(still, "var(--muted)", 0.12 + 0.5 * few, 0.7);
    add([...it.moved], "var(--bad)", 0.35 + 0.5 * Math.min(1, 6 / Math.sqrt(it.moved.size + 1)), 1);
  }

  const radius = (width) => {
    const top = d3.max(atlas.users, (user) => user.share) || 1;
    const largest = Math.min(16, Math.max(6, width / 62));
    return (share) => Math.max(1.4, largest * Math.sqrt(share / top));
  };

  function drawUsers(svg, it, project, width, scale) {
    const size = radius(width);
    const order = d3.sort(d3.range(atlas.users.length), (i) => -atlas.users[i].share);
    const layer = svg.append("g");
    for (const i of order) {
      const at = project([atlas.users[i].longitude, atlas.users[i].latitude]);
      if (!at) continue;
      const circle = layer.append("circle").attr("cx", at[0].toFixed(1)).attr("cy", at[1].toFixed(1))
        .attr("r", size(atlas.users[i].share).toFixed(1));
      const isServed = it.ms[i] !== null && it.ms[i] !== undefined;
      if (scale === null) circle.attr("fill", "none").attr("stroke", "var(--ink)").attr("stroke-opacity", 0.55).attr("stroke-width", 0.7);
      else if (!isServed) circle.attr("fill", "var(--paper)").attr("stroke", "var(--bad)").attr("stroke-width", 1.4).attr("stroke-dasharray", "2 1.5");
      else {
        circle.attr("fill", scale.at(it.ms[i])).attr("fill-opacity", 0.92);
        if (it.moved.has(i)) circle.attr("stroke", "var(--bad)").attr("stroke-width", 1.4);
        else circle.attr("stroke", "var(--ink)").attr("stroke-opacity", 0.5).attr("stroke-width", 0.5);
      }
    }
  }

  const DIAMOND = "M0,-7L7,0L0,7L-7,0Z";

  function drawRegions(svg, it, project, width, height) {
    const [west, north, east, south] = [0, 0, width, height];
    const points = it.places.flatMap((region) => {
      const at = project([region.place.longitude, region.place.latitude]);
      if (!at || at[0] < west || at[0] > east || at[1] < north || at[1] > south) return [];
      const role = region.stands === "stands by" ? ` (${region.role})` : region.stands === "lost" ? " (lost)" : "";
      return [{ ...region, x: at[0], y: at[1], text: shortRegion(region.id) + role }];
    });
    const placed = Labels.place(points, width, height);
    const layer = svg.append("g");
    for (const point of placed.filter((it) => it.label?.far)) {
      layer.append("line").attr("x1", point.x).attr("y1", point.y).attr("x2", point.label.x).attr("y2", point.label.y)
        .attr("stroke", "var(--ink)").attr("stroke-width", 0.8);
    }
    for (const point of placed) drawRegion(layer, point);
    for (const point of placed.filter((it) => it.label)) {
      layer.append("text").attr("x", point.label.x).attr("y", point.label.y).attr("dy", "0.32em")
        .attr("text-anchor", point.label.anchor).attr("font-weight", 600).attr("fill", "var(--ink)")
        .attr("stroke", "var(--paper)").attr("stroke-width", 3.5).attr("stroke-linejoin", "round").attr("paint-order", "stroke")
        .text(point.text);
    }
    return placed.flatMap(spots);
  }

  // Where a region and its name are, as points that labels of bands keep away from.
  function spots({ x, y, text, label }) {
    if (!label) return [[x, y]];
    const breadth = Draw.textWidth(text, 12, 600);
    const left = label.anchor === "start" ? label.x : label.anchor === "end" ? label.x - breadth : label.x - breadth / 2;
    return [[x, y], ...d3.range(0, 1.01, 0.25).map((t) => [left + breadth * t, label.y])];
  }

  function drawRegion(layer, { x, y, stands }) {
    const mark = layer.append("g").attr("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
    if (stands === "lost") {
      mark.append("path").attr("d", "M-7,-7L7,7M7,-7L-7,7").attr("stroke", "var(--paper)").attr("stroke-width", 6);
      mark.append("path").attr("d", "M-7,-7L7,7M7,-7L-7,7").attr("stroke", "var(--bad)").attr("stroke-width", 3);
      return;
    }
    const isHollow = stands === "stands by";
    mark.append("path").attr("d", DIAMOND).attr("fill", isHollow ? "var(--paper)" : "var(--line-2)")
      .attr("stroke", isHollow ? "var(--line-2)" : "var(--paper)").attr("stroke-width", isHollow ? 2 : 1.5);
  }

  // Links that are cut, crossed out in their middle.
  function drawCuts(svg, it, path, project) {
    for (const [from, to] of it.loss.links ?? []) {
      const ends = [from, to].map(Isochrone.regionById);
      if (ends.some((end) => !end)) continue;
      const points = ends.map((end) => [end.longitude, end.latitude]);
      svg.append("path").attr("d", path({ type: "LineString", coordinates: points })).attr("fill", "none")
        .attr("stroke", "var(--bad)").attr("stroke-width", 2).attr("stroke-dasharray", "5 4");
      const middle = project(d3.geoInterpolate(...points)(0.5));
      if (middle) svg.append("path").attr("d", "M-5,-5L5,5M5,-5L-5,5").attr("stroke", "var(--bad)").attr("stroke-width", 2.5)
        .attr("transform", `translate(${middle})`);
    }
  }

  // --------------------------------------------------------------------------------------------------------- isochrones

  const grids = new Map();

  function gridOf(it) {
    const serving = it.places.filter((region) => region.stands === "serves" || region.stands === "called up");
    const id = atlas.reach ? serving.map((region) => region.index).join() : `users ${report.sets.indexOf(it.set)}`;
    if (!grids.has(id)) {
      grids.set(id, atlas.reach
        ? Bands.fromReach(atlas.reach, serving.map((region) => region.index))
        : Bands.fromUsers(atlas.users, it.set.users?.p50_ms ?? []));
    }
    return grids.get(id);
  }

  function drawBands(svg, it, project, clip, width, height) {
    const grid = gridOf(it);
    if (!grid) return null;
    const times = Array.from(grid.values).filter((_, i) => grid.known[i]);
    const scale = atlas.reach ? Ground.scale(allTimes(), Ground.roundTrips) : Ground.scale(times);
    const areas = Bands.areas(grid, scale.edges);
    const layer = svg.append("g").attr("clip-path", `url(#${clip})`);
    areas.forEach((area, i) => {
      if (area.polygons.length === 0) return;
      layer.append("path").attr("d", Bands.path(area, project)).attr("fill", scale.fill(i)).attr("fill-rule", "evenodd")
        .attr("stroke", i === 0 ? "none" : "var(--paper)").attr("stroke-width", 0.8);
    });
    return { scale, areas, grid };
  }

  // Each limit stands on its line, away from the names of regions.
  function bandLabels({ areas, grid }, project, width, height, taken) {
    return areas.slice(1).flatMap((area) =>
      Bands.labelPlaces(grid, area, project, width, height, taken).map((at) => {
        taken.push(at);
        return { at, text: `${area.limit} ms` };
      }));
  }

  // One scale for all sets and losses: what the best of all regions and the farthest allow.
  const allTimes = (() => {
    let made = null;
    return () => (made ??= Bands.nearest(atlas.reach, report.sets[Draw.best].regions.map((id) =>
      atlas.regions.indexOf(Isochrone.regionById(id)))) ?? atlas.reach.rtt_p50_ms.flat());
  })();

  function drawBandLabels(svg, labels) {
    for (const { at, text } of labels) {
      svg.append("text").attr("x", at[0]).attr("y", at[1]).attr("dy", "0.32em").attr("text-anchor", "middle")
        .attr("font-size", 11).attr("fill", "var(--ink)").attr("stroke", "var(--paper)").attr("stroke-width", 3)
        .attr("stroke-linejoin", "round").attr("paint-order", "stroke").text(text);
    }
  }

  // One scale for all sets, before and after, so that a colour means the same whatever is chosen.
  const userScale = (() => {
    const made = new Map();
    return ({ figure, loss, theme = Isochrone.state.theme }) => {
      const wanted = loss === null ? figure : "p95";
      const id = `${wanted} ${theme}`;
      if (!made.has(id)) made.set(id, Ground.scale(report.sets.flatMap((set) => set.users?.[`${wanted}_ms`] ?? [])));
      return made.get(id);
    };
  })();

  // -------------------------------------------------------------------------------------------------------------- words

  // Whether the report says what each user group sees with a set.
  const hasUsers = (set) => atlas.users.length > 0 && Boolean(set.users);
  const weighed = (test) => d3.sum(atlas.users, (user, i) => (test(i) ? user.share : 0));
  const nameOf = (user) => (user.country && !user.name.includes(Draw.country(user.country)) ? `${user.name}, ${Draw.country(user.country)}` : user.name);
  const statistic = (figure) => (figure === "p50" ? "median" : "95th percentile");

  function slowest(it) {
    const large = d3.range(atlas.users.length).filter((i) => atlas.users[i].share >= 0.002 && it.ms[i] !== null);
    const among = large.length ? large : d3.range(atlas.users.length).filter((i) => it.ms[i] !== null);
    return d3.greatest(among, (i) => it.ms[i]);
  }

  function sayUsers(it) {
    const name = Draw.called(it.set);
    if (!hasUsers(it.set)) return `Regions of ${name}: ${Draw.listed(it.places.map((region) => `${shortRegion(region.id)} (${region.place.name})`), 6)}.`;
    if (it.isAfter) return sayLoss(it);
    const at = slowest(it);
    const share = (limit) => weighed((i) => it.ms[i] !== null && it.ms[i] <= limit);
    const { edges } = userScale({ figure: it.figure, loss: null });
    // The limit nearest to the middle of the users says most.
    const limit = d3.least(edges, (edge) => Math.abs(share(edge) - 0.5));
    const within = share(limit);
    const tail = at === undefined ? "" : `; slowest of the larger groups is ${nameOf(atlas.users[at])} with ${format.ms(it.ms[at])}`;
    const lead = it.loss ? `Before the loss of ${Draw.short(it.loss.name)}, with ${name}` : `With ${name}`;
    return `${lead} ${format.share(within)} of users have a ${statistic(it.figure)} of ${limit} ms or less${tail}.`;
  }

  function sayLoss(it) {
    const { loss } = it;
    const lead = `After the loss of ${Draw.short(loss.name)}`;
    if (loss.survivors.length === 0) return `${lead} nobody is served until it is repaired.`;
    const goals = loss.moves.filter((move) => move.from !== move.to).map((move) => shortRegion(move.to));
    const where = goals.length ? ` to ${Draw.listed([...new Set(goals)])}` : "";
    const [before, after] = [it.set.latency.p95_ms.value, loss.latency?.p95_ms.value].map(format.ms);
    const p95 = !loss.latency ? "" : before === after ? `; p95 stays at ${after}` : `; p95 goes from ${before} to ${after}`;
    const left = loss.unserved > 0.0005 ? `; ${format.share(loss.unserved)} of requests are served by nobody` : "";
    return loss.moved > 0
      ? `${lead} ${format.share(loss.moved)} of users move${where}${p95}${left}.`
      : `${lead} nobody moves to another region${p95}${left}.`;
  }

  function sayBands(it, bands) {
    const name = Draw.called(it.set);
    if (!bands) return `${name}: no times to draw bands from.`;
    if (!atlas.reach) return `Bands of equal median request latency with ${name}, between the places of its user groups.`;
    const serving = it.places.filter((region) => region.stands === "serves" || region.stands === "called up");
    const times = Bands.nearest(atlas.reach, serving.map((region) => region.index));
    const limit = bands.scale.edges[2];
    // Cells of a grid shrink towards the poles.
    const area = (i) => Math.cos((atlas.reach.latitudes[i] * Math.PI) / 180);
    const whole = d3.sum(times, (_, i) => area(i));
    const near = d3.sum(times, (ms, i) => (ms <= limit ? area(i) : 0));
    const lead = it.isAfter ? `After the loss of ${Draw.short(it.loss.name)}, ` : "";
    return `${lead}${format.share(near / whole)} of the land is within a round trip of ${limit} ms of ${name}.`;
  }

  function note(it, isBands, bands) {
    const parts = [];
    if (isBands && bands) {
      parts.push(atlas.reach
        ? "Median round trips of the path alone, from each place on land to the region nearest in time; nobody's access network and no service time. Estimates."
        : "The report has no times of places: bands are drawn between user groups, of their request medians. Far from any of them the colour is a guess.");
    }
    if (!isBands && atlas.users.length - it.moved.size > LINES) {
      parts.push(`Lines are those of the ${LINES} largest groups${it.isAfter ? " and of all that move" : ""}; circles are all ${format.count(atlas.users.length)}.`);
    }
    if (!hasUsers(it.set)) parts.push("This report does not say what each user group sees with this set.");
    if (it.loss && !isBands) parts.push("Where a loss is chosen, colours are of the 95th percentile.");
    return parts.join(" ");
  }

  function key(it, scale, isBands, bands) {
    const entries = [];
    if (scale && (bands || hasUsers(it.set))) {
      entries.push(...scale.bands.map((band) => ({ colour: band.colour, outline: colour.axis, shape: isBands ? "square" : "circle", text: band.text })));
    }
    const stands = new Set(it.places.map((region) => region.stands));
    if (stands.has("serves") || stands.has("called up")) entries.push({ colour: colour.set(1), shape: "diamond", text: "region that serves" });
    if (stands.has("stands by")) entries.push({ colour: colour.paper, outline: colour.set(1), shape: "diamond", text: "standby" });
    if (stands.has("lost")) entries.push({ colour: colour.bad, shape: "cross", text: "lost" });
    if (it.moved.size && !isBands) entries.push({ colour: colour.bad, shape: "line", text: "served from elsewhere than before" });
    if (it.isAfter && !isBands && it.ms.some((ms) => ms === null)) entries.push({ colour: colour.paper, outline: colour.bad, shape: "circle", text: "served by nobody" });
    const list = Draw.key(entries);
    const what = isBands
      ? (atlas.reach ? "Round trip to the nearest region (median):" : "Request latency (median):")
      : `Request latency of user groups (${statistic(it.figure)}); the larger the circle, the more users:`;
    const isColoured = isBands || hasUsers(it.set);
    return make("div", {}, make("p", { class: "chart-note" }, isColoured ? what : ""), list);
  }

  function tableOf(it) {
    const order = d3.sort(d3.range(atlas.users.length), (i) => -atlas.users[i].share);
    const region = (index) => (index === null || index === undefined ? "nobody" : shortRegion(atlas.regions[index].id));
    const headers = ["User group", "Country", "Share", "Served from", `${it.figure} (ms)`];
    const cells = (i) => [atlas.users[i].name, Draw.country(atlas.users[i].country), format.share(atlas.users[i].share), region(it.region[i]), format.ms(it.ms[i])];
    if (atlas.users.length === 0) return null;
    if (!it.isAfter) return [headers, () => order.map(cells), `${Draw.called(it.set)} as each user group sees it`];
    const more = ["Before from", "Before"];
    const both = (i) => [...cells(i), region(it.before.region[i]), format.ms(it.before.ms[i])];
    return [[...headers, ...more], () => order.map(both), `User groups after the loss of ${Draw.short(it.loss.name)}`];
  }

  // ----------------------------------------------------------------------------------------------------------- steering

  function steer(svg, { own, redraw, project, width, height, it, readout }) {
    const places = d3.range(atlas.users.length).map((i) => ({ i, at: project([atlas.users[i].longitude, atlas.users[i].latitude]) }))
      .filter(({ at }) => at && at[0] >= 0 && at[0] <= width && at[1] >= 0 && at[1] <= height);
    const find = places.length ? d3.Delaunay.from(places, (p) => p.at[0], (p) => p.at[1]) : null;
    const move = (dx, dy) => {
      own.view.centre = project.invert([width / 2 + dx, height / 2 + dy]);
      redraw();
    };
    const toUnits = (event) => d3.pointer(event, svg.node());
    svg.on("pointermove", (event) => {
      const [x, y] = toUnits(event);
      const at = find ? places[find.find(x, y)] : null;
      const isNear = at && Math.hypot(at.at[0] - x, at.at[1] - y) < 24;
      readout.textContent = isNear ? tell(it, at.i) : HINT;
    });
    let from = null;
    svg.style("touch-action", own.view.zoom > 1 || own.view.preset !== "world" ? "none" : "pan-y");
    svg.on("pointerdown", (event) => { from = toUnits(event); });
    svg.on("pointerup", (event) => {
      if (!from) return;
      const [x, y] = toUnits(event);
      const [dx, dy] = [from[0] - x, from[1] - y];
      from = null;
      if (Math.hypot(dx, dy) > 6) move(dx, dy);
    });
    const keys = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
    svg.on("keydown", (event) => {
      const isZoom = { "+": 1.6, "=": 1.6, "-": 1 / 1.6 }[event.key];
      if (isZoom) own.zoom(isZoom);
      else if (event.key === "0") own.reset();
      else if (keys[event.key]) move(...keys[event.key]);
      else return;
      event.preventDefault();
      own.focus();
    });
  }

  function tell(it, i) {
    const user = atlas.users[i];
    const region = it.region[i] === null || it.region[i] === undefined ? "nobody" : shortRegion(atlas.regions[it.region[i]].id);
    const before = it.isAfter && it.moved.has(i) ? ` (before: ${format.ms(it.before.ms[i])})` : "";
    return `${nameOf(user)}: ${format.share(user.share)} of users, ${it.figure} ${format.ms(it.ms[i])}${before}, served from ${region}.`;
  }

  function controls({ bar, own, redraw }) {
    Object.assign(own, { layer: "users", when: "after", view: { preset: Ground.first, zoom: 1, centre: null } });
    own.layer = report.sets.some(hasUsers) || !canDrawBands() ? "users" : "bands";
    const layers = Draw.radios("Colour shows", [{ value: "users", label: "users’ latency" }, { value: "bands", label: "isochrones" }], own.layer, (value) => {
      own.layer = value;
      redraw();
    });
    const when = Draw.radios("Loss", [{ value: "before", label: "before" }, { value: "after", label: "after" }], own.when, (value) => {
      own.when = value;
      redraw();
    });
    const view = Draw.select("Part of the world", Ground.VIEWS, Ground.first, (preset) => {
      own.view = { preset, zoom: 1, centre: null };
      redraw();
    });
    own.zoom = (factor) => {
      own.view.zoom = Math.min(24, Math.max(own.view.preset === "world" ? 1 : 0.1, own.view.zoom * factor));
      if (own.view.preset === "world" && own.view.zoom === 1) own.view.centre = null;
      redraw();
    };
    own.reset = () => {
      own.view = { preset: Ground.first, zoom: 1, centre: null };
      view.element.value = Ground.first;
      redraw();
    };
    own.focus = () => bar.parentElement.querySelector(".chart svg[tabindex]")?.focus({ preventScroll: true });
    const zoom = make("div", { role: "group", "aria-label": "Zoom" },
      Draw.button("+", "Zoom in", () => own.zoom(1.6)), Draw.button("−", "Zoom out", () => own.zoom(1 / 1.6)), Draw.button("Reset", "As at first", own.reset));
    own.showLoss = (loss) => { when.hidden = loss === null; };
    own.showLayer = () => { layers.hidden = !canDrawBands() || !report.sets.some(hasUsers); };
    bar.append(layers, when, view.box, zoom);
  }

  const canDrawBands = () => Boolean(atlas.reach) || atlas.users.length >= 3;

  Draw.section({
    id: "map",
    title: "Map",
    available: (it) => Boolean(it.atlas) && it.atlas.regions.length > 0,
    absent: "This report does not say where its regions and users are; a newer version of the program writes it with them.",
    figures: [{ controls, draw }],
  });
})();
