//! Progress of what can take long, on standard error, where that is a terminal.

use crate::exit::CliError;
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::Path;

const BYTES: &str = "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
const BYTES_UNKNOWN: &str = "{spinner} {bytes} {bytes_per_sec}";
const EVENTS: &str = "{wide_bar} {human_pos}/{human_len} events {per_sec} {eta}";

/// A file that is read, or standard input, with a bar of its bytes.
pub(crate) struct Source {
    from: BufReader<Box<dyn Read>>,
    bar: ProgressBar,
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
        let bar = match bytes {
            Some(bytes) => bar(bytes, BYTES),
            None => ProgressBar::new_spinner().with_style(style(BYTES_UNKNOWN)),
        };
        Self { from: BufReader::with_capacity(1 << 20, from), bar }
    }
}

/// The bytes of a file or of standard input, so many at most.
pub(crate) fn read(file: &Path, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let source = Source::open(file)?;
    source.take(bytes_max).read_to_end(&mut bytes).with_context(|| file.display().to_string())?;
    Ok(bytes)
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.from.consume(count);
        self.bar.inc(count as u64);
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
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
    beside_stdout(bar(bytes, BYTES))
}

/// A bar of events that go to standard output.
pub(crate) fn events_to_stdout(events: u64) -> ProgressBar {
    beside_stdout(bar(events, EVENTS))
}

/// No bar where the results themselves go to the terminal.
fn beside_stdout(bar: ProgressBar) -> ProgressBar {
    if io::stdout().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}

fn bar(length: u64, template: &str) -> ProgressBar {
    ProgressBar::new(length).with_style(style(template))
}

fn style(template: &str) -> ProgressStyle {
    // The templates are those above, and right.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
