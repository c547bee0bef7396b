//! Streams: the meaning of `persist` (S1 to S8) on the engine's logs. `kv.rs` has the rest of it.

use crate::base::line;
use crate::check::{check_batch, check_limit, check_name, check_part, same, text_name, within_answer};
use crate::engine::listing::{Direction, Page};
use crate::engine::page::{Bounds, Cursor, From, LogPage};
use crate::engine::streams::stream_space_of;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::limits::{NAME_BYTES_MAX, SEQ_MAX};
use crate::storage::Storage;
use std::borrow::Cow;
use sx_persist_wire::ExpectSeq;

/// Where a page of a stream begins; `types.position`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// Before the first event.
    Start,
    /// Behind the last one.
    End,
    /// Events with a seq above this one, wherever they stand; of a segment, behind its first entries, so many.
    After(u64),
    /// The `through` of an earlier page.
    Cursor(String),
}

/// Some events or entries, and where the next page begins; `types.line-page`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePage {
    /// A line each.
    pub lines: String,
    /// The cursor behind them.
    pub through: String,
    /// Is that the end?
    pub done: bool,
}

impl LinePage {
    pub(crate) fn new(lines: String, next: Option<Cursor>, end: Cursor, print: fn(Cursor) -> String) -> Self {
        Self { lines, through: print(next.unwrap_or(end)), done: next.is_none() }
    }

    /// The cursor of the next page; none at the end.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        (!self.done).then_some(&self.through)
    }
}

