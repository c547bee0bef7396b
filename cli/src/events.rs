//! Events of one stream, from lines of JSON.

use crate::archive;
use crate::batch::Batch;
use crate::exit::{CliError, Status};
use crate::import::{self, Import};
use crate::lines::{Line, Lines};
use crate::options::Options;
use crate::output::Output;
use crate::progress::Source;
use crate::terminal;
use crate::there::Items;
use crate::value;
use anyhow::Context as _;
use sx_persist::event;
use sx_persist::types::{Op, Position};

/// JSON may be longer than the SX that it stands for, which has its own limit.
const LINE_BYTES_MAX: usize = 64 << 20;

pub(crate) fn import(stream: &str, import: &Import, options: &Options) -> anyhow::Result<Status> {
    let source = Source::open(&import.file)?;
    options.writing(|store, output| {
        let last_seq = store.raw().last_seq(stream)?;
        let batch =
            Batch::new(store, &import.file, |events| format!("the {events} events before it are written"));
        let (file, of) = (import.file.display().to_string(), import.clone());
        let _waiting = batch.on_interrupt(source.bar(), move |standing| {
            let (events, line) = (standing.operations, standing.line);
            format!(
                "interrupted: {events} events are written, {file} is in the stream up to line {line}; {}",
                of.on_again(line)
            )
        })?;
        let mut importer =
            Importer { import, stream, batch, begin_seq: last_seq, last_seq, place: Place::Begin, passed: 0 };
        importer.run(source)?;
        importer.tell(output).map(|()| Status::Done)
    })
}

/// Where the lines are, beside what the stream has.
#[derive(Debug)]
enum Place<'a> {
    /// At the first event.
    Begin,
    /// At what is in the stream already.
    There(Items<'a>),
    /// Behind it.
    New,
}

struct Importer<'a> {
    import: &'a Import,
    stream: &'a str,
    batch: Batch<'a>,
    /// The last-seq before the import.
    begin_seq: u64,
    last_seq: u64,
    place: Place<'a>,
    /// Events that were there already.
    passed: u64,
}

impl<'a> Importer<'a> {
    fn run(&mut self, source: Source) -> anyhow::Result<()> {
        for (number, line) in (1..).zip(Lines::new(source, LINE_BYTES_MAX)) {
            let line = line.with_context(|| self.batch.place(number))?;
            if let Err(error) = self.line(number, line) {
                self.batch.commit()?;
                // What the store refused has its place already.
                return Err(if error.is::<CliError>() {
                    error.context(self.batch.place(number))
                } else {
                    error
                });
            }
            self.batch.passed(number)?;
        }
        self.batch.commit()
    }

    fn tell(&self, output: &mut Output) -> anyhow::Result<()> {
        let last_seq = self.batch.store.raw().last_seq(self.stream)?;
        let written = [("events", self.batch.standing().operations), ("last-seq", last_seq)];
        let passed = self.import.resume.then_some(("skipped", self.passed));
        output.numbers(written.into_iter().chain(passed))
    }

    fn line(&mut self, number: u64, line: Line) -> anyhow::Result<()> {
        let json = match line {
            Line::Whole(line) => import::text(line)?,
            Line::TooLong(bytes) => return Err(import::too_long(bytes, LINE_BYTES_MAX).into()),
        };
        if json.trim().is_empty() {
            return Ok(());
        }
        if matches!(self.place, Place::Begin) && archive::is_head(&json) {
            let text = "this is an archive: leave out --stream, and it is imported whole".to_owned();
            return Err(CliError::Misused(text).into());
        }
        let mut event = value::parse_json(&json)?;
        let seq = self.number(&mut event)?;
        let event = value::print(&event)?;
        if !self.is_there(seq, &event)? {
            let stream = self.stream.to_owned();
            self.batch.add(number, Op::Append { stream, event });
        }
        Ok(())
    }

    /// Gives the event a seq where that is wanted, and writes it as the store does. None for what is no event, which the store refuses,
    /// and says why.
    fn number(&mut self, event: &mut sx::Value) -> Result<Option<u64>, CliError> {
        let sx::Value::Dict(entries) = event else { return Ok(None) };
        let seq = match entries.get("seq") {
            Some(seq) => event::seq_in(seq),
            None if self.import.number => Some(self.next_seq()),
            None => {
                let text = "the event has no \"seq\"; --number gives each such line the next one";
                return Err(CliError::Refused(text.to_owned()));
            }
        };
        if let Some(seq) = seq.and_then(|seq| i64::try_from(seq).ok()) {
            entries.insert("seq".to_owned(), sx::Value::Int(seq));
        }
        self.last_seq = self.last_seq.max(seq.unwrap_or_default());
        Ok(seq)
    }

    fn next_seq(&mut self) -> u64 {
        if matches!(self.place, Place::Begin) && self.begin_seq > 0 {
            terminal::note(&format!(
                "there are events in {}, up to seq {}; what is numbered comes behind them, also when it is there already",
                self.stream, self.begin_seq
            ));
        }
        self.last_seq + 1
    }

    /// Is this event in the stream already, and to be passed by?
    fn is_there(&mut self, seq: Option<u64>, event: &str) -> anyhow::Result<bool> {
        if matches!(self.place, Place::Begin) {
            self.place = match seq {
                Some(seq) if seq <= self.begin_seq && !self.import.repeat => self.begin(seq)?,
                _ => Place::New,
            };
            if matches!(self.place, Place::There(_)) && !self.import.resume {
                let text = format!(
                    "{} has an event of seq {} already: --resume goes on behind what is there, --repeat appends all of it again",
                    self.stream,
                    seq.unwrap_or_default()
                );
                return Err(CliError::Refused(text).into());
            }
        }
        let Place::There(items) = &mut self.place else { return Ok(false) };
        match items.next()? {
            Some(there) if there == event => {
                self.passed += 1;
                Ok(true)
            }
            Some(there) => {
                let there = event::seq_of(&there);
                let text =
                    format!("{} has another event here, of seq {there}: nothing can be resumed", self.stream);
                Err(CliError::Refused(text).into())
            }
            None => {
                self.place = Place::New;
                Ok(false)
            }
        }
    }

    /// What the stream has from the first event on that has this seq.
    fn begin(&self, seq: u64) -> anyhow::Result<Place<'a>> {
        // To find the seq a page behind a lower one will do; to go on from there, one that leaves out nothing is wanted.
        let at = if self.import.resume { Position::Start } else { Position::After(seq.saturating_sub(1)) };
        let mut items = Items::of_stream(self.batch.store, self.stream, at);
        if items.skip_to(|event| event::seq_of(event) == seq)? {
            return Ok(Place::There(items));
        }
        if self.import.resume {
            let text = format!(
                "{} has gone past seq {seq}, to {}, and has no event of it: nobody can tell where the import stood",
                self.stream, self.begin_seq
            );
            return Err(CliError::Refused(text).into());
        }
        Ok(Place::New)
    }
}
