//! The file of a shard: an envelope that knows what it is and whether it is whole, and a body in it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::work::Work;
use crate::basis::digest::digest;
use crate::basis::error::{Error, Result};
use crate::basis::shard::Shard;
use crate::cli::input;
use crate::design::scenario::Scenario;
use crate::report::assemble::SAMPLER_VERSION;
use crate::world::catalog::{Catalog, TableKind};

/// What the envelope calls itself.
const SCHEMA: &str = "isochrone-shard";

/// Raised when older programs cannot read the file.
const SCHEMA_VERSION: u64 = 2;

/// What is in a shard.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Version of the program that made it.
    pub version: String,
    /// Version of its random streams.
    pub sampler: u32,
    /// What was asked: words of a command line.
    pub question: Vec<String>,
    /// The scenario and every file it reads, in the order of reading.
    pub inputs: Vec<Source>,
    /// The data tables in force.
    pub data: Vec<Source>,
    /// Name of the table of latencies that was drawn; none for a sweep, which draws many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<String>,
    /// Which part it is, from 1.
    pub shard: u32,
    /// How many parts there are.
    pub of: u32,
    /// Units of work in all parts.
    pub units: u64,
    /// Units of this part that are done.
    pub done: u64,
    /// Nothing of this part is missing.
    pub complete: bool,
    /// What was found.
    pub work: Work,
}

/// Something that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// As it was named.
    pub name: String,
    /// Digest of its bytes.
    pub digest: String,
}

/// What answers rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The scenario and every file it reads.
    pub inputs: Vec<Source>,
    /// The data tables in force.
    pub data: Vec<Source>,
}

impl Basis {
    /// What a run of `scenario` rests on.
    ///
    /// # Errors
    /// When a table of the user's cannot be read.
    pub fn of(scenario: &Scenario, catalog: &Catalog) -> Result<Self> {
        let inputs = scenario.inputs.iter().map(|file| Source {
            name: file.name.clone(),
            digest: file.digest.clone(),
        });
        let table = |kind: &TableKind| {
            let table = catalog.data_table(*kind)?;
            Ok(Source {
                name: table.name,
                digest: table.digest,
            })
        };
        Ok(Basis {
            inputs: inputs.collect(),
            data: TableKind::ALL.iter().map(table).collect::<Result<_>>()?,
        })
    }

    /// The same and what `other` rests on besides.
    pub fn and(&mut self, other: Basis) {
        for source in other.inputs {
            if !self.inputs.contains(&source) {
                self.inputs.push(source);
            }
        }
        self.data = other.data;
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    schema: &'a str,
    schema_version: u64,
    /// Digest of the body, as it is written here.
    checksum: String,
    body: &'a RawValue,
}

/// The same before anything of it is believed.
#[derive(Deserialize)]
struct Opened<'a> {
    schema: Option<Value>,
    schema_version: Option<Value>,
    checksum: Option<Value>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

impl Body {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Never for what a run can find.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let fault = |error: serde_json::Error| {
            Error::internal(format!("the shard cannot be written as JSON: {error}"))
        };
        let body = serde_json::value::to_raw_value(self).map_err(fault)?;
        let envelope = Envelope {
            schema: SCHEMA,
            schema_version: SCHEMA_VERSION,
            checksum: digest(body.get().as_bytes()),
            body: &body,
        };
        let mut bytes = serde_json::to_vec(&envelope).map_err(fault)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the file at `path`, which this version of the program must have made.
    ///
    /// # Errors
    /// When it is no shard, not whole, edited, or of another version.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_bytes(&input::name(path), &input::read(path)?)
    }

    /// Reads the bytes of a file called `name`.
    ///
    /// # Errors
    /// As [`Body::read`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self> {
        let body: Body = serde_json::from_str(opened(name, bytes)?.get())
            .map_err(|error| Error::input(format!("`{name}` cannot be read as a shard: {error}")))?;
        body.of_this_version(name)?;
        if Shard::new(body.shard, body.of).is_none() {
            return Err(Error::input(format!(
                "`{name}` calls itself shard {} of {}, and there is no such part",
                body.shard, body.of
            )));
        }
        Ok(body)
    }

    /// Which part it is.
    pub fn part(&self) -> Shard {
        Shard::new(self.shard, self.of).unwrap_or(Shard::WHOLE)
    }

    fn of_this_version(&self, name: &str) -> Result<()> {
        let (made, mine) = ((self.version.as_str(), self.sampler), this_version());
        if made == mine {
            return Ok(());
        }
        Err(Error::input(format!(
            "`{name}` was made by isochrone {} (sampler {}), and this is {} (sampler {})",
            made.0, made.1, mine.0, mine.1
        ))
        .hint("merge shards with the version that made them, or make them again"))
    }
}

