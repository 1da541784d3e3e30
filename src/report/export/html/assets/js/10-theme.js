// Light, dark, or as the system has it. What was chosen lives as long as the page: a file on disk has no storage of its
// own to rely on.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let wanted = "auto";
  let printing = false;

  const resolved = () => (printing ? "light" : wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted);

  function apply() {
    root.dataset.theme = resolved();
    Isochrone.choose({ theme: resolved() });
  }

  function control() {
    const option = (value, label) => Isochrone.make("option", { value }, label);
    const select = Isochrone.make(
      "select", { id: "theme" }, option("auto", "as the system"), option("light", "light"), option("dark", "dark"),
    );
    select.addEventListener("change", () => {
      wanted = select.value;
      apply();
    });
    return Isochrone.make("label", { class: "theme" }, "Colours ", select);
  }

  document.getElementById("tools")?.append(control());
  dark.addEventListener("change", apply);
  // Paper is white, whatever the screen is.
  const print = (starts) => () => {
    printing = starts;
    apply();
  };
  window.addEventListener("beforeprint", print(true));
  window.addEventListener("afterprint", print(false));
  apply();
})();
