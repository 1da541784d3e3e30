//! Results of RIPE Atlas: JSON, a list or an object a line, of measurements of the type ping.
//!
//! Source: RIPE Atlas, measurement result format, versions 4400 to 5000: `prb_id`, `dst_name`, `dst_addr` (earlier
//! `name`, `addr`), and in `result` for each packet `rtt` in ms, `x` when no answer came, or `error`.

use super::gather::{Ends, Gather, Label};
use super::json::{Json, Members};
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::Result;

/// Names of the target, the one that people gave it first.
const TARGETS: [&str; 4] = ["dst_name", "name", "dst_addr", "addr"];

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let mut results: u64 = 0;
    for value in Json::values(text)? {
        let items = if value.is_array() {
            value.items()?
        } else {
            vec![value]
        };
        for item in items {
            results += 1;
            let read = one(item, gather);
            gather.problems.keep(read);
        }
    }
    Ok(Label::new(
        format!("RIPE Atlas ping ({results} results)"),
        "replies",
    ))
}

fn one(item: Json<'_>, gather: &mut Gather) -> Result<()> {
    let result = item.members()?;
    let kind = result.get("type").or_else(|| result.get("msm_name"));
    let kind = kind.map_or(Ok("without a type".into()), |kind| kind.text())?;
    if !kind.eq_ignore_ascii_case("ping") {
        let error = item.wrong(format!("a result of RIPE Atlas of the type {kind} is not read"));
        return Err(error.hint("only the type ping is: its packets have a round trip each"));
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
    Ok(())
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
    fn other_types_and_odd_packets_are_refused_by_name() {
        let trace = read(r#"[{"type":"traceroute","prb_id":1}]"#)
            .unwrap_err()
            .to_string();
        assert_eq!(
            trace,
            "a.json:1:2: a result of RIPE Atlas of the type traceroute is not read"
        );
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
