//! What the page is made of: its skeleton, its style, its scripts.

/// The skeleton.
pub(super) const PAGE: &str = include_str!("assets/page.html");

/// Colours, layout, print.
pub(super) const STYLE: &str = include_str!("assets/style.css");

/// Libraries, in the order in which they need each other; see `assets/vendor/README.md`.
const VENDOR: [&str; 2] = [
    include_str!("assets/vendor/d3.min.js"),
    include_str!("assets/vendor/plot.umd.min.js"),
];

/// The page's own scripts, in the order of their names.
const OWN: [&str; 21] = [
    include_str!("assets/js/00-base.js"),
    include_str!("assets/js/10-theme.js"),
    include_str!("assets/js/15-controls.js"),
    include_str!("assets/js/20-ranking.js"),
    include_str!("assets/js/25-draw.js"),
    include_str!("assets/js/26-ground.js"),
    include_str!("assets/js/27-bands.js"),
    include_str!("assets/js/28-labels.js"),
    include_str!("assets/js/29-differences.js"),
    include_str!("assets/js/30-map.js"),
    include_str!("assets/js/31-cdf.js"),
    include_str!("assets/js/32-front.js"),
    include_str!("assets/js/33-losses.js"),
    include_str!("assets/js/34-hours.js"),
    include_str!("assets/js/34-sizes.js"),
    include_str!("assets/js/35-breakdown.js"),
    include_str!("assets/js/36-recovery.js"),
    include_str!("assets/js/37-tornado.js"),
    include_str!("assets/js/38-cost.js"),
    include_str!("assets/js/39-matrix.js"),
    include_str!("assets/js/99-start.js"),
];

/// All scripts as elements: one for each library, one for the page's own.
pub(super) fn scripts() -> String {
    let vendor = VENDOR.map(element).concat();
    vendor + &element(&OWN.join("\n"))
}

fn element(script: &str) -> String {
    format!("<script>\n{}\n</script>\n", script.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_or_style_ends_its_own_element() {
        for text in VENDOR.iter().chain(&OWN).chain([&STYLE]) {
            let text = text.to_ascii_lowercase();
            for end in ["</script", "<!--", "</style"] {
                assert!(!text.contains(end), "{end}");
            }
        }
    }

    #[test]
    fn every_script_of_the_folder_is_in_the_page_in_order() {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/export/html/assets/js");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().path())
            .collect();
        names.sort();
        let texts: Vec<String> = names
            .iter()
            .map(|it| std::fs::read_to_string(it).unwrap())
            .collect();
        assert_eq!(texts, OWN);
    }
}