impl<S: Storage> Engine<S> {
    /// `persist.append`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn append(&mut self, stream: &str, event: &str) -> Result<u64> {
        self.write(|engine| engine.decide_append(stream, event))
    }

    /// `persist.append-expecting`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn append_expecting(&mut self, stream: &str, expected: u64, events: &[String]) -> Result<u64> {
        self.write(|engine| engine.decide_append_expecting(stream, expected, events))
    }

    /// `persist.record-event`: the event has `kind` as its `:type`, and `data`, one value, as its `:data`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn record_event(
        &mut self,
        stream: &str,
        kind: &str,
        at: i64,
        data: &str,
        expected: ExpectSeq,
    ) -> Result<String> {
        self.write(|engine| engine.decide_record_event(stream, kind, at, data, expected))
    }

    /// `persist.truncate`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn truncate(&mut self, stream: &str, upto: u64) -> Result<u64> {
        self.write(|engine| engine.decide_truncate(stream, upto))
    }

    /// `persist.read`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn read_stream(&mut self, stream: &str) -> Result<Vec<String>> {
        check_name(stream)?;
        self.read(|engine| engine.stream_events(stream.as_bytes()))
    }

    /// `persist/read` of `dispatch.handle-op-bytes`: what the original wrote as bytes that are no UTF-8 comes as it stands, and so does
    /// a stream of such a name.
    pub(crate) fn read_stream_bytes(&mut self, stream: &[u8]) -> Result<Vec<Vec<u8>>> {
        check_part(stream.len(), NAME_BYTES_MAX)?;
        self.read(|engine| match text_name(stream) {
            Err(error) if !engine.has_stream(stream)? => Err(error),
            _ => engine.stream_events(stream),
        })
    }

    /// `persist.read-page`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn read_page(
        &mut self,
        stream: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        check_name(stream)?;
        let items = check_limit(limit)?;
        let from = match at {
            Position::Start => From::Start,
            Position::End => From::End,
            Position::After(_) if direction == Direction::Backward => {
                return Err(Error::InvalidArgument("`after` is read forward only".into()));
            }
            Position::After(seq) => From::After(*seq),
            Position::Cursor(text) if text.is_empty() => From::Start,
            Position::Cursor(text) => From::Cursor(parse_cursor(text)?),
        };
        let page: LogPage<String> =
            self.read(|engine| engine.stream_page(stream.as_bytes(), from, Bounds::page(items), direction))?;
        Ok(LinePage::new(page.events, page.next, page.end, print_cursor))
    }

    /// `persist.last-seq`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn last_seq(&mut self, stream: &str) -> Result<u64> {
        check_name(stream)?;
        self.read(|engine| engine.stream_last_seq(stream.as_bytes()))
    }

    /// `persist.count`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn count(&mut self, stream: &str) -> Result<u64> {
        check_name(stream)?;
        self.read(|engine| engine.stream_count(stream.as_bytes()))
    }

    /// `persist.streams`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn streams(&mut self) -> Result<Vec<String>> {
        self.read(|engine| within_answer(engine.names(engine.stream_space())?))
    }

    /// `persist.list-streams`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn list_streams(&mut self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        self.stream_names_page((prefix, after), limit, |_, stream| {
            let bytes = stream.len();
            Ok((stream, bytes))
        })
    }

    /// A page of streams: what `show` makes of each and so many bytes.
    pub(crate) fn stream_names_page<T>(
        &mut self,
        names: (&str, Option<&str>),
        limit: u32,
        show: impl Fn(&mut Opened<'_, S>, String) -> Result<(T, usize)>,
    ) -> Result<Page<T>> {
        self.text_page(stream_space_of, names, limit, |engine, stream, _| Ok(Some(show(engine, stream)?)))
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn decide_append(&mut self, stream: &str, event: &str) -> Result<u64> {
        check_name(stream)?;
        let (seq, text) = parse_event(event)?;
        self.stream_append(stream.as_bytes(), vec![(seq, &text)])?;
        self.stream_last_seq(stream.as_bytes())
    }

    pub(crate) fn decide_append_expecting(
        &mut self,
        stream: &str,
        expected: u64,
        events: &[String],
    ) -> Result<u64> {
        check_name(stream)?;
        check_batch(events.iter().map(String::len))?;
        let parsed = events.iter().map(|event| parse_event(event)).collect::<Result<Vec<_>>>()?;
        // Before the seqs are compared with each other: whoever is late is told where the stream is.
        self.expect_last_seq(stream, expected)?;
        let mut last_seq = expected;
        for (seq, _) in &parsed {
            if *seq <= last_seq {
                return Err(Error::InvalidEvent("the seqs do not rise from above the expected one".into()));
            }
            last_seq = *seq;
        }
        if !parsed.is_empty() {
            let events = parsed.iter().map(|(seq, text)| (*seq, text.as_ref())).collect();
            self.stream_append(stream.as_bytes(), events)?;
        }
        Ok(last_seq)
    }

    pub(crate) fn decide_record_event(
        &mut self,
        stream: &str,
        kind: &str,
        at: i64,
        data: &str,
        expected: ExpectSeq,
    ) -> Result<String> {
        check_name(stream)?;
        let data = sx::canonical(data)?;
        let last_seq = self.stream_last_seq(stream.as_bytes())?;
        if let ExpectSeq::At(expected) = expected {
            self.expect_last_seq(stream, expected)?;
        }
        if last_seq >= SEQ_MAX {
            return Err(Error::InvalidEvent("the stream's last-seq is the highest there is".into()));
        }
        let seq = last_seq + 1;
        let mut text = format!("{{:at {at} :data {data} :seq {seq} :stream ");
        sx::quote(stream, &mut text);
        text.push_str(" :type ");
        sx::quote(kind, &mut text);
        text.push('}');
        // What stands around the data may take it past a limit.
        let text = sx::canonical(&text)?;
        self.stream_append(stream.as_bytes(), vec![(seq, &text)])?;
        Ok(text.into_owned())
    }

    fn expect_last_seq(&mut self, stream: &str, expected: u64) -> Result<()> {
        same(expected, self.stream_last_seq(stream.as_bytes())?)
    }

    /// C2.
    pub(crate) fn decide_check_last_seq(&mut self, stream: &str, last_seq: u64) -> Result<()> {
        check_name(stream)?;
        self.expect_last_seq(stream, last_seq)
    }

    /// C2.
    pub(crate) fn decide_check_count(&mut self, stream: &str, count: u64) -> Result<()> {
        check_name(stream)?;
        same(count, self.stream_count(stream.as_bytes())?)
    }

    pub(crate) fn decide_truncate(&mut self, stream: &str, upto: u64) -> Result<u64> {
        check_name(stream)?;
        self.stream_truncate(stream.as_bytes(), upto)
    }
}

/// S2: the seq and the canonical text of an event.
fn parse_event(text: &str) -> Result<(u64, Cow<'_, str>)> {
    let text = sx::canonical(text)?;
    if !text.starts_with('{') {
        return Err(Error::InvalidEvent("not a dict".into()));
    }
    let Some(seq) = sx::field(&text, "seq") else { return Err(Error::InvalidEvent("no :seq".into())) };
    match line::whole_number(seq).filter(|seq| (1..=SEQ_MAX).contains(seq)) {
        Some(number) if seq.bytes().all(|byte| byte.is_ascii_digit()) => Ok((number, text)),
        Some(number) => Ok((number, Cow::Owned(with_seq(&text, number)?))),
        None => Err(Error::InvalidEvent(format!(":seq is no integer from 1 to {SEQ_MAX}").into())),
    }
}

/// The event with an integer where its seq was a float, as the original stores it.
fn with_seq(event: &str, seq: u64) -> Result<String> {
    let mut value = sx::parse(event)?;
    if let sx::Value::Dict(entries) = &mut value {
        entries.insert("seq".to_owned(), sx::Value::Int(seq.cast_signed()));
    }
    Ok(sx::print(&value)?)
}

fn print_cursor(cursor: Cursor) -> String {
    let after = cursor.after.map(|seq| seq.to_string()).unwrap_or_default();
    format!("{}.{}.{after}", cursor.generation, cursor.nth)
}

fn parse_cursor(text: &str) -> Result<Cursor> {
    let number = |part: &str| part.parse().ok();
    let cursor = match text.split('.').collect::<Vec<_>>()[..] {
        [generation, nth, ""] => number(generation).zip(number(nth)).map(|(generation, nth)| Cursor {
            generation,
            nth,
            after: None,
        }),
        [generation, nth, after] => number(generation)
            .zip(number(nth))
            .zip(number(after))
            .map(|((generation, nth), after)| Cursor { generation, nth, after: Some(after) }),
        _ => None,
    };
    // Only what was given out comes back: nothing else that happens to parse.
    cursor.filter(|cursor| print_cursor(*cursor) == text).ok_or_else(Error::not_a_cursor)
}
