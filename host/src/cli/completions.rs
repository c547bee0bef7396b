//! Completions for shells.

use crate::cli::Cli;
use crate::cli::exit::Status;
use crate::cli::options::Options;
use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;
use std::io::Write as _;

/// Prints the completions of a shell.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sx-persist completions bash > ~/.local/share/bash-completion/completions/sx-persist"
)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(completions: &Completions, options: &Options) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut visible(&Cli::command()), "sx-persist", &mut script);
    let mut output = options.output();
    output.bytes().write_all(&script)?;
    output.flush()?;
    Ok(Status::Done)
}

/// The commands that are for people: the completions would offer the hidden ones, too.
fn visible(command: &Command) -> Command {
    Command::new("sx-persist")
        .args(command.get_arguments().cloned())
        .subcommands(command.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}
