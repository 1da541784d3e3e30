//! The skeleton of the page, filled in one pass: what goes in is not looked at for places to fill.

/// `template` with each `{{name}}` replaced by what `part` gives for the name; unknown names are left as they are.
pub(super) fn fill<'a>(template: &'a str, part: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let found = after
            .split_once("}}")
            .and_then(|(name, after)| Some((part(name)?, after)));
        if let Some((text, after)) = found {
            page.push_str(text);
            rest = after;
        } else {
            page.push_str("{{");
            rest = after;
        }
    }
    page.push_str(rest);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let part = |name: &str| match name {
            "a" => Some("{{b}}"),
            "b" => Some("wrong"),
            _ => None,
        };
        assert_eq!(fill("x {{a}} {{c}} {{a", part), "x {{b}} {{c}} {{a");
    }
}
