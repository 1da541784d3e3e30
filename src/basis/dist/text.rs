//! Numbers as a reader and as a file want them.

/// Milliseconds for a reader: about three digits that matter, and the unit.
pub(super) fn ms(x: f64) -> String {
    match x.abs() {
        a if a >= 10.0 || a == 0.0 => format!("{x:.1} ms"),
        a if a >= 1.0 => format!("{x:.2} ms"),
        _ => format!("{x:.3} ms"),
    }
}

/// A TOML float, of a finite number, that reads back as the same number.
pub(super) fn float(x: f64) -> String {
    format!("{x:?}")
}

/// A TOML list of what `items` already are as TOML.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(", "))
}
