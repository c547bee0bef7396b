//! What a shell and `man` know of the commands.

use crate::exit::Status;
use crate::options::Options;
use clap::{Args, Command};
use clap_complete::Shell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const NAME: &str = "sx-persist";
/// The script for bash looks for the words of a command below another name than it gives them where the program's has a hyphen
/// (`clap_complete` 4.6). What it completes is the name at its end.
const NAME_IN_BASH: &str = "sx_persist";

/// Prints the completions of a shell.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sx-persist completions bash > ~/.local/share/bash-completion/completions/sx-persist"
)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Prints the manual page, or writes the pages of all commands to a folder.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sx-persist man | man -l -
  sx-persist man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The folder, which is made when it is missing
    folder: Option<PathBuf>,
}

/// `program` is the command line whose completions they are.
pub(crate) fn run(completions: &Completions, program: &Command, options: &Options) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    let name = if completions.shell == Shell::Bash { NAME_IN_BASH } else { NAME };
    clap_complete::generate(completions.shell, &mut visible(program), name, &mut script);
    let mut script = String::from_utf8(script)?;
    if completions.shell == Shell::Bash {
        script = script.replace(&format!(" {NAME_IN_BASH}\n"), &format!(" {NAME}\n"));
    }
    print(script.as_bytes(), options)
}

pub(crate) fn man(man: &Man, program: &Command, options: &Options) -> anyhow::Result<Status> {
    let mut program = visible(program).version(env!("CARGO_PKG_VERSION")).disable_help_subcommand(true);
    program.build();
    let Some(folder) = &man.folder else { return print(&page(&program)?, options) };
    fs::create_dir_all(folder)?;
    write_pages(&program, folder)?;
    Ok(Status::Done)
}

fn print(text: &[u8], options: &Options) -> anyhow::Result<Status> {
    let mut output = options.output();
    output.bytes().write_all(text)?;
    output.flush()?;
    Ok(Status::Done)
}

/// The page of a command, and of those below it.
fn write_pages(command: &Command, folder: &Path) -> anyhow::Result<()> {
    let name = command.get_display_name().unwrap_or(NAME);
    fs::write(folder.join(format!("{name}.1")), page(command)?)?;
    let mut shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    shown.try_for_each(|command| write_pages(command, folder))
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

/// The commands that are for people: the completions would offer the hidden ones, too.
fn visible(command: &Command) -> Command {
    Command::new(NAME)
        .about(command.get_about().cloned().unwrap_or_default())
        .after_help(command.get_after_help().cloned().unwrap_or_default())
        .args(command.get_arguments().cloned())
        .subcommands(command.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}
