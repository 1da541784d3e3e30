// The bar above the charts: which set, which loss and which figure all of them show.
(() => {
  const { make, report, state } = Isochrone;

  function select(id, label, options, onChange) {
    const list = make("select", { id }, ...options.map(([value, text]) => make("option", { value }, text)));
    list.addEventListener("change", () => onChange(list.value));
    return { list, box: make("label", { for: id, class: "control" }, `${label} `, list) };
  }

  const sets = report.sets.map((_, i) => [String(i), Isochrone.setLabel(i)]);
  const set = select("control-set", "Set", sets, (value) => Isochrone.choose({ set: Number(value) }));
  const figure = select("control-figure", "Latency", [["p50", "median (p50)"], ["p95", "95th percentile (p95)"]], (value) =>
    Isochrone.choose({ figure: value }),
  );
  const loss = select("control-loss", "Lost", [], (value) => Isochrone.choose({ loss: value === "" ? null : Number(value) }));
  const spoken = make("p", { class: "spoken", role: "status" });

  // Every set has losses of its own.
  function fillLosses() {
    const all = Isochrone.losses(state.set).map((it, i) => [String(i), it.name]);
    const options = [["", "nothing"], ...all].map(([value, text]) => make("option", { value }, text));
    loss.list.replaceChildren(...options);
    loss.box.hidden = all.length === 0;
  }

  function show() {
    set.list.value = String(state.set);
    figure.list.value = state.figure;
    loss.list.value = state.loss === null ? "" : String(state.loss);
  }

  if (report.sets.length === 0) return;
  const bar = make("div", { class: "controls", role: "group", "aria-label": "What the charts show" }, set.box, loss.box, figure.box, spoken);
  document.getElementById("charts").before(bar);
  fillLosses();
  show();
  Isochrone.on((_, changed) => {
    if ("set" in changed) fillLosses();
    show();
    if ("set" in changed) spoken.textContent = `The charts show ${Isochrone.setLabel(state.set)}.`;
  });
})();
