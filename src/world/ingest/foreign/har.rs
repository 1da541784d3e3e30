//! Archives of a browser's requests: how long connecting, securing and waiting took, by host.
//!
//! Source: HTTP Archive 1.2, `entries[].timings`: milliseconds, -1 where a part does not apply, `ssl` within `connect`.

use super::gather::{Ends, Gather, Label};
use super::json::{Json, Members};
use super::labels::host_of;
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::{Error, Result};

/// Parts of a request that may be read.
const PARTS: [&str; 3] = ["connect", "ssl", "wait"];

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let part = gather
        .options
        .metric
        .clone()
        .unwrap_or_else(|| PARTS[0].to_owned());
    if !PARTS.contains(&part.as_str()) {
        let error = Error::input(format!("--metric {part} is no part of a request in an archive"));
        return Err(error.hint(format!("say one of {}", PARTS.join(", "))));
    }
    gather.unit_said("an archive", Unit::Millis, text.place(0..0))?;
    let mut reused: u64 = 0;
    let mut entries: u64 = 0;
    for value in Json::values(text)? {
        for entry in value
            .members()?
            .need("log")?
            .members()?
            .need("entries")?
            .items()?
        {
            entries += 1;
            let read = one(entry, &part, gather);
            if gather.problems.keep(read) == Some(false) {
                reused += 1;
            }
        }
    }
    if reused > 0 {
        gather.note(format!(
            "{reused} of {entries} requests have no `{part}` and are left out: their connection was used again"
        ));
    }
    if part == "wait" {
        gather.note("`wait` holds more than the round trip: what the server took is in it");
    }
    Ok(Label::new(
        format!("har {part} (ms by its definition)"),
        "requests",
    ))
}

/// Reads one entry; `false` when it has no such part.
fn one(entry: Json<'_>, part: &str, gather: &mut Gather) -> Result<bool> {
    let members = entry.members()?;
    let url = members.need("request")?.members()?.need("url")?;
    let address = url.text()?;
    let host = host_of(&address).ok_or_else(|| url.must("be a URL with a host"))?;
    let ends = Ends {
        from: None,
        to: Some(host),
    };
    let status = members
        .get("response")
        .map(|response| response.members())
        .transpose()?;
    let status = status.and_then(|response| response.get("status"));
    if status.map_or(Ok(1.0), |status| status.number())? == 0.0 {
        gather.lost(ends, 1, || entry.place());
        return Ok(true);
    }
    let timings = members.need("timings")?.members()?;
    let Some((at, ms)) = timing(&timings, part)? else {
        return Ok(false);
    };
    let ssl = if part == "connect" {
        timing(&timings, "ssl")?
    } else {
        None
    };
    let ms = match ssl {
        Some((_, ssl)) if ssl > ms => {
            return Err(at.wrong(format!(
                "`connect` holds `ssl` and must not lie below it, found {ms} ms below {ssl} ms"
            )));
        }
        Some((_, ssl)) => super::unit::tidy(ms - ssl),
        None => ms,
    };
    // Some browsers write 0 where others write -1.
    if ms == 0.0 && part != "wait" {
        return Ok(false);
    }
    gather.number(ends, ms, Unit::Millis, || at.place());
    Ok(true)
}

fn timing<'t>(timings: &Members<'t>, part: &str) -> Result<Option<(Json<'t>, f64)>> {
    let Some(value) = timings.get(part) else {
        return Ok(None);
    };
    let ms = value.number()?;
    Ok((ms != -1.0).then_some((value, ms)))
}

#[cfg(test)]
mod tests {
    use crate::world::ingest::foreign::{Figures, ImportOptions, Imported, read_foreign};

    fn read(entries: &str, metric: Option<&str>) -> crate::basis::error::Result<Imported> {
        let options = ImportOptions {
            metric: metric.map(str::to_owned),
            ..ImportOptions::default()
        };
        let text = format!(r#"{{"log":{{"version":"1.2","entries":[{entries}]}}}}"#);
        read_foreign("h.har", text.as_bytes(), &options)
    }

    fn entry(connect: &str, ssl: &str, status: &str) -> String {
        format!(
            r#"{{"request":{{"url":"https://a.example/x"}},"response":{{"status":{status}}},
            "timings":{{"connect":{connect},"ssl":{ssl},"wait":50.5,"send":0.1}}}}"#
        )
    }

    #[test]
    fn the_handshake_is_taken_off_and_connections_used_again_are_left_out() {
        let entries = [
            entry("60.5", "30.2", "200"),
            entry("-1", "-1", "200"),
            entry("0", "0", "200"),
            entry("28", "-1", "200"),
            entry("1", "-1", "0"),
        ];
        let read_connect = read(&entries.join(","), None).unwrap();
        let Figures::Samples(times) = &read_connect.pairs[0].figures else {
            panic!()
        };
        assert_eq!(
            times.iter().map(|time| time.ms()).collect::<Vec<_>>(),
            [30.3, 28.0]
        );
        assert_eq!(
            read_connect.read_as,
            "har connect (ms by its definition), 2 requests, 1 lost"
        );
        assert!(read_connect.notes.iter().any(|note| note.starts_with("2 of 5")));
        let wait = read(&entries.join(","), Some("wait")).unwrap();
        assert_eq!(wait.pairs[0].figures.n(), Some(4));
    }

    #[test]
    fn what_stands_against_itself_is_told() {
        let told = read(&entry("10", "20", "200"), None).unwrap_err().to_string();
        assert!(told.contains("h.har:2:"), "{told}");
        assert!(told.contains("found 10 ms below 20 ms"), "{told}");
        assert!(
            read(&entry("-5", "-1", "200"), None)
                .unwrap_err()
                .to_string()
                .contains("not be negative")
        );
        assert!(read("", Some("dns")).unwrap_err().to_string().contains("no part"));
        assert!(
            read("", None)
                .unwrap_err()
                .to_string()
                .contains("holds no measurement")
        );
    }
}
