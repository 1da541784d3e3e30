//! Forms, what a user may say of a file, and what a file became.

use super::measured::Measured;
use super::unit::Unit;

/// A form in which measurements come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table with a row for each time or pair.
    Csv,
    /// Output of `ping`, of whatever system.
    Ping,
    /// Output of `fping`.
    Fping,
    /// Results of RIPE Atlas.
    Atlas,
    /// The API of cloudping.
    Cloudping,
    /// Points or a summary of k6.
    K6,
    /// Histograms of OpenTelemetry in JSON.
    Otlp,
    /// Histograms in Prometheus' text.
    Prometheus,
    /// An archive of a browser's requests.
    Har,
    /// A table of percentiles as real users had them.
    Rum,
}

impl Form {
    /// All forms.
    pub const ALL: [Form; 10] = [
        Form::Csv,
        Form::Ping,
        Form::Fping,
        Form::Atlas,
        Form::Cloudping,
        Form::K6,
        Form::Otlp,
        Form::Prometheus,
        Form::Har,
        Form::Rum,
    ];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Ping => "ping",
            Form::Fping => "fping",
            Form::Atlas => "atlas",
            Form::Cloudping => "cloudping",
            Form::K6 => "k6",
            Form::Otlp => "otlp",
            Form::Prometheus => "prometheus",
            Form::Har => "har",
            Form::Rum => "rum",
        }
    }
}

/// What a user says of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// Its form; by default its content shows it.
    pub form: Option<Form>,
    /// The unit of its times, where it does not say one.
    pub unit: Option<Unit>,
    /// Where its times start, where it does not say so.
    pub from: Option<String>,
    /// Where they go, where it does not say so.
    pub to: Option<String>,
    /// What is called differently: `("from", "client")` takes the column, label, attribute or tag `client` for `from`.
    pub columns: Vec<(String, String)>,
    /// Which of several metrics is meant.
    pub metric: Option<String>,
    /// Whether a column `technology` of a table tells users apart: their name is then `NAME/TECHNOLOGY`.
    pub by_technology: bool,
}

impl ImportOptions {
    /// What the file calls `role`, when the user said so.
    pub(super) fn column(&self, role: &str) -> Option<&str> {
        let found = self.columns.iter().find(|(known, _)| known == role);
        found.map(|(_, column)| column.as_str())
    }
}

/// What a file became.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The file.
    pub name: String,
    /// The form it was read in.
    pub form: Form,
    /// That form in words, with what was counted: `fping -C, 40 replies, 2 lost`.
    pub read_as: String,
    /// Pairs by name.
    pub pairs: Vec<Measured>,
    /// What should be known before it is used.
    pub notes: Vec<String>,
}
