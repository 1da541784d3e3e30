//! `isochrone init`: a commented scenario to start from.

use crate::basis::error::Error;
use crate::cli::args::{InitArgs, Template};
use crate::cli::atomic::Target;
use crate::cli::exit::{Ending, Exit};
use crate::cli::input::is_dash;
use crate::cli::settings::Settings;
use crate::design::scenario::{TemplateKind, init_template};

/// Writes the template to a file that is not there yet, or to stdout.
///
/// # Errors
/// When the file exists already, or cannot be written.
pub fn run(args: &InitArgs, settings: &Settings) -> Ending {
    let text = init_template(kind(args.template));
    if is_dash(&args.file) {
        settings.out.data(text.as_bytes())?;
        return Ok(Exit::Done);
    }
    let shown = args.file.display();
    if args.file.exists() && !args.force {
        let error = Error::output(format!("`{shown}` exists already"));
        return Err(error.hint("name another file, or replace it with --force").into());
    }
    Target::probe(&args.file)?.write(text.as_bytes())?;
    settings
        .out
        .note(&format!("wrote {shown}; next: isochrone check {shown}"));
    Ok(Exit::Done)
}

fn kind(template: Template) -> TemplateKind {
    match template {
        Template::Web => TemplateKind::Web,
        Template::Database => TemplateKind::Database,
        Template::GlobalApi => TemplateKind::GlobalApi,
        Template::ActiveActive => TemplateKind::ActiveActive,
    }
}
