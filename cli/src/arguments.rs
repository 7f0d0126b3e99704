//! The tree of commands. Each command's own arguments are in its file under `commands/`.

use crate::commands::{device_key, events, fees, listen, sandbox, sign, trigger, webhook};
use crate::end::EXIT_CODES;
use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

/// Take payments offline: a gateway in a box, webhooks, signatures and exact fees
#[derive(Parser)]
#[command(name = "okpay", version, propagate_version = true, after_help = after_help())]
pub(crate) struct Arguments {
    /// Print without colours, as does the variable NO_COLOR
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(Demo),
    Sandbox(sandbox::Arguments),
    Listen(listen::Arguments),
    Trigger(trigger::Arguments),
    Events(events::Arguments),
    Sign(sign::Arguments),
    DeviceKey(device_key::Arguments),
    Webhook(webhook::Arguments),
    Fees(fees::Arguments),
}

/// A merchant takes a payment against the gateway in a box, end to end
#[derive(Args)]
#[command(after_help = "Example:\n  okpay demo")]
pub(crate) struct Demo {
    /// Print one line of JSON with every step, check and figure
    #[arg(long)]
    json: bool,
}

impl Command {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Demo(arguments) => crate::demo::run(arguments.json),
            Self::Sandbox(arguments) => sandbox::run(&arguments),
            Self::Listen(arguments) => listen::run(&arguments),
            Self::Trigger(arguments) => trigger::run(&arguments),
            Self::Events(arguments) => events::run(&arguments),
            Self::Sign(arguments) => sign::run(&arguments),
            Self::DeviceKey(arguments) => device_key::run(&arguments),
            Self::Webhook(arguments) => webhook::run(arguments),
            Self::Fees(arguments) => fees::run(&arguments),
        }
    }
}

fn after_help() -> String {
    format!("Example:\n  okpay fees quote 19.99 EUR --method btc\n\n{EXIT_CODES}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Every command and subcommand, with its name in full.
    fn tree(command: &clap::Command, parent: &str) -> Vec<(String, clap::Command)> {
        let name = format!("{parent}{}", command.get_name());
        let below = command.get_subcommands().flat_map(|below| tree(below, &format!("{name} "))).collect::<Vec<_>>();
        [vec![(name, command.clone())], below].concat()
    }

    #[test]
    fn the_tree_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_help_shows_an_example_of_its_own_command() {
        for (name, command) in tree(&Arguments::command(), "") {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with("Example"), "{name} has no example");
            assert!(help.contains(&name), "the example of {name} is of another command");
            assert!(command.get_about().is_some(), "{name} does not say what it does");
        }
    }

    #[test]
    fn every_argument_is_explained() {
        for (name, command) in tree(&Arguments::command(), "") {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name}: {} has no help", argument.get_id());
            }
        }
    }

    #[test]
    fn no_secret_is_an_argument() {
        for (name, command) in tree(&Arguments::command(), "") {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let secret = ["secret", "token", "password"].iter().any(|word| id.contains(word));
                assert!(!secret || id.ends_with("_file"), "{name}: {id} would show a secret in the list of processes");
            }
        }
    }
}
