//! Sessions at the command line, as the user sees them: `tests/cmd/*.md`.
//!
//! After a change of wording run `TRYCMD=overwrite cargo test --test cli_sessions` and review the difference.

#[test]
fn sessions() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("ISOCHRONE_CONFIG", "none")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.md");
}
