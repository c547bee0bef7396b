//! `compose` and `run`: other components on the store.

use crate::exit::{CliError, Status};
use crate::options::{Made, Options, seconds};
use crate::output::Answer;
use crate::terminal;
use clap::Args;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sx_persist::keyvalue::{DRAFT, DRAFT2};
use sx_persist::program::Ended;
use sx_persist::{Builder, program};
use sx_persist_compose::{Capacity, Error};

/// What the names of the standard interface of keys and values begin with.
const KEYVALUE: &str = "wasi:keyvalue/";

const COMPOSE_EXAMPLES: &str = "\
Examples:
  sx-persist compose client.wasm -o program.wasm
  sx-persist compose --layer cached.wasm --layer readonly.wasm -o store.wasm
  sx-persist compose --layer cached.wasm --cache-entries 1000000 --cache-bytes 268435456 -o store.wasm
  sx-persist compose client.wasm --store store.wasm -o program.wasm
  sx-persist compose --layer layered.wasm --store upper.wasm --lower lower.wasm -o store.wasm

A client that imports wasi:keyvalue (0.2.0-draft or -draft2) gets the adapter below it, unless the store exports that.
What is composed imports what its parts import and do not give each other. Equal imports become one: a
client that imports wasi:filesystem itself reaches the files of the store.";

const RUN_EXAMPLES: &str = "\
Examples:
  sx-persist run client.wasm --root till
  sx-persist run program.wasm one two -- --three
  sx-persist run program.wasm --timeout 0 --disk-bytes-max 1073741824 --files-max 10000

A component that imports sx:persist/... or wasi:keyvalue/... is put on the store first; one that `compose`
wrote runs as it is.
The exit code is the program's own; 1 where its `run` returns an error, which is said.";

/// Puts a client on the store, or layers over it, and writes them as one component; prints what that imports
#[derive(Args, Debug)]
#[command(after_help = COMPOSE_EXAMPLES)]
pub(crate) struct Compose {
    /// A component that imports interfaces of the store, or wasi:keyvalue; without it the whole is a store itself
    client: Option<PathBuf>,
    /// A component that imports and exports the interfaces of a store; several, the top one first
    #[arg(long = "layer", value_name = "FILE")]
    layers: Vec<PathBuf>,
    /// The store at the bottom [default: the one that this program carries, on a directory]
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// A second store below, for one layer over two
    #[arg(long, value_name = "FILE")]
    lower: Option<PathBuf>,
    /// Values that a layer `cached` holds at most [default: 100000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    cache_entries: Option<u64>,
    /// Bytes that a layer `cached` holds at most, names included [default: 33554432]
    #[arg(long, value_name = "BYTES")]
    cache_bytes: Option<u64>,
    /// Where the component goes; a file that is there is replaced when all of it is on the disk
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Runs a component that exports wasi:cli/run over the directory, which is locked meanwhile
#[derive(Args, Debug)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct Run {
    /// The component
    component: PathBuf,
    /// Its arguments
    arguments: Vec<String>,
    #[command(flatten)]
    bounds: Bounds,
}

/// What a program may take
#[derive(Args, Debug)]
#[command(next_help_heading = "Bounds")]
struct Bounds {
    /// The most memory that each part of it may take [default: 536870912]
    #[arg(long, value_name = "BYTES")]
    memory_bytes_max: Option<usize>,
    /// How long it may run; 0 for as long as it likes [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// How many files, folders and streams it may have open at once [default: 256]
    #[arg(long, value_name = "COUNT")]
    handles_max: Option<usize>,
    /// The most bytes that the files of the directory may have together; they are counted first [default: no bound]
    #[arg(long, value_name = "BYTES")]
    disk_bytes_max: Option<u64>,
    /// The most files, folders and links that the directory may hold; they are counted first [default: no bound]
    #[arg(long, value_name = "COUNT")]
    files_max: Option<u64>,
}

