//! The command line of sx-persist: one file a noun, a verb a function in it.

#![forbid(unsafe_code)]

mod admin;
mod archive;
mod batch;
mod blob;
mod completions;
mod compose;
mod demo;
mod events;
mod exit;
mod export;
mod give;
mod hex;
mod import;
mod interrupt;
mod kv;
mod lines;
mod maps;
mod objects;
mod op;
mod operations;
mod options;
mod output;
mod progress;
mod refs;
mod refusal;
mod report;
mod root;
mod sessions;
mod snapshots;
mod stdio;
mod stream;
mod target;
mod terminal;
mod there;
mod trace;
mod tx;
mod usage;
mod value;

use clap::{CommandFactory as _, Parser, Subcommand};
use exit::Status;
use options::Options;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::{Arc, atomic::AtomicBool};

const EXAMPLES: &str = "\
Examples:
  sx-persist stream append orders '{:seq 1 :sku \"A-1\"}'
  sx-persist stream record orders placed '{:qty 2}'
  sx-persist stream read orders --after 1 --follow
  sx-persist kv put greeting --string 'hello world'
  sx-persist --json kv put settings '{\"theme\": \"dark\"}'
  sx-persist ref put refs/heads/main 3b18... --if-value 95d0...
  sx-persist session append \"$session\" \"$segment\" '{:from :user :text \"hello\"}'
  sx-persist blob put picture.png
  sx-persist snapshot persist counter/visits visits.bin
  sx-persist object write b6fc... object
  sx-persist map put sessions 7 open --if-absent
  sx-persist --format table kv ls --values
  sx-persist demo

VALUE and EVENT are SX text; with --json they are JSON. `-` reads standard input.
`-o`, `--output FILE` writes beside FILE, syncs and renames: FILE is the old one or the whole new one, and keeps its mode.
A link is refused; a device or a pipe, such as /dev/stdout, is written to as it is.
On a terminal, control characters and those that turn the direction of text are shown as \\u001b, bytes
that are no text as \\xff; a file or a pipe is given all bytes as they are.
Exit codes: 0 done; 1 the store said no, or what was asked for is absent; 2 wrong usage; 3 the disk, the machine or the
component failed; 10 there is no store; 11 another process has the directory; 12 damage; 13 a condition did not hold; 130 Ctrl-C.
With --json an error is {\"error\": {\"code\", \"message\", \"exit\", ...}} on standard error.";

/// A durable store: events, keys, refs, blobs, maps, objects, sessions and snapshots, in one directory.
#[derive(Debug, Parser)]
#[command(name = "sx-persist", version, after_help = EXAMPLES, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Streams of events.
    #[command(subcommand)]
    Stream(stream::Command),
    /// Keys and their values.
    #[command(subcommand)]
    Kv(kv::Command),
    /// Names that point to hashes, as git's refs do.
    #[command(subcommand)]
    Ref(refs::Command),
    /// Segments of entries, grouped by session.
    #[command(subcommand)]
    Session(sessions::Command),
    /// Bytes under their own content address.
    #[command(subcommand)]
    Blob(blob::Command),
    /// State of replicated data, by key.
    #[command(subcommand)]
    Snapshot(snapshots::Command),
    /// Bytes under a hash that the caller computed, as git's objects are.
    #[command(subcommand)]
    Object(objects::Command),
    /// Tables of bytes, each value with a version.
    #[command(subcommand)]
    Map(maps::Command),
    Tx(tx::Tx),
    Op(op::Op),
    Stdio(stdio::Stdio),
    Import(import::Import),
    Export(export::Export),
    Init(root::Init),
    #[command(subcommand)]
    Path(root::PathOf),
    Du(root::Du),
    #[command(flatten)]
    Admin(admin::Command),
    Compose(compose::Compose),
    Run(compose::Run),
    Wit(give::Wit),
    Components(give::Components),
    Demo(demo::Demo),
    Completions(completions::Completions),
    Man(completions::Man),
    #[command(subcommand, hide = true)]
    DemoProcess(demo::process::Command),
}

/// Runs the command that the arguments name; answers the process's exit code.
fn main() -> ExitCode {
    let mut cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report::report_usage(&error),
    };
    cli.options.heed_variables();
    cli.options.color.choose();
    if cli.options.is_json() {
        report::speak_json();
    }
    if cli.options.quiet {
        terminal::be_quiet();
    }
    #[cfg(unix)]
    outlive_limits_of_files();
    sx_persist::preparing::tell_with(terminal::preparing);
    match trace::start(cli.options.verbose).and_then(|()| run(cli)) {
        Ok(status) => status.into(),
        Err(error) => report::report(&error),
    }
}

/// Where `ulimit -f` ends a file, the system would end the process. With the signal taken, the write is refused and says so.
#[cfg(unix)]
fn outlive_limits_of_files() {
    let nobody_asks = Arc::new(AtomicBool::new(false));
    if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, nobody_asks) {
        terminal::print_error(&format!("a limit on the size of files will end this process: {error}"));
    }
}

fn run(cli: Cli) -> anyhow::Result<Status> {
    let options = &cli.options;
    match cli.command {
        Command::Stream(command) => stream::run(command, options),
        Command::Kv(command) => kv::run(command, options),
        Command::Ref(command) => refs::run(command, options),
        Command::Session(command) => sessions::run(command, options),
        Command::Blob(command) => blob::run(command, options),
        Command::Snapshot(command) => snapshots::run(command, options),
        Command::Object(command) => objects::run(command, options),
        Command::Map(command) => maps::run(command, options),
        Command::Tx(tx) => tx::run(&tx, options),
        Command::Op(op) => op::run(&op, options),
        Command::Stdio(stdio) => stdio::run(&stdio, options),
        Command::Import(import) => match &import.stream {
            Some(stream) => events::import(stream, &import, options),
            None => archive::import(&import, options),
        },
        Command::Export(export) => export::run(&export, options),
        Command::Init(init) => root::init(&init, options),
        Command::Path(of) => root::path(&of, options),
        Command::Du(du) => root::du(&du, options),
        Command::Admin(command) => admin::run(&command, options),
        Command::Compose(command) => compose::compose(&command, options),
        Command::Run(command) => compose::run(&command, options),
        Command::Wit(wit) => give::wit(&wit, options),
        Command::Components(components) => give::components(&components, options),
        Command::Demo(_) => demo::run(options),
        Command::Completions(completions) => completions::run(&completions, &Cli::command(), options),
        Command::Man(man) => completions::man(&man, &Cli::command(), options),
        Command::DemoProcess(command) => demo::process::run(&command, options),
    }
}
