//! How far long work is, on standard error: a bar on a terminal, a line now and then elsewhere, nothing when that is unwanted.

use crate::exit::CliError;
use crate::terminal;
use anyhow::Context as _;
use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::borrow::Cow;
use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

const BYTES: &str = "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
const BYTES_UNKNOWN: &str = "{spinner} {bytes} {bytes_per_sec}";
const EVENTS: &str = "{wide_bar} {human_pos}/{human_len} events {per_sec} {eta}";
const ITEMS: &str = "{wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
const PARTS: &str = "{wide_bar} {pos}/{len} parts {elapsed}";
const WORK: &str = "{spinner} {msg} {elapsed}";
/// How often a bar without steps shows that time goes by.
const TICK: Duration = Duration::from_millis(200);
/// How often a line is said where no bar can be.
const LINE: Duration = Duration::from_secs(10);
/// For tests: another time than that in seconds; with 0 a line at each step, whatever time it is.
const LINE_VARIABLE: &str = "SX_PERSIST_PROGRESS_SECONDS";

/// What is counted.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Bytes,
    Events,
    /// Streams, keys and blobs.
    Items,
    /// Shares of a store.
    Parts,
    /// Nothing: one call that does not tell how far it is.
    Work(&'static str),
}

/// Long work, and how far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    unit: Unit,
    says_each_step: bool,
    /// Dropped, it ends the lines.
    _lines: Option<Sender<()>>,
}

impl Progress {
    /// Bytes that are read or written, of so many where that is known.
    pub(crate) fn bytes(total: Option<u64>) -> Self {
        Self::begin(bytes_bar(total), Unit::Bytes)
    }

    /// Events that are written, of so many.
    pub(crate) fn events(total: u64) -> Self {
        Self::begin(ProgressBar::new(total).with_style(style(EVENTS)), Unit::Events)
    }

    /// Streams, keys and blobs, of so many.
    pub(crate) fn items(total: u64) -> Self {
        Self::begin(ProgressBar::new(total).with_style(style(ITEMS)), Unit::Items)
    }

    /// Parts of a store that are read, of so many.
    pub(crate) fn parts(total: u64) -> Self {
        let parts = Self::begin(ProgressBar::new(total).with_style(style(PARTS)), Unit::Parts);
        if !parts.bar.is_hidden() {
            parts.bar.enable_steady_tick(TICK);
        }
        parts
    }

    /// A call that is waited for.
    pub(crate) fn work(name: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_style(style(WORK)).with_message(name);
        let work = Self::begin(bar, Unit::Work(name));
        if !work.bar.is_hidden() {
            work.bar.enable_steady_tick(TICK);
        }
        work
    }

    /// No bar, where the results themselves go to the terminal.
    pub(crate) fn beside_stdout(self) -> Self {
        hide_beside_stdout(&self.bar);
        self
    }

    fn begin(bar: ProgressBar, unit: Unit) -> Self {
        if terminal::is_quiet() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let has_lines = !terminal::is_quiet() && !io::stderr().is_terminal();
        let interval = interval();
        let says_each_step = has_lines && interval.is_zero();
        let lines = (has_lines && !says_each_step).then(|| say_each(interval, bar.clone(), unit)).flatten();
        Self { bar, unit, says_each_step, _lines: lines }
    }

    pub(crate) fn inc(&self, count: u64) {
        self.bar.inc(count);
        self.step();
    }

    /// So much is left. What is left at first, or whenever more is, is all there is to do.
    pub(crate) fn left(&self, left: u64) {
        let total = self.bar.length().unwrap_or_default().max(left);
        self.bar.set_length(total);
        self.bar.set_position(total - left);
        self.step();
    }

    fn step(&self) {
        if self.says_each_step {
            say(&self.bar, self.unit);
        }
    }

    /// The bar alone, for an interrupt to take it away before something is said.
    pub(crate) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn interval() -> Duration {
    let seconds = env::var(LINE_VARIABLE).ok().and_then(|seconds| seconds.parse().ok());
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(LINE)
}

/// Says a line each time that so much has gone by, until the end is dropped. Work goes on where no thread can be had for it.
fn say_each(interval: Duration, bar: ProgressBar, unit: Unit) -> Option<Sender<()>> {
    let (end, ended) = channel();
    let lines = move || {
        while ended.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
            say(&bar, unit);
        }
    };
    thread::Builder::new().spawn(lines).ok().map(|_| end)
}

fn say(bar: &ProgressBar, unit: Unit) {
    let (done, total) = (bar.position(), bar.length().unwrap_or_default());
    let text = match unit {
        Unit::Bytes if total > 0 => format!("{} of {}", HumanBytes(done), HumanBytes(total)),
        Unit::Bytes => HumanBytes(done).to_string(),
        Unit::Events if total > 0 => format!("{} of {} events", HumanCount(done), HumanCount(total)),
        Unit::Events => format!("{} events", HumanCount(done)),
        Unit::Items => format!("{} of {} streams, keys and blobs", HumanCount(done), HumanCount(total)),
        Unit::Parts => format!("{done} of {total} parts"),
        Unit::Work(name) => format!("{name} since {}", HumanDuration(bar.elapsed())),
    };
    terminal::note(&format!("so far: {text}"));
}

/// A file that is read, or standard input, and how far that is.
pub(crate) struct Source {
    from: BufReader<Box<dyn Read>>,
    progress: Progress,
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(file: &Path) -> Result<Self, CliError> {
        if file == Path::new("-") {
            return Ok(Self::new(Box::new(io::stdin().lock()), None));
        }
        let (opened, bytes) = open(file)
            .map_err(|error| CliError::Misused(format!("cannot read {}: {error}", file.display())))?;
        Ok(Self::new(Box::new(opened), bytes))
    }

    fn new(from: Box<dyn Read>, bytes: Option<u64>) -> Self {
        Self { from: BufReader::with_capacity(1 << 20, from), progress: Progress::bytes(bytes) }
    }

    /// The bar alone, for an interrupt to take it away before something is said.
    pub(crate) fn bar(&self) -> ProgressBar {
        self.progress.bar()
    }
}

/// A file as it is spoken of.
pub(crate) fn name(file: &Path) -> Cow<'_, str> {
    if file == Path::new("-") { "standard input".into() } else { file.to_string_lossy() }
}

/// The bytes of a file or of standard input, so many at most.
pub(crate) fn read(file: &Path, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let source = Source::open(file)?;
    source.take(bytes_max).read_to_end(&mut bytes).with_context(|| name(file).into_owned())?;
    Ok(bytes)
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.progress.inc(count as u64);
        Ok(count)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.from.consume(count);
        self.progress.inc(count as u64);
    }
}

/// A file and its size, where that is known.
fn open(file: &Path) -> io::Result<(File, Option<u64>)> {
    let opened = File::open(file)?;
    let metadata = opened.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((opened, metadata.is_file().then_some(metadata.len())))
}

/// A bar of bytes that go to standard output or to a file.
pub(crate) fn to_stdout(bytes: u64) -> ProgressBar {
    let bar = bytes_bar(Some(bytes));
    if terminal::is_quiet() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    hide_beside_stdout(&bar);
    bar
}

fn hide_beside_stdout(bar: &ProgressBar) {
    if io::stdout().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

fn bytes_bar(total: Option<u64>) -> ProgressBar {
    match total {
        Some(total) => ProgressBar::new(total).with_style(style(BYTES)),
        None => ProgressBar::new_spinner().with_style(style(BYTES_UNKNOWN)),
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are those above, and right.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