impl Bounds {
    /// What is not said stays as the library has it.
    fn set(&self, mut builder: Builder) -> Builder {
        if let Some(bytes) = self.memory_bytes_max {
            builder = builder.memory_bytes_max(bytes);
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(Some(timeout).filter(|timeout| !timeout.is_zero()));
        }
        if let Some(handles) = self.handles_max {
            builder = builder.handles_max(handles);
        }
        if let Some(bytes) = self.disk_bytes_max {
            builder = builder.disk_bytes_max(bytes);
        }
        if let Some(files) = self.files_max {
            builder = builder.files_max(files);
        }
        builder
    }
}

pub(crate) fn compose(compose: &Compose, options: &Options) -> anyhow::Result<Status> {
    let store = match &compose.store {
        Some(path) => read(path)?,
        None => sx_persist::COMPONENT.clone(),
    };
    let mut layers = compose.layers.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    compose.give_capacity(&mut layers)?;
    let layers: Vec<_> = layers.iter().map(Vec::as_slice).collect();
    let store = match (&compose.lower, layers.as_slice()) {
        (None, layers) => sx_persist_compose::layer(layers, &store),
        (Some(lower), [layer]) => sx_persist_compose::join(layer, &store, &read(lower)?),
        (Some(_), _) => return Err(CliError::Misused("--lower takes exactly one --layer".into()).into()),
    };
    let store = store.map_err(misfit)?;
    let whole = match &compose.client {
        Some(path) => plug(path, &read(path)?, &store)?,
        None => store,
    };
    let mut output = options.output();
    output.give(&whole, Some(&compose.output))?;
    let mut list = output.list();
    for import in imports(&whole)? {
        list.item(Answer::Name(&import))?;
    }
    list.end()?;
    output.flush()?;
    Ok(Status::Done)
}

impl Compose {
    /// Writes what was said of the layers `cached` into them.
    fn give_capacity(&self, layers: &mut [Vec<u8>]) -> anyhow::Result<()> {
        if self.cache_entries.is_none() && self.cache_bytes.is_none() {
            return Ok(());
        }
        let default = Capacity::default();
        let capacity = Capacity {
            entries: self.cache_entries.unwrap_or(default.entries),
            bytes: self.cache_bytes.unwrap_or(default.bytes),
        };
        let cached: Vec<_> = layers.iter_mut().filter(|layer| sx_persist_compose::is_cached(layer)).collect();
        if cached.is_empty() {
            let text = "--cache-entries and --cache-bytes are for a --layer that is sx-persist-cached.wasm";
            return Err(CliError::Misused(text.into()).into());
        }
        for layer in cached {
            *layer = sx_persist_compose::capacity(layer, capacity).map_err(misfit)?;
        }
        Ok(())
    }
}

pub(crate) fn run(run: &Run, options: &Options) -> anyhow::Result<Status> {
    let path = &run.component;
    let component = read(path)?;
    let asked = imports_of(&path.display().to_string(), &component)?;
    let is_client = asked.iter().any(|name| is_of_store(name) && !is_digest(name) || is_keyvalue(name));
    // The host's own hash is the faster one.
    let program = if is_client { plug(path, &component, sx_persist::CORE_COMPONENT)? } else { component };
    check_can_run(path, &program)?;
    let mut arguments = vec![path.file_name().unwrap_or_default().to_string_lossy().into_owned()];
    arguments.extend_from_slice(&run.arguments);
    let mut made = Made::by(options.root());
    let ended = program::run(&program, &arguments, options.root(), &run.bounds.set(options.builder()))?;
    made.say();
    match ended {
        Ended::Done | Ended::Exited(0) => Ok(Status::Done),
        Ended::Failed => {
            say_failed(&arguments[0], options);
            Ok(Status::Refused)
        }
        Ended::Exited(code) => std::process::exit(code),
    }
}

/// An error of `run` has no words: without these a program that fails says nothing at all.
fn say_failed(name: &str, options: &Options) {
    let text = format!("{name} reported a failure: its `run` returned an error");
    if options.is_json() {
        let exit = Status::Refused as u8;
        terminal::print_error_json(&json!({ "error": { "code": "program", "message": text, "exit": exit } }));
    } else {
        terminal::print_error(&text);
    }
}

