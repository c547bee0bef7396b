//! The options that all commands take, and the store that they name.

use crate::exit::{CliError, Status};
use crate::output::{Format, Output};
use crate::report;
use crate::terminal::{self, Colour};
use clap::Args;
use std::path::{self, Path, PathBuf};
use std::time::Duration;
use std::{env, fs};
use sx_persist::types::Durability;
use sx_persist::{Builder, Error, HostError, Store, adopt};

const ROOT: &str = "persist-data";
const HEADING: &str = "Options of every command";
const FORMATS: &str = "\
How answers are printed:
  sx     values as SX, lists a line an item [default]
  json   one JSON document; values are given in JSON, too, and so are errors
  jsonl  as json, with lists a line an item
  table  columns for people
  csv    columns for other programs, with a first line of their names";

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct Options {
    /// The directory of the store [default: ./persist-data; or what `SX_PERSIST_ROOT` says]
    #[arg(long, global = true, help_heading = HEADING, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// How answers are printed; with json and jsonl values are given in JSON, too
    #[arg(long, global = true, help_heading = HEADING, value_enum, value_name = "FORMAT", hide_possible_values = true, long_help = FORMATS)]
    format: Option<Format>,
    /// Short for --format json
    #[arg(long, global = true, help_heading = HEADING, conflicts_with = "format")]
    json: bool,
    /// Whether messages have colours
    #[arg(long, global = true, help_heading = HEADING, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Colour,
    /// Syncs at the end of the command instead of before each answer
    #[arg(long, global = true, help_heading = HEADING)]
    pub(crate) relaxed: bool,
    /// Makes a store in a directory that holds something else, too
    #[arg(long, global = true, help_heading = HEADING)]
    pub(crate) init: bool,
    /// How long a command that writes waits for another one that has the directory locked; 0 for not at all
    #[arg(long, global = true, help_heading = HEADING, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(crate) wait: Duration,
    /// Says on standard error what is called and how long it takes; twice for all there is
    #[arg(short, long, global = true, help_heading = HEADING, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Says nothing but errors on standard error: no notes and no progress
    #[arg(short, long, global = true, help_heading = HEADING)]
    pub(crate) quiet: bool,
}

impl Options {
    /// Takes what the variable says, or the one that 0.1 had, where nothing else is said. An empty one says nothing.
    pub(crate) fn heed_variables(&mut self) {
        let said = |name| env::var_os(name).filter(|said| !said.is_empty()).map(PathBuf::from);
        let root = self.root.take().or_else(|| said("SX_PERSIST_ROOT")).or_else(|| said("SX_PERSIST_DIR"));
        self.root = root;
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.as_deref().unwrap_or(Path::new(ROOT))
    }

    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or(if self.json { Format::Json } else { Format::Sx })
    }

    /// Returns `true` if values are given in JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.format().is_json()
    }

    pub(crate) fn output(&self) -> Output {
        Output::new(self.format())
    }

    /// For a command that has a format of its own where none is asked for.
    pub(crate) fn output_or(&self, format: Format) -> Output {
        if self.json || self.format.is_some() { self.output() } else { Output::new(format) }
    }

    /// Runs a command that reads: it takes no lock, changes nothing, and works beside a writer. A directory of something else is
    /// refused, where the library finds an empty store: here it is a name that was mistyped.
    pub(crate) fn reading(
        &self,
        command: impl FnOnce(&Store, &mut Output) -> anyhow::Result<Status>,
    ) -> anyhow::Result<Status> {
        self.reading_as(Format::Sx, command)
    }

    /// The same, printed so where no format was asked for.
    pub(crate) fn reading_as(
        &self,
        usual: Format,
        command: impl FnOnce(&Store, &mut Output) -> anyhow::Result<Status>,
    ) -> anyhow::Result<Status> {
        let store = Store::builder().read_only(true).create(false).open(self.root())?;
        self.check_is_store()?;
        let mut output = self.output_or(usual);
        let status = command(&store, &mut output)?;
        output.flush()?;
        Ok(status)
    }

    /// Refuses a directory where there is no store.
    pub(crate) fn check_is_store(&self) -> anyhow::Result<()> {
        let root = self.root();
        if adopt::is_store(root) {
            return Ok(());
        }
        fs::metadata(root)
            .map_err(|source| HostError::Root { root: root.to_owned(), source })
            .map_err(Error::from)?;
        adopt::check_root(root)?;
        let text =
            format!("there is no store in {}: it is empty; `sx-persist init` makes one", root.display());
        Err(CliError::NoStore(text).into())
    }

    /// Runs a command that writes, and leaves plain files behind.
    pub(crate) fn writing(
        &self,
        command: impl FnOnce(&Store, &mut Output) -> anyhow::Result<Status>,
    ) -> anyhow::Result<Status> {
        let store = self.open()?;
        let mut made = Made::by(self.root());
        let mut output = self.output();
        let status = command(&store, &mut output)?;
        // What is done is said even if the checkpoint fails.
        output.flush()?;
        match store.close() {
            // Done again it would be done twice.
            Err(error) if !self.relaxed => terminal::print_error(&format!(
                "it is done, and is in the journal for good; it is not in its file yet, since {}; the next command that writes goes on there",
                report::in_full(&error)
            )),
            closed => closed?,
        }
        made.say();
        Ok(status)
    }

    /// As [`Options::writing`], where a store is to be there already.
    pub(crate) fn mending(
        &self,
        command: impl FnOnce(&Store, &mut Output) -> anyhow::Result<Status>,
    ) -> anyhow::Result<Status> {
        if !self.init {
            self.check_is_store()?;
        }
        self.writing(command)
    }

    /// Opens the store for writing.
    pub(crate) fn open(&self) -> sx_persist::Result<Store> {
        self.builder().open(self.root())
    }

    /// How directories are opened for writing.
    pub(crate) fn builder(&self) -> Builder {
        let durability = if self.relaxed { Durability::Relaxed } else { Durability::Always };
        Store::builder().durability(durability).init(self.init).wait(self.wait)
    }
}

/// A store that a command makes, until that is said.
pub(crate) struct Made {
    root: Option<PathBuf>,
}

impl Made {
    /// To be asked for when the root is locked, and before anything is written.
    pub(crate) fn by(root: &Path) -> Self {
        Self { root: Some(root.to_owned()).filter(|root| !adopt::is_store(root)) }
    }

    pub(crate) fn nothing() -> Self {
        Self { root: None }
    }

    /// Says where the store is, when it was made since.
    pub(crate) fn say(&mut self) {
        if let Some(root) = self.root.take_if(|root| adopt::is_store(root)) {
            let root = path::absolute(&root).unwrap_or(root);
            terminal::note(&format!("made a new store in {}", root.display()));
        }
    }
}

/// A time, as `--wait` takes it.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "give seconds, such as 0, 5 or 0.5".to_owned())
}
