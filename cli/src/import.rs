//! `import`: events from lines of JSON.

use crate::exit::{CliError, Status};
use crate::lines::{Line, Lines};
use crate::options::Options;
use crate::output::Output;
use crate::progress::Source;
use crate::value;
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use sx_persist::types::Op;
use sx_persist::{CommitError, Store, event};

/// Events of one commit: many for one sync, few enough for the memory of the component.
const BATCH_EVENTS: usize = 4_096;
const BATCH_BYTES: usize = 4 << 20;
/// JSON may be longer than the SX that it stands for, which has its own limit.
const LINE_BYTES_MAX: usize = 64 << 20;

const EXAMPLES: &str = "\
Each line is one event, a JSON object with an integer \"seq\". Blank lines are passed over. A bad line ends the
import: what stands before it is written, nothing of it or behind it is.

Examples:
  sx-persist import orders.jsonl --stream orders
  sx-persist export --stream orders | sx-persist --root other import - --stream orders
  sx-persist import notes.jsonl --stream notes --number";

/// Appends events from a file of JSON lines, `-` for standard input; prints how many
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// The file
    file: PathBuf,
    /// The stream to append to
    #[arg(long)]
    stream: String,
    /// Gives a line without a seq the next one
    #[arg(long)]
    number: bool,
}

pub(crate) fn run(import: &Import, options: &Options) -> anyhow::Result<Status> {
    let source = Source::open(&import.file)?;
    options.writing(|store, output| {
        let last_seq = store.raw().last_seq(&import.stream)?;
        Importer { import, store, batch: Vec::new(), batch_bytes: 0, written: 0, last_seq }
            .run(source, output)
            .map(|()| Status::Done)
    })
}

struct Importer<'a> {
    import: &'a Import,
    store: &'a Store,
    /// Events that are not written yet, each with the number of its line.
    batch: Vec<(u64, Op)>,
    batch_bytes: usize,
    written: u64,
    last_seq: u64,
}

impl Importer<'_> {
    fn run(mut self, source: Source, output: &mut Output) -> anyhow::Result<()> {
        for (number, line) in (1..).zip(Lines::new(source, LINE_BYTES_MAX)) {
            match self.event(line.with_context(|| self.place(number))?) {
                Ok(None) => {}
                Ok(Some(event)) => self.add(number, event)?,
                Err(error) => {
                    self.commit()?;
                    return Err(anyhow::Error::new(error).context(self.place(number)));
                }
            }
        }
        self.commit()?;
        let last_seq = self.store.raw().last_seq(&self.import.stream)?;
        output.numbers([("events", self.written), ("last-seq", last_seq)])
    }

    /// The event of a line, as SX text; none for a blank line.
    fn event(&mut self, line: Line) -> Result<Option<String>, CliError> {
        let json = match line {
            Line::Whole(line) => line,
            Line::TooLong(bytes) => {
                let text = format!("the line has {bytes} bytes, the limit is {LINE_BYTES_MAX}");
                return Err(CliError::Refused(text));
            }
        };
        let json = String::from_utf8(json).map_err(|error| {
            CliError::Refused(format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
        })?;
        if json.trim().is_empty() {
            return Ok(None);
        }
        let mut event = value::parse_json(&json)?;
        self.number(&mut event)?;
        value::print(&event).map(Some)
    }

    fn number(&mut self, event: &mut sx::Value) -> Result<(), CliError> {
        // What is no event the store refuses, and says why.
        let sx::Value::Dict(entries) = event else { return Ok(()) };
        let seq = match entries.get("seq") {
            Some(seq) => event::seq_in(seq),
            None if self.import.number => {
                let next = self.last_seq + 1;
                entries.insert("seq".to_owned(), sx::Value::Int(next.cast_signed()));
                Some(next)
            }
            None => {
                let text = "the event has no \"seq\"; --number gives each such line the next one";
                return Err(CliError::Refused(text.to_owned()));
            }
        };
        self.last_seq = self.last_seq.max(seq.unwrap_or_default());
        Ok(())
    }

    fn add(&mut self, number: u64, event: String) -> anyhow::Result<()> {
        self.batch_bytes += event.len();
        self.batch.push((number, Op::Append { stream: self.import.stream.clone(), event }));
        if self.batch.len() >= BATCH_EVENTS || self.batch_bytes >= BATCH_BYTES {
            self.commit()?;
        }
        Ok(())
    }

    /// Writes the batch; of one with an event that the store refuses, those before it.
    fn commit(&mut self) -> anyhow::Result<()> {
        let (numbers, mut ops): (Vec<_>, Vec<_>) = self.batch.drain(..).unzip();
        self.batch_bytes = 0;
        let Err(refused) = self.commit_ops(&ops) else { return Ok(()) };
        let Some(index) = refused.index.and_then(|index| usize::try_from(index).ok()) else {
            let unknown = format!("{} events are written, and those behind them may be", self.written);
            return Err(anyhow::Error::new(refused.error).context(unknown));
        };
        ops.truncate(index);
        self.commit_ops(&ops)?;
        let number = numbers.get(index).copied().unwrap_or_default();
        Err(anyhow::Error::new(refused.error).context(self.place(number)))
    }

    fn commit_ops(&mut self, ops: &[Op]) -> Result<(), CommitError> {
        if !ops.is_empty() {
            self.store.raw().commit(ops)?;
            self.written += ops.len() as u64;
        }
        Ok(())
    }

    /// The words before what is wrong with a line.
    fn place(&self, number: u64) -> String {
        let file = self.import.file.display();
        format!("{file} line {number} (the {} events before it are written)", self.written)
    }
}