/// Puts a client on a store, and says what people overlook.
fn plug(path: &Path, client: &[u8], store: &[u8]) -> anyhow::Result<Vec<u8>> {
    let asked = imports_of("the client", client)?;
    let adapters = adapters(path, &asked, store)?;
    let whole = sx_persist_compose::plug_with(client, &adapters, store).map_err(misfit)?;
    if asked.iter().any(|name| name.starts_with("wasi:filesystem/")) {
        terminal::print_error(&format!(
            "{} imports wasi:filesystem itself: composed, it reaches the files of the store",
            path.display()
        ));
    }
    Ok(whole)
}

/// The adapters that give a client what it imports of `wasi:keyvalue`; none on a store that exports that itself.
fn adapters(path: &Path, asked: &[String], store: &[u8]) -> anyhow::Result<Vec<&'static [u8]>> {
    let drafts = [("@0.2.0-draft", DRAFT), ("@0.2.0-draft2", DRAFT2)];
    let asked: Vec<_> = asked.iter().filter(|name| is_keyvalue(name)).collect();
    if asked.is_empty() || exports(store)?.iter().any(|name| is_keyvalue(name)) {
        return Ok(Vec::new());
    }
    let is_given = |name: &&&String| {
        let interface = name.trim_start_matches(KEYVALUE).split('@').next();
        let is_known = interface.is_some_and(|interface| ["store", "atomics", "batch"].contains(&interface));
        is_known && drafts.iter().any(|(version, _)| name.ends_with(version))
    };
    if let Some(other) = asked.iter().find(|name| !is_given(name)) {
        return Err(CliError::Misused(format!(
            "{} imports {other}; what is given of wasi:keyvalue is store, atomics and batch, \
             of 0.2.0-draft and 0.2.0-draft2",
            path.display()
        ))
        .into());
    }
    let wanted = drafts.iter().filter(|(version, _)| asked.iter().any(|name| name.ends_with(version)));
    Ok(wanted.map(|(_, adapter)| *adapter).collect())
}

/// Does the program import what it can be given, and export what can be run?
fn check_can_run(path: &Path, program: &[u8]) -> anyhow::Result<()> {
    let path = path.display();
    let misused = |text: String| Err(CliError::Misused(text).into());
    if let Some(import) = imports(program)?.iter().find(|name| !name.starts_with("wasi:") && !is_digest(name))
    {
        return misused(format!("{path} imports {import}, which nothing here exports"));
    }
    if !exports(program)?.iter().any(|name| name.starts_with("wasi:cli/run@")) {
        return misused(format!("{path} exports no wasi:cli/run: it is called by others, and not run"));
    }
    Ok(())
}

fn imports(component: &[u8]) -> anyhow::Result<Vec<String>> {
    sx_persist_compose::imports(component).map_err(misfit)
}

/// The same of a component that errors call so.
fn imports_of(name: &str, component: &[u8]) -> anyhow::Result<Vec<String>> {
    sx_persist_compose::imports(component).map_err(|error| match error {
        Error::NotAComponent { reason, .. } => {
            CliError::Misused(format!("{name} is no component: {reason}")).into()
        }
        error => misfit(error),
    })
}

fn exports(component: &[u8]) -> anyhow::Result<Vec<String>> {
    sx_persist_compose::exports(component).map_err(misfit)
}

fn is_keyvalue(name: &str) -> bool {
    name.starts_with(KEYVALUE)
}

fn is_of_store(name: &str) -> bool {
    name.starts_with("sx:persist/")
}

/// Is it the hash, which the host gives?
fn is_digest(name: &str) -> bool {
    name.starts_with("sx:persist/digest@")
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = fs::read(path);
    read.map_err(|error| CliError::Misused(format!("cannot read {}: {error}", path.display())).into())
}

/// Components that do not fit are wrong arguments.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn misfit(error: Error) -> anyhow::Error {
    CliError::Misused(error.to_string()).into()
}
