// Run inside a page: what is wrong with it for those who hear it, or do not see well. Each gives a list of problems.

export function structure() {
  const problems = [];
  const shown = (it) => it.closest("[hidden]") === null;
  const words = (it) => (it.textContent ?? "").trim().slice(0, 40);

  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const its = Number(heading.tagName[1]);
    if (its > level + 1) problems.push(`h${its} below h${level}: ${words(heading)}`);
    level = its;
  }
  const count = (selector) => document.querySelectorAll(selector).length;
  for (const [selector, n] of [["h1", 1], ["main", 1], ["body > header", 1], ["body > footer", 1], ["nav[aria-label]", 1]]) {
    if (count(selector) !== n) problems.push(`${count(selector)} of ${selector}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
  for (const id of new Set(ids.filter((it, i) => ids.indexOf(it) !== i))) problems.push(`two of #${id}`);
  for (const it of document.querySelectorAll("[aria-labelledby]")) {
    if (!document.getElementById(it.getAttribute("aria-labelledby"))) problems.push(`no label ${it.getAttribute("aria-labelledby")}`);
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) problems.push(`nothing at ${link.hash}`);
  }
  for (const it of document.querySelectorAll("input, select, button")) {
    const label = it.labels?.[0]?.textContent || it.getAttribute("aria-label") || it.textContent;
    if (shown(it) && !(label ?? "").trim()) problems.push(`no label: ${it.outerHTML.slice(0, 80)}`);
  }
  for (const it of document.querySelectorAll("table")) {
    if (!it.caption?.textContent.trim()) problems.push("a table without caption");
    if (it.querySelector("th") === null) problems.push(`no headers: ${words(it)}`);
  }
  for (const it of document.querySelectorAll("svg")) {
    const hidden = it.closest("[aria-hidden=true]") !== null;
    const named = it.closest("[aria-label], [aria-labelledby]") !== null || it.querySelector("title") !== null;
    if (!hidden && !named) problems.push(`a drawing without a name: ${it.outerHTML.slice(0, 80)}`);
  }
  for (const it of document.querySelectorAll("#charts section")) {
    if (!it.querySelector(".body")?.children.length && !it.querySelector(".absent")) problems.push(`empty: #${it.id}`);
    if (it.querySelector(".body > .absent")) problems.push(`could not be drawn: #${it.id}`);
  }
  for (const it of document.querySelectorAll("svg [d], svg [cx], svg [x], svg [transform]")) {
    const numbers = ["d", "cx", "cy", "x", "y", "width", "height", "transform"].map((key) => it.getAttribute(key) ?? "");
    if (numbers.some((text) => /NaN|undefined|Infinity/.test(text))) problems.push(`no number: ${it.outerHTML.slice(0, 120)}`);
  }
  return problems;
}

// Text against its ground: 4.5, or 3 for large letters (WCAG 2.2, AA).
export function contrast() {
  const channels = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  function colour(text) {
    const [r, g, b, a = 1] = channels(text);
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  }
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  function ground(it) {
    for (let at = it; at !== null; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] === 1) return found;
    }
    return [255, 255, 255, 1];
  }
  const problems = new Set();
  for (const it of document.querySelectorAll("body *")) {
    const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    const box = it.getBoundingClientRect();
    if (!own || box.width < 2 || it.closest("svg, script, style, .skip, .spoken, [hidden]") !== null) continue;
    const style = getComputedStyle(it);
    const [a, b] = [luminance(colour(style.color)), luminance(ground(it))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      problems.add(`contrast ${ratio.toFixed(2)}: ${it.tagName}.${it.getAttribute("class")} ${it.textContent.trim().slice(0, 30)}`);
    }
  }
  return [...problems];
}
