// Names on the map that do not cover each other.
const Labels = (() => {
  const HEIGHT = 14;

  const overlap = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

  function boxAt(x, y, breadth, [dx, dy, anchor]) {
    const left = anchor === "start" ? x + dx : anchor === "end" ? x + dx - breadth : x + dx - breadth / 2;
    const middle = y + dy;
    return { x0: left - 1, x1: left + breadth + 1, y0: middle - HEIGHT / 2, y1: middle + HEIGHT / 2 };
  }

  // Beside the point first, then above and below, then farther off with a line to it.
  function offers() {
    const near = [[10, 0, "start"], [-10, 0, "end"], [0, -15, "middle"], [0, 16, "middle"], [9, -12, "start"], [9, 12, "start"],
      [-9, -12, "end"], [-9, 12, "end"]];
    const far = [26, 40, 56, 74].flatMap((d) => [[14, -d, "start"], [14, d, "start"], [-14, -d, "end"], [-14, d, "end"],
      [0, -d, "middle"], [0, d, "middle"], [d, 0, "start"], [-d, 0, "end"]]);
    return [...near, ...far];
  }

  // `points` are {x, y, text}; `blocked` are boxes to keep away from. Gives each {..., label: {x, y, anchor, far}} or no label where there is no room at all.
  function place(points, width, height, blocked = [], size = 12) {
    const taken = points.map(({ x, y }) => ({ x0: x - 7, x1: x + 7, y0: y - 7, y1: y + 7 })).concat(blocked);
    return points.map((point, own) => {
      const breadth = Draw.textWidth(point.text, size, 600);
      const isFree = (box) =>
        box.x0 > 1 && box.x1 < width - 1 && box.y0 > 1 && box.y1 < height - 1 &&
        taken.every((other, i) => i === own || !overlap(box, other));
      for (const offer of offers()) {
        const box = boxAt(point.x, point.y, breadth, offer);
        if (!isFree(box)) continue;
        taken.push(box);
        const far = Math.hypot(offer[0], offer[1]) > 24;
        return { ...point, label: { x: point.x + offer[0], y: point.y + offer[1], anchor: offer[2], far } };
      }
      return { ...point, label: null };
    });
  }

  return { place };
})();
