//! Which metric is meant, and the ends of a pair out of its labels, attributes or tags.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::Ends;
use super::options::ImportOptions;
use crate::basis::error::{Error, Result};

/// Labels of one series by name.
pub(super) type Labels = BTreeMap<String, String>;

/// Names that can only mean where a request starts, and where it goes.
const FROM: [&str; 3] = ["from", "source", "src"];
const TO: [&str; 6] = [
    "to",
    "target",
    "destination",
    "dst",
    "server.address",
    "net.peer.name",
];

/// The ends that `labels` name: by the label that the user says for `from` or `to`, or one that can mean nothing else.
pub(super) fn ends<'l>(labels: &'l Labels, options: &ImportOptions) -> Ends<'l> {
    let one = |role: &str, known: &[&str]| {
        let label = |name: &str| labels.get(name).map(String::as_str);
        match options.column(role) {
            Some(name) => label(name),
            None => known.iter().find_map(|name| label(name)),
        }
    };
    Ends {
        from: one("from", &FROM),
        to: one("to", &TO),
    }
}

/// The metric that is meant: the one that was named, or the only one.
pub(super) fn choose(file: &str, names: &BTreeSet<&str>, asked: Option<&str>) -> Result<String> {
    let listed = || names.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    match (asked, names.len()) {
        (_, 0) => Err(Error::input(format!("`{file}` holds no histogram"))),
        (Some(asked), _) if names.contains(asked) => Ok(asked.to_owned()),
        (Some(asked), _) => Err(Error::input(format!("`{file}` holds no histogram `{asked}`"))
            .hint(format!("it holds {}", listed()))),
        (None, 1) => Ok(names.iter().copied().collect()),
        (None, n) => Err(Error::input(format!("`{file}` holds {n} histograms"))
            .hint(format!("say which with --metric: {}", listed()))),
    }
}

/// The host of a URL, without its port.
pub(super) fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_stands_between_user_and_port() {
        assert_eq!(host_of("https://me:x@a.example:8443/p?q"), Some("a.example"));
        assert_eq!(host_of("http://[2001:db8::1]:80/"), Some("2001:db8::1"));
        assert_eq!(host_of("https://a.example?x=http://b"), Some("a.example"));
        assert_eq!(host_of("a.example/path"), None);
        assert_eq!(host_of("https://"), None);
    }
}
