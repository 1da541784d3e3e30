//! Results of RIPE Atlas: JSON, a list or an object a line, of measurements of the type ping; others are left aside.
//!
//! Source: RIPE Atlas, measurement result format, versions 4400 to 5000: `prb_id`, `dst_name`, `dst_addr` (earlier
//! `name`, `addr`), and in `result` for each packet `rtt` in ms, `x` when no answer came, or `error`.

use std::collections::BTreeMap;

use super::gather::{Ends, Gather, Label};
use super::json::{Json, Members};
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::Result;
use crate::basis::units;

/// Names of the target, the one that people gave it first.
const TARGETS: [&str; 4] = ["dst_name", "name", "dst_addr", "addr"];

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let mut results = 0;
    let mut others: BTreeMap<String, u64> = BTreeMap::new();
    let mut first = None;
    for value in Json::values(text)? {
        let items = if value.is_array() {
            value.items()?
        } else {
            vec![value]
        };
        for item in items {
            let read = one(item, gather);
            if let Some(Some(kind)) = gather.problems.keep(read) {
                *others.entry(kind).or_default() += 1;
                first.get_or_insert(item);
            } else {
                results += 1;
            }
        }
    }
    if let Some(first) = first {
        let told: Vec<String> = others.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let told = told.join(", ");
        if results == 0 {
            let error = first.wrong(format!(
                "no result is of the type ping, the one that is read: {told}"
            ));
            return Err(
                error.hint("ask for a measurement of the type ping: its packets have a round trip each")
            );
        }
        gather.note(format!("results of other types than ping are left out: {told}"));
    }
    Ok(Label::new(
        format!("RIPE Atlas ping ({})", units::counted(results, "result")),
        "replies",
    ))
}

/// Reads a result, or tells its type when that is another one.
fn one(item: Json<'_>, gather: &mut Gather) -> Result<Option<String>> {
    let result = item.members()?;
    let kind = result.get("type").or_else(|| result.get("msm_name"));
    let kind = kind.map_or(Ok("without a type".into()), |kind| kind.text())?;
    if !kind.eq_ignore_ascii_case("ping") {
        return Ok(Some(kind.to_lowercase()));
    }
    let from = match gather.options.column("from") {
        Some(name) => result.word(name)?,
        None => result.word("prb_id")?,
    };
    let to = match gather.options.column("to") {
        Some(name) => result.word(name)?,
        None => target(&result)?,
    };
    let ends = Ends {
        from: from.as_deref(),
        to: to.as_deref(),
    };
    for packet in result.need("result")?.items()? {
        packet_of(packet, ends, gather)?;
    }
    Ok(None)
}

fn target(result: &Members<'_>) -> Result<Option<String>> {
    for name in TARGETS {
        if let Some(target) = result.word(name)?.filter(|target| !target.is_empty()) {
            return Ok(Some(target));
        }
    }
    Ok(None)
}

fn packet_of(packet: Json<'_>, ends: Ends<'_>, gather: &mut Gather) -> Result<()> {
    let said = packet.members()?;
    if said.has("dup") {
        gather.note("replies that came twice are left out");
    } else if let Some(rtt) = said.get("rtt") {
        gather.number(ends, rtt.number()?, Unit::Millis, || rtt.place());
    } else if said.has("x") || said.has("error") {
        if said.has("error") {
            gather.note("packets that a probe could not send count as lost");
        }
        gather.lost(ends, 1, || packet.place());
    } else {
        return Err(packet.must("have `rtt`, `x` or `error`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::world::ingest::foreign::{Form, ImportOptions, Imported, read_foreign};

    fn read(text: &str) -> crate::basis::error::Result<Imported> {
        let options = ImportOptions {
            form: Some(Form::Atlas),
            ..ImportOptions::default()
        };
        read_foreign("a.json", text.as_bytes(), &options)
    }

    const ONE: &str = r#"{"fw":5080,"type":"ping","prb_id":1001,"dst_name":"a.example","dst_addr":"192.0.2.1",
        "result":[{"rtt":12.5},{"x":"*"},{"rtt":13.25,"dup":1},{"error":"connect failed"}]}"#;

    #[test]
    fn a_list_and_an_object_a_line_say_the_same() {
        let list = read(&format!("[{ONE},{ONE}]")).unwrap();
        let one_line = ONE.replace('\n', "");
        let lines = read(&format!("{one_line}\n{one_line}\n")).unwrap();
        assert_eq!(list.read_as, "RIPE Atlas ping (2 results), 2 replies, 4 lost");
        assert_eq!(list.read_as, lines.read_as);
        let pair = &list.pairs[0];
        assert_eq!((pair.from.as_str(), pair.to.as_str()), ("1001", "a.example"));
    }

    #[test]
    fn results_of_other_types_are_left_out_and_counted() {
        let trace = r#"{"type":"traceroute","prb_id":1,"result":[{"hop":1,"result":[{"rtt":0.5}]}]}"#;
        let dns = r#"{"msm_name":"Dns","prb_id":2,"result":{"rt":31.2}}"#;
        let mixed = read(&format!("[{trace},{ONE},{dns},{trace}]")).unwrap();
        assert_eq!(mixed.read_as, "RIPE Atlas ping (1 result), 1 reply, 2 lost");
        assert_eq!(mixed.pairs.len(), 1);
        let note = "results of other types than ping are left out: 1 dns, 2 traceroute";
        assert!(mixed.notes.iter().any(|told| told == note), "{:?}", mixed.notes);
        let none = read(&format!("[{trace},{dns}]")).unwrap_err().to_string();
        assert_eq!(
            none,
            "a.json:1:2: no result is of the type ping, the one that is read: 1 dns, 1 traceroute"
        );
        let broken = read(&format!(r#"[{trace},{{"type":"ping","result":[{{"rtt":-1}}]}}]"#)).unwrap_err();
        assert!(broken.to_string().contains("must not be negative"), "{broken}");
    }

    #[test]
    fn odd_packets_are_refused() {
        let odd = read(r#"[{"type":"ping","result":[{"late":1}]}]"#)
            .unwrap_err()
            .to_string();
        assert!(odd.starts_with("a.json:1:27: the value must have `rtt`"), "{odd}");
        let negative = read(r#"[{"type":"ping","result":[{"rtt":-1}]}]"#)
            .unwrap_err()
            .to_string();
        assert_eq!(
            negative,
            "a.json:1:34: the time must not be negative, found -1 ms"
        );
    }
}
