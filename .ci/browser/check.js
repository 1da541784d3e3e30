// Opens pages in Chromium, from disk and without a network, and checks what a reader gets.
//
//   node check.js SHOTS PAGE.html[=REPORT.json]...
//
// A report beside its page (the same name in .json) is what the page's numbers are held against. Pictures of the pages
// go to the folder SHOTS.

import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { rankingCells, verdictNames } from "./expected.js";
import { contrast, structure } from "./reading.js";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
const MOST_BYTES = 3_000_000;

const [shots, ...named] = process.argv.slice(2);
if (!shots || named.length === 0) throw new Error("usage: node check.js SHOTS PAGE.html[=REPORT.json]...");
fs.mkdirSync(shots, { recursive: true });

const failures = [];
let checks = 0;

function check(what, holds, seen = "") {
  checks += 1;
  if (!holds) failures.push(`${what}${seen === "" ? "" : `: ${JSON.stringify(seen)}`}`);
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

// A page that tells of every error and of every request but that for itself.
async function open(file, options) {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const name = path.basename(file);
  const url = pathToFileURL(file).href;
  page.on("console", (line) => check(`${name}: console`, line.type() !== "error" && line.type() !== "warning", line.text()));
  page.on("pageerror", (error) => check(`${name}: script`, false, String(error.stack).slice(0, 400)));
  page.on("dialog", (dialog) => {
    check(`${name}: dialog`, false, dialog.message());
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const own = request.url().split("#")[0] === url || request.url().startsWith("data:");
    check(`${name}: request`, own, request.url());
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await settled(page);
  return page;
}

// Charts are drawn after the page is laid out.
async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60))));
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// ------------------------------------------------------------------------------------------------------------- desktop

async function onDesktop(file, report) {
  const name = path.basename(file, ".html");
  const page = await open(file, { viewport: DESKTOP, colorScheme: "light" });
  check(`${name}: the page scrolls sideways`, (await overflow(page)) <= 0, await overflow(page));
  for (const problem of await page.evaluate(structure)) check(`${name}: ${problem}`, false);
  for (const problem of await page.evaluate(contrast)) check(`${name}: light: ${problem}`, false);
  await page.screenshot({ path: path.join(shots, `${name}-desktop-light.png`), fullPage: true });
  await answers(page, name, report);
  if (report.sets.length > 0) {
    await numbers(page, name, report);
    if (report.sets.length > 1) {
      await sorts(page, name, report);
      await filters(page, name, report);
      await chooses(page, name, report);
    }
    await loses(page, name, report);
    await hovers(page, name);
  }
  await switchesTheme(page, name);
  await page.screenshot({ path: path.join(shots, `${name}-desktop-dark.png`), fullPage: true });
  await prints(page, name, report);
  await page.context().close();
}

// The first screen says which set, and how sure.
async function answers(page, name, report) {
  const verdict = page.locator("#verdict");
  const box = await verdict.boundingBox();
  check(`${name}: the answer is on the first screen`, box !== null && box.y + box.height < DESKTOP.height, box);
  const shown = await verdict.innerText();
  for (const set of verdictNames(report)) check(`${name}: the answer names ${set}`, shown.includes(set), shown);
}

async function numbers(page, name, report) {
  const headers = await page.locator("#sets thead th").evaluateAll((all) => all.map((it) => it.textContent.trim()));
  const rows = await page.locator("#sets tbody tr").evaluateAll((lines) =>
    lines.map((line) => [Number(line.dataset.set), [...line.cells].map((cell) => cell.firstChild?.textContent.trim() ?? "")]),
  );
  check(`${name}: a row for every set`, rows.length === report.sets.length, rows.length);
  for (const [set, cells] of rows) {
    for (const [header, wanted] of rankingCells(report, report.sets[set])) {
      const at = headers.indexOf(header);
      check(`${name}: column ${header}`, at >= 0, headers);
      check(`${name}: set ${set}, ${header}: ${wanted}`, cells[at] === wanted, cells[at]);
    }
  }
}

const shownKeys = (page, column) =>
  page.locator("#sets tbody tr").evaluateAll((lines, at) => lines.map((line) => line.cells[at].dataset.key), column);

async function sorts(page, name, report) {
  const headers = page.locator("#sets thead th");
  const n = await headers.count();
  for (let column = n - 1; column >= 0; column -= 1) {
    const header = headers.nth(column);
    for (const wanted of ["ascending", "descending"]) {
      await header.locator("button").focus();
      await page.keyboard.press("Enter");
      const said = await header.getAttribute("aria-sort");
      check(`${name}: column ${column} says ${wanted}`, said === wanted, said);
      if ((await header.getAttribute("data-kind")) !== "number") continue;
      const keys = (await shownKeys(page, column)).filter((key) => key !== undefined).map(Number);
      const ordered = keys.every((key, i) => i === 0 || (said === "ascending" ? keys[i - 1] <= key : keys[i - 1] >= key));
      check(`${name}: column ${column} is ${said}`, ordered, keys);
    }
  }
  const sorted = await page.locator("#sets thead th[aria-sort]").count();
  check(`${name}: one column is sorted`, sorted === 1, sorted);
  while ((await headers.first().getAttribute("aria-sort")) !== "ascending") await headers.first().locator("button").click();
  const first = await page.locator("#sets tbody tr").first().getAttribute("data-set");
  check(`${name}: the best comes first again`, report.sets[first].rank === Math.min(...report.sets.map((it) => it.rank)), first);
}

