// What the page should say, worked out from the report and from nothing of the page.

// The error sets the digits: its first one, or two where the first is a 1.
function digits(error) {
  if (!(error > 0)) return 3;
  const power = Math.floor(Math.log10(error));
  const lead = Math.round(error / 10 ** (power - 1));
  return Math.min(6, Math.max(0, lead < 20 ? 1 - power : -power));
}

// Digits of the number as it is stored, half to even, as the program prints them.
function fixed(value, n) {
  const scaled = Math.abs(value).toFixed(n);
  return value < 0 && /[1-9]/.test(scaled) ? `−${scaled}` : scaled;
}

function figure({ value, sampling }, scale) {
  const half = ((sampling.high - sampling.low) / 2) * scale;
  if (half === 0) return `${fixed(value * scale, 3).replace(/\.?0+$/, "")} ± 0`;
  return `${fixed(value * scale, digits(half))} ± ${fixed(half, digits(half))}`;
}

// Cells of a set that every ranking has.
export function rankingCells(report, set) {
  const { latency } = set;
  const objective = report.question.objective;
  // A set that is listed for another reason than its rank has none.
  const cells = [["#", set.listed_for ? "–" : String(set.rank)]];
  for (const [name, it] of [["p50", latency.p50_ms], ["p95", latency.p95_ms], ["p99", latency.p99_ms]]) {
    if (name !== objective) cells.push([`${name} ms`, figure(it, 1)]);
  }
  return cells;
}

// Names that the answer must have.
export function verdictNames(report) {
  const plain = (name) => name.replace(/[\u202a-\u202e\u2066-\u2069\u0000-\u001f]/g, (c) => (c < " " ? " " : "")).split(/\s{2,}|\u0000/)[0];
  const best = report.sets.find((set) => set.rank === Math.min(...report.sets.map((it) => it.rank)));
  return best ? [plain(best.name).slice(0, 60)] : [];
}
