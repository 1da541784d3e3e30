//! A command line without what does not change a number: what a shard says was asked.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

/// Arguments that say where results go or how much is done, not what they are.
const TASTE: [&str; 8] = [
    "format",
    "export",
    "chart",
    "output",
    "no_output",
    "gate",
    "shard",
    "shard_file",
];

/// The words that ask the same question again: the command, what it is about, then its flags as help has them. Words with
/// the same meaning are the same, in whatever order they were typed. `None` when one of them is not UTF-8.
///
/// `tool` is not built yet, so that flags that every command takes are not among those of the command.
pub fn words(tool: &Command, matches: &ArgMatches) -> Option<Vec<String>> {
    let (name, typed) = matches.subcommand()?;
    let command = tool.find_subcommand(name)?;
    let (mut about, mut flags) = (vec![name.to_owned()], Vec::new());
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        if TASTE.contains(&id) || typed.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let to = if arg.is_positional() {
            &mut about
        } else {
            &mut flags
        };
        to.extend(words_of(arg, typed)?);
    }
    Some([about, flags].concat())
}

fn words_of(arg: &Arg, typed: &ArgMatches) -> Option<Vec<String>> {
    let flag = arg.get_long().map(|long| format!("--{long}"));
    if !arg.get_action().takes_values() {
        return Some(flag.into_iter().collect());
    }
    let values = typed.get_raw(arg.get_id().as_str())?;
    let word = |value: &str| match &flag {
        Some(flag) => format!("{flag}={value}"),
        None => value.to_owned(),
    };
    values.map(|value| value.to_str().map(word)).collect()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::args::Cli;

    fn asked(line: &str) -> Vec<String> {
        let typed: Vec<&str> = line.split(' ').collect();
        words(&Cli::command(), &Cli::command().get_matches_from(typed)).unwrap()
    }

    #[test]
    fn the_order_of_flags_and_what_is_taste_do_not_matter() {
        let plain = asked("isochrone search a.toml --top 5 --size 2..3 --require eu-west-1,us-east-1");
        let other = asked(
            "isochrone -v --threads 3 search --require eu-west-1 --require us-east-1 --size=2..3 --format json \
             --shard 1/2 --shard-file b.json --top 5 a.toml --export c.csv --no-output -q",
        );
        assert_eq!(plain, other);
        assert_ne!(
            plain,
            asked("isochrone search a.toml --top 5 --size 2..3 --require eu-west-1")
        );
        assert_eq!(asked("isochrone search a.toml"), ["search", "a.toml"]);
    }

    /// Nothing that was typed gets lost, whatever flags there will be.
    #[test]
    fn words_mean_what_was_typed() {
        for line in [
            "isochrone search a.toml --max-p95 150ms --seed 7 --set runs=500 --set name=x=y --table regions=r.csv",
            "isochrone simulate a.toml --placement now=eu-west-1,us-east-1 --placement sa-east-1 --baseline now",
            "isochrone compare a.toml b.json --precision 1% --rto 5m --tolerate 1 --budget 20.5",
            "isochrone sweep a.toml b.toml --vary runs=100,200 --vary objective=p95 --question drill --top 3",
        ] {
            let cli = |words: Vec<&str>| format!("{:?}", Cli::parse_from(words).command);
            let again = asked(line);
            let words = ["isochrone"].into_iter().chain(again.iter().map(String::as_str));
            assert_eq!(cli(line.split(' ').collect()), cli(words.collect()), "{line}");
        }
    }
}