async function filters(page, name, report) {
  const shown = () => page.locator("#sets tbody tr:not([hidden])").evaluateAll((all) => all.map((it) => Number(it.dataset.set)));
  if (await page.locator(".more").isVisible()) await page.locator(".more").click();
  check(`${name}: all sets are shown`, (await shown()).length === report.sets.length, await shown());
  const region = report.sets[0].regions[0];
  await page.locator("#filter-region").selectOption(region);
  const holding = report.sets.flatMap((set, i) => (set.regions.includes(region) ? [i] : []));
  const left = [...(await shown())].sort((a, b) => a - b);
  check(`${name}: sets with ${region}`, JSON.stringify(left) === JSON.stringify(holding), left);
  await page.locator("#filter-region").selectOption("");
  await page.locator("#filter-text").fill("no set is called so");
  check(`${name}: nothing is left`, (await shown()).length === 0);
  check(`${name}: that is said`, (await page.locator(".count").innerText()).startsWith("0 of"));
  await page.locator("#filter-text").fill("");
  const size = report.sets[0].regions.length;
  await page.locator("#filter-size").selectOption(String(size));
  check(`${name}: sets of ${size}`, (await shown()).every((i) => report.sets[i].regions.length === size));
  await page.locator("#filter-size").selectOption("");
  const kept = page.locator("#filter-kept");
  if ((await kept.count()) > 0) {
    await kept.check();
    const all = report.sets.flatMap((set) => set.targets);
    const missing = (await shown()).filter((i) => report.sets[i].targets.some((it) => it.outcome !== "met"));
    check(`${name}: only sets that keep their promises (${all.length})`, missing.length === 0, missing);
    await kept.uncheck();
  }
  check(`${name}: all sets are back`, (await shown()).length === report.sets.length);
}

async function chooses(page, name, report) {
  const last = report.sets.length - 1;
  await page.locator(`#sets input[name=set][value="${last}"]`).focus();
  await page.keyboard.press("Space");
  await settled(page);
  const state = await page.evaluate(() => Isochrone.state.set);
  check(`${name}: the set is chosen by keyboard`, state === last, state);
  check(`${name}: the bar follows`, (await page.locator("#control-set").inputValue()) === String(last));
  await page.locator("#control-set").selectOption("0");
  await settled(page);
  check(`${name}: the ranking follows`, await page.locator('#sets input[name=set][value="0"]').isChecked());
}

async function loses(page, name, report) {
  const chosen = await page.evaluate(() => Isochrone.state.set);
  const losses = report.sets[chosen].recovery?.losses ?? [];
  const list = page.locator("#control-loss");
  check(`${name}: losses are offered where there are some`, (await list.isVisible()) === losses.length > 0);
  if (losses.length === 0) return;
  await list.selectOption("0");
  await settled(page);
  check(`${name}: the loss is chosen`, (await page.evaluate(() => Isochrone.state.loss)) === 0);
  await list.selectOption("");
  await settled(page);
}

// The pointer passes over the middle of every chart, and the keyboard over every control.
async function hovers(page, name) {
  const charts = page.locator("#charts figure svg");
  for (let i = 0; i < Math.min(await charts.count(), 20); i += 1) {
    const chart = charts.nth(i);
    if (!(await chart.isVisible())) continue;
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
  }
  for (const table of await page.locator("#charts details").all()) {
    if (!(await table.isVisible())) continue;
    await table.locator("summary").first().click();
    // The table is made when it is opened.
    const row = table.locator("tbody tr").first();
    const made = await row.waitFor({ state: "attached", timeout: 5000 }).then(() => true, () => false);
    check(`${name}: a chart is also a table`, made, await table.innerText());
    await table.locator("summary").first().click();
  }
}

async function switchesTheme(page, name) {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator("#theme").selectOption("dark");
  await settled(page);
  check(`${name}: dark is darker`, (await ground()) !== light && (await ground()) === "rgb(21, 24, 30)", await ground());
  for (const problem of await page.evaluate(contrast)) check(`${name}: dark: ${problem}`, false);
}