/// Version of the program, and of its random streams.
pub fn this_version() -> (&'static str, u32) {
    (env!("CARGO_PKG_VERSION"), SAMPLER_VERSION)
}

/// The body of a file that is a shard and whole.
fn opened<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a RawValue> {
    let no_shard = |why: &str| {
        let error = Error::input(format!("`{name}` is not a shard: {why}"));
        error.hint("a shard is what --shard I/N --shard-file FILE writes")
    };
    let opened: Opened<'a> = serde_json::from_slice(bytes).map_err(|error| {
        if error.is_eof() && bytes.starts_with(b"{\"schema\":\"isochrone-shard\"") {
            damaged(name, "it ends before its end: it was cut short")
        } else {
            no_shard("it is not JSON")
        }
    })?;
    match &opened.schema {
        Some(schema) if schema == SCHEMA => {}
        Some(other) => return Err(no_shard(&format!("its `schema` is {other}, not \"{SCHEMA}\""))),
        None => return Err(no_shard("it has no `schema`")),
    }
    match opened.schema_version.as_ref().and_then(Value::as_u64) {
        Some(SCHEMA_VERSION) => {}
        Some(other) => {
            return Err(Error::input(format!(
                "`{name}` has version {other} of the format of shards, and this program knows {SCHEMA_VERSION}"
            )));
        }
        None => return Err(damaged(name, "it does not say its `schema_version`")),
    }
    let (Some(checksum), Some(body)) = (opened.checksum, opened.body) else {
        return Err(damaged(name, "its checksum or its body is missing"));
    };
    let found = digest(body.get().as_bytes());
    if checksum != found {
        let what = format!("its checksum is {checksum} and its contents have \"{found}\": it was edited");
        return Err(damaged(name, &what));
    }
    Ok(body)
}

fn damaged(name: &str, what: &str) -> Error {
    Error::input(format!("`{name}` is damaged: {what}")).hint("make this shard again")
}

/// A shard that was read, with its file.
#[derive(Clone, Debug)]
pub struct Read {
    /// The file.
    pub path: PathBuf,
    /// What is in it.
    pub body: Body,
}

impl Read {
    /// The file as messages name it.
    pub fn name(&self) -> String {
        format!("`{}`", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Body {
        let (version, sampler) = this_version();
        Body {
            version: version.to_owned(),
            sampler,
            question: vec!["search".into(), "a.toml".into()],
            inputs: Vec::new(),
            data: Vec::new(),
            drawn: Some("0".into()),
            shard: 2,
            of: 3,
            units: 7,
            done: 2,
            complete: true,
            work: Work::Replicates(Vec::new()),
        }
    }

    fn refusal(bytes: &[u8]) -> String {
        Body::from_bytes("a.json", bytes).unwrap_err().to_string()
    }

    #[test]
    fn whatever_byte_is_changed_the_file_is_refused() {
        let bytes = body().to_bytes().unwrap();
        assert_eq!(Body::from_bytes("a.json", &bytes).unwrap().part(), body().part());
        for at in 0..bytes.len() - 1 {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(refusal(&other).contains("`a.json`"), "byte {at}");
        }
        for length in 0..bytes.len() - 1 {
            refusal(&bytes[..length]);
        }
        assert!(refusal(&bytes[..bytes.len() / 2]).contains("cut short"));
    }

    #[test]
    fn other_files_and_versions_are_told_apart() {
        assert!(refusal(b"[audience]").contains("not JSON"));
        assert!(refusal(b"{\"a\": 1}").contains("no `schema`"));
        assert!(refusal(b"{\"schema\":\"isochrone-report\"}").contains("\"isochrone-report\""));
        let newer = Body {
            sampler: 99,
            ..body()
        };
        assert!(refusal(&newer.to_bytes().unwrap()).contains("(sampler 99)"));
        let none = Body { shard: 4, ..body() };
        assert!(refusal(&none.to_bytes().unwrap()).contains("shard 4 of 3"));
    }
}
