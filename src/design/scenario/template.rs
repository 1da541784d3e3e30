//! Scenarios to start from.

/// What sort of system a template describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateKind {
    /// Pages for a worldwide audience, a few round trips each.
    Web,
    /// An application whose database stays where it is.
    Database,
    /// An API that is called from everywhere, one round trip a call.
    GlobalApi,
    /// A design with everything in it: classes, CDN, routing, stores, residency, cuts.
    ActiveActive,
}

impl TemplateKind {
    /// All of them.
    pub const ALL: [TemplateKind; 4] = [
        TemplateKind::Web,
        TemplateKind::Database,
        TemplateKind::GlobalApi,
        TemplateKind::ActiveActive,
    ];

    /// The name used in flags.
    pub fn name(self) -> &'static str {
        match self {
            TemplateKind::Web => "web",
            TemplateKind::Database => "database",
            TemplateKind::GlobalApi => "global-api",
            TemplateKind::ActiveActive => "active-active",
        }
    }
}

/// A commented scenario that passes the check as it stands.
///
/// ```
/// use isochrone::design::scenario::{Scenario, TemplateKind, init_template};
/// use isochrone::world::catalog::Catalog;
/// let text = init_template(TemplateKind::Web);
/// assert!(text.starts_with("#:schema ./scenario.schema.json\n"));
/// let scenario = Scenario::parse("web.toml", text, "".as_ref(), &[], &Catalog::embedded()).unwrap();
/// assert!(scenario.warnings.is_empty());
/// ```
pub fn init_template(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::Web => include_str!("template/web.toml"),
        TemplateKind::Database => include_str!("template/database.toml"),
        TemplateKind::GlobalApi => include_str!("template/global-api.toml"),
        TemplateKind::ActiveActive => include_str!("template/active-active.toml"),
    }
}
