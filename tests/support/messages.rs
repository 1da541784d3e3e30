//! What is said of scenarios that are wrong.

use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::error::{Problem, Severity};
use isochrone::design::scenario::Scenario;
use isochrone::world::catalog::Catalog;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// A scenario without what stands before it, and what is said of it.
pub(crate) type Case = (&'static str, &'static str);

/// A problem as a user reads it, without its excerpt.
fn rendered(problem: &Problem) -> String {
    let kind = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let hint = problem
        .hint
        .as_ref()
        .map_or(String::new(), |hint| format!("\nhint: {hint}"));
    format!("{kind}: {problem}{hint}")
}

/// Checks each case with `before` in front of it; files that it names lie in `folder`.
pub(crate) fn tell(before: &str, folder: &str, cases: &[Case]) {
    for (text, expected) in cases {
        let whole = format!("{before}{text}");
        let checked = Scenario::check_text("a.toml", &whole, Path::new(folder), &[], &CATALOG);
        let said: Vec<String> = checked.problems.iter().map(rendered).collect();
        assert_eq!(said.join("\n"), expected.trim(), "{text}");
        assert_eq!(checked.scenario.is_none(), checked.errors() > 0, "{text}");
    }
}
