// The ground of the map: land, views of the world, and what a colour says of a time.
const Ground = (() => {
  const { colour } = Isochrone;

  // Corners west-south and east-north, degrees. Land south of 57° S has no users and no regions.
  const VIEWS = [
    { value: "world", label: "World", corners: [[-179.9, -56], [179.9, 80]] },
    { value: "europe", label: "Europe", corners: [[-13, 34], [41, 66]] },
    { value: "americas", label: "Americas", corners: [[-128, -52], [-34, 58]] },
    { value: "asia", label: "Asia–Pacific", corners: [[64, -42], [178, 48]] },
    { value: "africa", label: "Middle East, Africa", corners: [[-20, -36], [62, 42]] },
  ];

  // Where users and regions are, with room around; absent where that is all but the whole world.
  const audience = (() => {
    const { atlas, sets } = Isochrone.report;
    if (!atlas) return null;
    const top = d3.max(atlas.users, (user) => user.share) ?? 0;
    const regions = [...new Set(sets.flatMap((set) => set.regions))].map(Isochrone.regionById).filter(Boolean);
    const places = [...atlas.users.filter((user) => user.share > top / 1000), ...regions];
    if (places.length === 0) return null;
    const [west, east] = d3.extent(places, (it) => it.longitude);
    const [south, north] = d3.extent(places, (it) => it.latitude);
    const more = Math.max(4, 0.06 * (east - west), 0.06 * (north - south));
    if (east - west + 2 * more > 250) return null;
    return { value: "audience", label: "where users and regions are", corners: [[west - more, Math.max(-80, south - more)], [east + more, Math.min(84, north + more)]] };
  })();
  if (audience) VIEWS.push(audience);

  // Along the edges of a box: its corners alone are not the widest of a curved projection.
  function outline([[west, south], [east, north]]) {
    const steps = d3.range(0, 1.0001, 0.1);
    const points = steps.flatMap((t) => {
      const x = west + (east - west) * t;
      const y = south + (north - south) * t;
      return [[x, south], [x, north], [west, y], [east, y]];
    });
    return { type: "MultiPoint", coordinates: points };
  }

  // A ring walked the wrong way round means the whole globe but for its inside.
  const polygons = (() => {
    let made = null;
    const oriented = (ring) => {
      const polygon = { type: "Polygon", coordinates: [ring] };
      return d3.geoArea(polygon) > 2 * Math.PI ? { type: "Polygon", coordinates: [ring.slice().reverse()] } : polygon;
    };
    return () => {
      made ??= (Isochrone.land ?? []).filter((ring) => ring.length >= 4).map(closed).map(oriented);
      return made;
    };
  })();

  function closed(ring) {
    const [first, last] = [ring[0], ring[ring.length - 1]];
    return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
  }

  // A view is a preset, a zoom on top of it and a centre where it was moved.
  function projection(width, height, view) {
    const world = fitted(width, height, VIEWS[0].corners);
    const fit = fitted(width, height, cornersOf(view.preset));
    const scale = Math.min(Math.max(fit.scale() * view.zoom, world.scale()), world.scale() * 40);
    const centre = view.centre ?? fit.invert([width / 2, height / 2]);
    fit.scale(scale).translate([0, 0]);
    const [x, y] = fit(centre);
    fit.translate([width / 2 - x, height / 2 - y]);
    return withinWorld(fit, width, height).clipExtent([[-2, -2], [width + 2, height + 2]]);
  }

  // Beyond the edge of the world there is nothing to see.
  function withinWorld(fit, width, height) {
    const middle = fit.invert([width / 2, height / 2])?.[1] ?? 0;
    const [west, east] = [-180, 180].map((longitude) => fit([longitude, middle])[0]);
    const [x, y] = fit.translate();
    const shift = east - west < width ? (width - east - west) / 2 : Math.max(0, width - east) - Math.max(0, west);
    return fit.translate([x + shift, y]);
  }

  function fitted(width, height, corners) {
    return d3.geoEqualEarth().fitExtent([[4, 4], [width - 4, height - 4]], outline(corners));
  }

  // As high as the part of the world is at this width, but neither a slit nor higher than a screen.
  function height(width, preset) {
    const seen = outline(cornersOf(preset));
    const [[, top], [, bottom]] = d3.geoPath(d3.geoEqualEarth().fitWidth(width - 8, seen)).bounds(seen);
    return Math.round(Math.min(640, Math.max(200, 0.38 * width, Math.min(0.64 * width, bottom - top + 8))));
  }

  const cornersOf = (preset) => (VIEWS.find((it) => it.value === preset) ?? VIEWS[0]).corners;

  // ------------------------------------------------------------------------------------------------ what a colour says

  // Limits of bands of round trips, ms, fine where all is near.
  function roundTrips(values) {
    const top = d3.quantile(values, 0.98) ?? 300;
    if (top <= 12) return [2, 4, 6, 8, 10];
    if (top <= 60) return [5, 10, 15, 20, 30, 40];
    if (top <= 130) return [10, 25, 50, 75, 100];
    if (top <= 420) return [25, 50, 100, 150, 200, 300];
    return [50, 100, 200, 300, 400, 600];
  }

  const NICE = [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10];

  // Limits that leave about as many of the values in each band, at round numbers.
  function even(values) {
    const round = (x) => {
      const power = 10 ** Math.floor(Math.log10(x));
      return Number((NICE[d3.leastIndex(NICE, (it) => Math.abs(it - x / power))] * power).toPrecision(3));
    };
    const sorted = values.filter((ms) => ms > 0).sort(d3.ascending);
    const edges = d3.range(1, 7).map((i) => round(d3.quantileSorted(sorted, i / 7) ?? 100));
    return [...new Set(edges)];
  }

  // A scale of bands: `at(ms)` is the colour, `bands` what each colour says.
  function scale(values, choose = even) {
    const edges = choose(values.filter((ms) => Number.isFinite(ms)));
    const last = edges.length;
    // The lightest of the ramp is all but the ground.
    const fills = d3.range(last + 1).map((band) => colour.rampAt(0.1 + (0.9 * band) / last));
    const fill = (band) => fills[band];
    const band = (ms) => d3.bisectLeft(edges, ms);
    const said = (i) => (i === 0 ? `up to ${edges[0]} ms` : i === last ? `over ${edges[last - 1]} ms` : `${edges[i - 1]}–${edges[i]} ms`);
    return {
      edges,
      fill,
      at: (ms) => fill(band(ms)),
      bands: d3.range(last + 1).map((i) => ({ colour: fill(i), text: said(i) })),
    };
  }

  return { VIEWS, first: audience ? audience.value : "world", polygons, projection, height, scale, roundTrips };
})();
