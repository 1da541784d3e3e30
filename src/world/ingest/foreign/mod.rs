//! Measurements as other tools write them, read into pairs of places and their times.
//!
//! One file a form; what every form needs stands before them. A reader says what it took a file for, never guesses a
//! unit, and points at the line of what it cannot read.
//!
//! ```
//! use isochrone::world::ingest::foreign::{Figures, ImportOptions, read_foreign};
//! let text = b"eu.example.net : 31.2 - 29.8\n";
//! let options = ImportOptions {
//!     from: Some("dublin".into()),
//!     ..ImportOptions::default()
//! };
//! let read = read_foreign("fping.txt", text, &options).unwrap();
//! assert_eq!(read.read_as, "fping -C -q, 2 replies, 1 lost");
//! let pair = &read.pairs[0];
//! assert_eq!((pair.from.as_str(), pair.to.as_str(), pair.lost), ("dublin", "eu.example.net", 1));
//! assert!(matches!(&pair.figures, Figures::Samples(times) if times.len() == 2));
//! ```

mod unit;

mod text;

mod json;

mod histogram;

mod measured;

mod options;

mod gather;

mod ping_line;

mod ping;

mod fping;

mod atlas;

mod cloudping;

mod labels;

mod k6;

mod otlp;

mod prometheus;

mod har;

mod columns;

mod sheet;

mod sniff;

mod names;

mod combine;

mod plain;

pub use combine::{Combined, combine, combine_by_host};
pub use histogram::{Bucket, Histogram};
pub use measured::{Figures, Measured, Quantiles, Summary};
pub use names::Names;
pub use options::{Form, ImportOptions, Imported};
pub use plain::{Plain, plain_csv};
pub use unit::Unit;

use crate::basis::error::Result;
use gather::Gather;
use text::Text;

/// Reads the bytes of a file called `name` in messages, in the form that [`ImportOptions::form`] says or its content
/// shows.
///
/// # Errors
/// When there are too many bytes, or they are no text; when no form fits or a unit is not said; when what it holds
/// cannot be a time or stands against itself. Problems point at line and column.
pub fn read_foreign(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<Imported> {
    let text = Text::of(name, bytes)?;
    let form = match options.form {
        Some(form) => form,
        None => sniff::form_of(&text)?,
    };
    let mut gather = Gather::new(options);
    let label = match form {
        Form::Ping => Ok(ping::read(&text, &mut gather)),
        Form::Fping => Ok(fping::read(&text, &mut gather)),
        Form::Atlas => atlas::read(&text, &mut gather),
        Form::Cloudping => cloudping::read(&text, &mut gather),
        Form::K6 => k6::read(&text, &mut gather),
        Form::Otlp => otlp::read(&text, &mut gather),
        Form::Prometheus => prometheus::read(&text, &mut gather),
        Form::Har => har::read(&text, &mut gather),
        Form::Csv | Form::Rum => sheet::read(&text, form, &mut gather),
    };
    gather.finish(&text, form, label)
}
