//! Completions for shells.

use crate::exit::Status;
use crate::options::Options;
use clap::{Args, Command};
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

/// `program` is the command line whose completions they are.
pub(crate) fn run(completions: &Completions, program: &Command, options: &Options) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut visible(program), "sx-persist", &mut script);
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
