use clap::{Arg, Command, CommandFactory};

use super::{Cli, HELP_WIDTH};

/// The tool and every command below it, each with its words: `isochrone regions near`.
fn commands() -> Vec<(String, Command)> {
    fn collect(words: &str, command: &Command, all: &mut Vec<(String, Command)>) {
        for below in command.get_subcommands() {
            collect(&format!("{words} {}", below.get_name()), below, all);
        }
        all.push((words.to_owned(), command.clone()));
    }
    let mut tool = Cli::command();
    tool.build();
    let mut all = Vec::new();
    collect("isochrone", &tool, &mut all);
    all
}

fn every_argument(check: impl Fn(&str, &Arg)) {
    for (words, command) in commands() {
        for arg in command.get_arguments() {
            check(&format!("{words} {}", arg.get_id()), arg);
        }
    }
}

fn help(arg: &Arg) -> String {
    let short = arg.get_help().map(ToString::to_string);
    let long = arg.get_long_help().map(ToString::to_string);
    format!("{} {}", short.unwrap_or_default(), long.unwrap_or_default())
}

fn value_names(arg: &Arg) -> Vec<String> {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().map(ToString::to_string).collect()
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

#[test]
fn clap_finds_nothing_wrong_such_as_duplicates() {
    Cli::command().debug_assert();
}

#[test]
fn every_argument_has_help_and_every_value_a_name() {
    every_argument(|what, arg| {
        let short = arg.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(!short.is_empty(), "{what} has no help");
        assert!(!short.ends_with('.'), "{what} ends with a full stop");
        assert!(
            !takes_value(arg) || !value_names(arg).is_empty(),
            "{what} has no value name"
        );
    });
}

#[test]
fn every_choice_is_explained() {
    every_argument(|what, arg| {
        // Shells are clap_complete's, and explain themselves.
        if takes_value(arg) && arg.get_id() != "shell" {
            for choice in arg.get_possible_values() {
                assert!(
                    choice.get_help().is_some(),
                    "{what}: `{}` has no help",
                    choice.get_name()
                );
            }
        }
    });
}

#[test]
fn help_is_the_same_whatever_the_environment_holds() {
    every_argument(|what, arg| {
        assert!(
            arg.get_env().is_none() || arg.is_hide_env_values_set(),
            "{what} shows a variable's value"
        );
    });
}

#[test]
fn quantities_name_their_unit() {
    let units = [
        ("TIME", &["ms"][..]),
        ("DURATION", &["90s"]),
        ("PIXELS", &["pixels"]),
        ("PERCENT", &["%"]),
        ("LAT,LON", &["degrees"]),
        ("REGION|METRO|LAT,LON", &["degrees"]),
        ("MEASURE", &["ms"]),
        ("SAMPLES", &["ms"]),
        ("N|A..B", &["regions"]),
        ("N", &["Number of", "Draws"]),
    ];
    every_argument(|what, arg| {
        for (name, words) in units {
            if value_names(arg).iter().any(|it| it == name) {
                let help = help(arg);
                assert!(
                    words.iter().any(|word| help.contains(word)),
                    "{what} names no unit: {help}"
                );
            }
        }
    });
}

#[test]
fn every_command_shows_examples_of_itself() {
    for (words, command) in commands() {
        if words == "isochrone data" {
            continue; // a folder of commands, which have their own
        }
        let epilogue = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let example = if words == "isochrone" {
            "  isochrone init".into()
        } else {
            format!("  {words}")
        };
        assert!(epilogue.contains(&example), "{words} has no example");
    }
}

#[test]
fn epilogues_fit_their_width() {
    for (words, command) in commands() {
        let epilogues = [command.get_after_help(), command.get_after_long_help()];
        for line in epilogues
            .iter()
            .flatten()
            .flat_map(|text| text.to_string().lines().map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(line.chars().count() <= HELP_WIDTH, "{words}: {line}");
        }
    }
}

#[test]
fn only_flags_and_the_scenario_can_change_a_number() {
    let taste = ["color", "no_progress", "threads", "config", "format", "output"];
    every_argument(|what, arg| {
        let id = arg.get_id().as_str();
        assert!(
            arg.get_env().is_none() || taste.contains(&id),
            "{what} comes from the environment"
        );
    });
}
