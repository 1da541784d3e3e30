// Isochrones: bands of equal time around the regions of a set.
//
// Times at places on land are laid on a grid of longitude and latitude. Cells without a place (sea) take the mean of
// their neighbours, so that bands run on to the coast; what lies at sea is cut off by the land.
const Bands = (() => {
  // The shortest time from each place to any of the regions, ms. `regions` are places in the atlas.
  function nearest(reach, regions) {
    const rows = regions.map((region) => reach.regions.indexOf(region)).filter((row) => row >= 0);
    if (rows.length === 0) return null;
    return reach.latitudes.map((_, place) => d3.min(rows, (row) => reach.rtt_p50_ms[row][place]));
  }

  function fromReach(reach, regions) {
    const times = nearest(reach, regions);
    if (!times) return null;
    const points = times.map((ms, i) => ({ latitude: reach.latitudes[i], longitude: reach.longitudes[i], ms, weight: 1 }));
    return grid(points, reach.step_degrees, Infinity);
  }

  // Where a report has no times of places: those of its user groups, no farther than a few cells from any of them.
  function fromUsers(users, times) {
    const points = users
      .map((user, i) => ({ latitude: user.latitude, longitude: user.longitude, ms: times[i], weight: user.share }))
      .filter((it) => Number.isFinite(it.ms));
    return points.length < 3 ? null : grid(points, 2.5, 3);
  }

  function grid(points, step, farthest) {
    const columns = Math.round(360 / step);
    const rows = Math.round(180 / step);
    const sums = new Float64Array(columns * rows);
    const weights = new Float64Array(columns * rows);
    for (const { latitude, longitude, ms, weight } of points) {
      const at = cell(longitude, latitude, step, columns, rows);
      sums[at] += ms * (weight || 1e-12);
      weights[at] += weight || 1e-12;
    }
    const values = Float64Array.from(sums, (sum, i) => (weights[i] > 0 ? sum / weights[i] : NaN));
    const known = values.map((ms) => (Number.isNaN(ms) ? 0 : 1));
    return { step, columns, rows, known, values: spreadOut(values, columns, rows, farthest), sparse: farthest < Infinity };
  }

  function cell(longitude, latitude, step, columns, rows) {
    const x = Math.min(columns - 1, Math.max(0, Math.floor((longitude + 180) / step)));
    const y = Math.min(rows - 1, Math.max(0, Math.floor((latitude + 90) / step)));
    return y * columns + x;
  }

  // Rounds of taking the mean of those neighbours that have one; the world closes at 180°.
  function spreadOut(values, columns, rows, farthest) {
    let now = values;
    for (let round = 0; round < Math.min(farthest, columns); round += 1) {
      const next = now.slice();
      let isOpen = false;
      for (let y = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1) {
          if (!Number.isNaN(now[y * columns + x])) continue;
          const mean = neighbours(now, x, y, columns, rows);
          if (Number.isNaN(mean)) isOpen = true;
          else next[y * columns + x] = mean;
        }
      }
      now = next;
      if (!isOpen) break;
    }
    return now;
  }

  function neighbours(values, x, y, columns, rows) {
    let sum = 0;
    let count = 0;
    for (let dy = -1; dy <= 1; dy += 1) {
      for (let dx = -1; dx <= 1; dx += 1) {
        const row = y + dy;
        if (row < 0 || row >= rows) continue;
        const ms = values[row * columns + ((x + dx + columns) % columns)];
        if (Number.isNaN(ms)) continue;
        sum += ms;
        count += 1;
      }
    }
    return count > 0 ? sum / count : NaN;
  }

  // Areas with more than each limit, as rings of (longitude, latitude), the smallest limit first.
  function areas(it, edges) {
    const high = Array.from(it.values, (ms) => (Number.isNaN(ms) ? -1 : ms));
    const place = ([x, y]) => [
      Math.min(180, Math.max(-180, -180 + x * it.step)),
      Math.min(90, Math.max(-90, -90 + y * it.step)),
    ];
    const contours = d3.contours().size([it.columns, it.rows]).smooth(true);
    return [0, ...edges].map((limit) => {
      const { coordinates } = contours.contour(high, limit);
      return { limit, polygons: coordinates.map((polygon) => polygon.map((ring) => ring.map(place))) };
    });
  }

  // Path of an area in the plane of the map. Points go one by one: the rings stay within ±180°, so nothing wraps.
  function path(area, project) {
    const ring = (points) => `M${points.map((it) => project(it).map((x) => x.toFixed(1)).join(",")).join("L")}Z`;
    return area.polygons.flatMap((polygon) => polygon.map(ring)).join("");
  }

  // Places on the line of a limit where its time can be written: on land, in the frame, far from each other.
  function labelPlaces(it, area, project, width, height, taken) {
    const candidates = [];
    for (const polygon of area.polygons) {
      for (const ring of polygon) {
        if (ring.length < 12) continue;
        for (const point of ring) {
          if (Math.abs(point[0]) > 178 || !it.known[cell(point[0], point[1], it.step, it.columns, it.rows)]) continue;
          const [x, y] = project(point);
          if (x > 24 && x < width - 24 && y > 14 && y < height - 14) candidates.push([x, y]);
        }
      }
    }
    const placed = [];
    while (placed.length < 3) {
      const distance = ([x, y]) => d3.min([...taken, ...placed], ([a, b]) => Math.hypot((x - a) / 1.6, y - b)) ?? 1e6;
      const farthest = d3.greatest(candidates, distance);
      const apart = placed.length === 0 ? 18 : 60;
      if (!farthest || distance(farthest) < apart) break;
      placed.push(farthest);
    }
    return placed;
  }

  return { fromReach, fromUsers, areas, path, labelPlaces, nearest };
})();
