//! What form a text is in, by what it holds.

use super::columns::is_rum;
use super::json::{Json, Members};
use super::options::Form;
use super::text::Text;
use super::{fping, ping_line, prometheus};
use crate::basis::error::{Error, Result};
use crate::world::ingest::table::Table;

/// How many lines are looked at before a text that shows nothing is given up.
const LINES: usize = 2000;

/// The form that the content shows.
pub(super) fn form_of(text: &Text) -> Result<Form> {
    let found = match text.body().trim_start().as_bytes().first() {
        Some(b'{') if fping::is_json(text) => Some(Form::Fping),
        Some(b'{' | b'[') if !is_fping_stamp(text) => of_json(text)?,
        _ => of_lines(text),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = Form::ALL.into_iter().map(Form::name).collect();
        let message = format!("`{}` is in no form that is known", text.name());
        Error::input(message).hint(format!("say which it is: --as {}", names.join("|")))
    })
}

/// `fping` with -D or -Q puts the time of day in brackets first, as a list in JSON would begin; so does `ping -D`.
fn is_fping_stamp(text: &Text) -> bool {
    let first = text.lines().find(|line| !line.text.trim().is_empty());
    first.is_some_and(|line| fping::stamped(line.text.trim()).is_some())
}

fn of_json(text: &Text) -> Result<Option<Form>> {
    let Some(first) = Json::first(text) else {
        // A line of Prometheus may begin with a name in brackets.
        if text
            .lines()
            .take(LINES)
            .any(|line| prometheus::is_line(line.text))
        {
            return Ok(Some(Form::Prometheus));
        }
        // Whatever it was to be, it is not sound: the reader's own words say where.
        Json::values(text)?;
        return Ok(None);
    };
    let item = if first.is_array() {
        first.items()?.into_iter().next()
    } else {
        Some(first)
    };
    let Some(item) = item.filter(Json::is_object) else {
        return Ok(None);
    };
    let members = item.members()?;
    Ok(of_members(&members, first.is_array()))
}

fn of_members(members: &Members<'_>, listed: bool) -> Option<Form> {
    if members.has("prb_id") || members.has("msm_id") {
        return Some(Form::Atlas);
    }
    if listed {
        return None;
    }
    let is_point = |kind: &str| kind == "Point" || kind == "Metric";
    if members
        .word("type")
        .ok()
        .flatten()
        .is_some_and(|kind| is_point(&kind))
    {
        return Some(Form::K6);
    }
    let inner = |name: &str, member: &str| {
        let inner = members.get(name).and_then(|value| value.members().ok());
        inner.is_some_and(|inner| inner.has(member))
    };
    if members.has("resourceMetrics") {
        Some(Form::Otlp)
    } else if inner("log", "entries") {
        Some(Form::Har)
    } else if members.has("metrics") || inner("results", "metrics") {
        Some(Form::K6)
    } else if members.has("status") && (inner("data", "resultType") || members.has("errorType")) {
        Some(Form::Prometheus)
    } else {
        let is_told = members.has("metadata") && members.has("data");
        (is_told || is_square(members)).then_some(Form::Cloudping)
    }
}

/// Whether `data` holds objects by name, as the API of cloudping does.
fn is_square(members: &Members<'_>) -> bool {
    let data = members.get("data").and_then(|data| data.members().ok());
    data.is_some_and(|data| data.iter().all(|(_, row)| row.is_object()))
}

fn of_lines(text: &Text) -> Option<Form> {
    let lines = || text.lines().take(LINES).map(|line| line.text);
    // A line of fping may begin with a host called as one likes, so the others are asked first.
    if lines().any(prometheus::is_line) {
        return Some(Form::Prometheus);
    }
    if lines().any(ping_line::is_line) {
        return Some(Form::Ping);
    }
    if lines().any(fping::is_line) {
        return Some(Form::Fping);
    }
    of_header(lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?)
}

fn of_header(line: &str) -> Option<Form> {
    let Ok(table) = Table::parse("", line.to_owned()) else {
        // Its reader tells what separates the columns, and what should.
        return line.contains([';', '\t', '|']).then_some(Form::Csv);
    };
    let headers = table.headers();
    if table.has("metric_name") && table.has("metric_value") {
        return Some(Form::K6);
    }
    if is_rum(headers) {
        return Some(Form::Rum);
    }
    // One column is a table when its name could be one.
    let word = |header: &String| header.len() <= 40 && !header.trim().contains("  ");
    (headers.len() > 1 || headers.first().is_some_and(word)).then_some(Form::Csv)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Option<Form> {
        form_of(&Text::of("x", text.as_bytes()).unwrap()).ok()
    }

    #[test]
    fn every_form_is_known_by_what_it_holds() {
        let cases = [
            (
                "\n64 bytes from 192.0.2.1: icmp_seq=1 ttl=53 time=14.3 ms",
                Form::Ping,
            ),
            (
                "[1700000000.5] 64 bytes from 192.0.2.1: icmp_seq=1 ttl=53 time=14.3 ms",
                Form::Ping,
            ),
            (
                "[1700000000.5] a : [0], 64 bytes, 14.3 ms (14.3 avg, 0% loss)",
                Form::Fping,
            ),
            ("a is alive (14.3 ms)", Form::Fping),
            (
                "[12:30:01]\na : xmt/rcv/%loss = 5/4/20%, min/avg/max = 1/2/3",
                Form::Fping,
            ),
            ("{\"resp\": {\"host\": \"a\", \"rtt\": 14.3}}", Form::Fping),
            ("Antwort von 2001:db8::1: Zeit=31ms\n", Form::Ping),
            (" [{\"prb_id\":1}]", Form::Atlas),
            ("{\"msm_id\":1}\n{\"msm_id\":1}", Form::Atlas),
            ("{\"metadata\":{},\"data\":{}}", Form::Cloudping),
            ("{\"data\":{\"a\":{\"b\":1}}}", Form::Cloudping),
            (
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
                Form::Prometheus,
            ),
            (
                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"x\"}",
                Form::Prometheus,
            ),
            ("{\"x.y_bucket\",le=\"1\"} 1", Form::Prometheus),
            ("{\"type\":\"Metric\",\"data\":{}}", Form::K6),
            ("{\"root_group\":{},\"metrics\":{}}", Form::K6),
            ("{\"results\":{\"metrics\":[]}}", Form::K6),
            ("metric_name,timestamp,metric_value\n", Form::K6),
            ("{\"resourceMetrics\":[]}", Form::Otlp),
            ("{\"log\":{\"entries\":[]}}", Form::Har),
            (
                "# HELP x y\n# TYPE x histogram\nx_bucket{le=\"1\"} 1",
                Form::Prometheus,
            ),
            ("region,p50_ms,count\n", Form::Rum),
            ("from,to,p50_ms\n", Form::Csv),
            ("rtt_ms\n1\n", Form::Csv),
            ("# made by me\na;b\n", Form::Csv),
        ];
        for (text, wanted) in cases {
            assert_eq!(form(text), Some(wanted), "{text}");
        }
        for text in [
            "[]",
            "[1,2]",
            "{}",
            "{\"a\":1}",
            "{\"log\": 1}",
            "{\"data\":[1]}",
            "{\"data\":{\"a\":1}}",
        ] {
            assert_eq!(form(text), None, "{text}");
        }
    }
}
