//! The program as a user starts it, without what the tester's own surroundings say.
#![allow(dead_code, unreachable_pub)]

use std::path::Path;
use std::process::{Child, Command, Output};

/// The program in `folder`, ready to be given arguments.
pub fn tool(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isochrone"));
    command
        .current_dir(folder)
        .env("ISOCHRONE_CONFIG", "none")
        .env_remove("ISOCHRONE_OUTPUT");
    command.env_remove("ISOCHRONE_FORMAT").env("COLUMNS", "100");
    // No test opens a window.
    command.env("BROWSER", "true");
    command
}

/// Runs it to its end.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    tool(folder).args(args).output().unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Presses Ctrl-C.
pub fn press(child: &Child) {
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
}