// On paper: what the page says, on A4, in light colours even from a dark screen.
async function prints(page, name, report) {
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 718, height: 1000 });
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll("table, figure svg, .cards")]
      .map((it) => [it, it.getBoundingClientRect().right, it.closest("#ranking") === null ? 718 : 1047])
      .filter(([, right, room]) => right > room + 1)
      .map(([it, right]) => `${it.tagName} ${it.closest("section").id} ${(it.caption ?? it).textContent.slice(0, 40)} ${right}`),
  );
  // Words of the hostile page are longer than any line.
  check(`${name}: nothing is cut on paper`, cut.length === 0 || name === "hostile", cut);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: null });
  await page.setViewportSize(DESKTOP);
  const file = path.join(shots, `${name}.pdf`);
  await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });
  const pages = text.split("\f").length - 1;
  check(`${name}: pages on paper`, pages > 0 && pages < 60, pages);
  const words = (it) => it.replace(/\s+/g, " ");
  for (const set of verdictNames(report)) check(`${name}: the print names ${set}`, words(text).includes(words(set)));
  check(`${name}: the print has its sections`, text.includes("Recommendation") && text.includes("Provenance"));
  check(`${name}: what folds is printed`, report.provenance.data.length === 0 || text.includes(report.provenance.data[0].digest));
}

// --------------------------------------------------------------------------------------------------------------- others

async function onAPhone(file) {
  const name = path.basename(file, ".html");
  for (const scheme of ["light", "dark"]) {
    const page = await open(file, { viewport: PHONE, colorScheme: scheme, hasTouch: true, isMobile: true });
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll("body *")]
        .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && it.closest(".scroll, .spoken") === null)
        .slice(0, 5)
        .map((it) => `${it.tagName}.${it.getAttribute("class")}`),
    );
    check(`${name}: ${scheme}: fits 360 px`, (await overflow(page)) <= 0, [await overflow(page), wide]);
    await page.screenshot({ path: path.join(shots, `${name}-phone-${scheme}.png`), fullPage: true });
    await page.context().close();
  }
}

async function withoutScripts(file, report) {
  const name = path.basename(file, ".html");
  const page = await open(file, { viewport: DESKTOP, javaScriptEnabled: false });
  check(`${name}: without scripts: ranking`, (await page.locator("#sets tbody tr").count()) === report.sets.length);
  const shown = await page.locator("#verdict").innerText();
  for (const set of verdictNames(report)) check(`${name}: without scripts the answer names ${set}`, shown.includes(set), shown);
  await page.context().close();
}

async function byKeyboard(file) {
  const name = path.basename(file, ".html");
  const page = await open(file, { viewport: DESKTOP });
  await page.keyboard.press("Tab");
  check(`${name}: the first stop skips to the answer`, await page.evaluate(() => document.activeElement.matches(".skip")));
  await page.keyboard.press("Enter");
  check(`${name}: and gets there`, await page.evaluate(() => location.hash === "#main"));
  let unseen = 0;
  for (let i = 0; i < 25; i += 1) {
    await page.keyboard.press("Tab");
    unseen += await page.evaluate(() => {
      const it = document.activeElement;
      const style = getComputedStyle(it);
      const label = it.parentElement?.querySelector("input:focus-visible + span");
      const outlined = (of) => of.outlineStyle !== "none" && parseFloat(of.outlineWidth) >= 2;
      return it === document.body || outlined(style) || (label && outlined(getComputedStyle(label))) ? 0 : 1;
    });
  }
  check(`${name}: the focus is always seen`, unseen === 0, unseen);
  await page.context().close();
}

async function hostileTexts(file) {
  const page = await open(file, { viewport: DESKTOP });
  const hit = await page.evaluate(() => window.hit ?? null);
  check("hostile: no text is run", hit === null && (await page.title()) !== "hit", hit);
  check("hostile: no picture is made", (await page.locator("img").count()) === 0);
  await page.context().close();
}

async function all(it) {
  const [file, given] = it.split("=");
  const report = JSON.parse(fs.readFileSync(given ?? file.replace(/\.html$/, ".json"), "utf8"));
  const bytes = fs.statSync(file).size;
  const name = path.basename(file, ".html");
  const since = Date.now();
  check(`${name}: size`, bytes < MOST_BYTES, bytes);
  try {
    await onDesktop(path.resolve(file), report);
    await onAPhone(path.resolve(file));
    await withoutScripts(path.resolve(file), report);
    if (name === "hostile") await hostileTexts(path.resolve(file));
    if (name === "drill") await byKeyboard(path.resolve(file));
  } catch (error) {
    check(`${name}: ${String(error.stack).slice(0, 600)}`, false);
  }
  console.log(`${name}: ${bytes} bytes, ${((Date.now() - since) / 1000).toFixed(1)} s`);
}

// Two at a time: a page waits for the browser about as long as the browser for it.
const waiting = [...named];
async function work() {
  while (waiting.length > 0) await all(waiting.shift());
}
await Promise.all([work(), work()]);
await browser.close();

for (const failure of [...new Set(failures)].slice(0, 60)) console.error(`failed: ${failure}`);
console.log(`${checks} checks, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
