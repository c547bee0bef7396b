//! The reader: text to events, with a stack of its own instead of recursion (docs/semantics.md V5).

use std::borrow::Cow;
use std::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::event::{Event, Source};
use crate::limits::{Budget, TEXT_BYTES_MAX};
use crate::string::{plain_bytes, unescape};
use crate::token::{Number, is_first, is_symbol, is_token, parse_number, run_bytes, starts_number};

/// Reads the events of one value.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Where the last event began.
    start: usize,
    /// What stands between the quotes of the last event, when it is a string or a key in quotes.
    literal: Option<Range<usize>>,
    /// The lists and dicts open now; a `Level::Quote` is not counted.
    depth: usize,
    open: Vec<Frame>,
    budget: Budget,
    started: bool,
}

/// What is open around the place that is read.
#[derive(Clone, Copy)]
struct Frame {
    level: Level,
    /// Inside quoted data `(list a)` and `(quote a)` are lists like any other.
    quoted: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// `( ... )`, without the word `list` before its items.
    Round,
    /// `[ ... ]`
    Square,
    /// `{ ... }`, with a key to come.
    Key,
    /// `{ ... }`, with the value of a key to come.
    Value,
    /// `(quote x)` outside quoted data: nothing but `x` is seen of it. There is at most one at a time.
    Quote,
    /// `'x` inside quoted data, which is the list of `quote` and `x`; the symbol is to come.
    TickSymbol,
    /// The same, with `x` to come.
    TickValue,
    /// The same, with its end to come.
    TickEnd,
}

impl<'a> Reader<'a> {
    /// Reads from the start of a text, which may go on behind the value.
    pub(crate) fn new(text: &'a str) -> Self {
        let budget = Budget::default();
        Self { text, at: 0, start: 0, literal: None, depth: 0, open: Vec::new(), budget, started: false }
    }

    /// Reads a text that holds one value alone, so its length is known to be the value's.
    pub(crate) fn whole(text: &'a str) -> Result<Self, Error> {
        within_limit(text.len())?;
        Ok(Self::new(text))
    }

    /// The byte behind what was read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Where the bytes between the quotes of the last event stand; none when that is no string and no key in quotes.
    pub(crate) fn literal(&self) -> Option<Range<usize>> {
        self.literal.clone()
    }

    /// Refuses anything but white space and comments behind the value.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.skip_blank();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Error::at(self.at, ErrorKind::TrailingText)),
        }
    }

    fn step(&mut self) -> Result<Event<'a>, Error> {
        let Some(&Frame { level, quoted }) = self.open.last() else {
            if self.started {
                return Err(self.unexpected());
            }
            self.started = true;
            self.begin();
            return self.value(false);
        };
        match level {
            Level::TickSymbol => {
                self.become_level(Level::TickValue);
                self.admit()?;
                Ok(Event::Symbol(Cow::Borrowed("quote")))
            }
            Level::TickEnd => self.end(),
            Level::TickValue => {
                self.become_level(Level::TickEnd);
                self.begin();
                self.value(true)
            }
            Level::Round => self.item_or_end(b')', quoted),
            Level::Square => self.item_or_end(b']', quoted),
            Level::Key => {
                self.begin();
                if self.peek() == Some(b'}') {
                    self.at += 1;
                    return self.end();
                }
                self.become_level(Level::Value);
                self.key().map(Event::Key)
            }
            Level::Value => {
                self.become_level(Level::Key);
                self.begin();
                self.value(quoted)
            }
            // INVARIANT: `close_quote` pops a quote before the event that fills it is given away.
            Level::Quote => Err(self.unexpected()),
        }
    }

    fn item_or_end(&mut self, close: u8, quoted: bool) -> Result<Event<'a>, Error> {
        self.begin();
        if self.peek() == Some(close) {
            self.at += 1;
            return self.end();
        }
        self.value(quoted)
    }

    /// Reads one value, or the beginning of a list or dict. It calls itself at most once: what it reads
    /// behind a quote is quoted, and there it never does.
    fn value(&mut self, quoted: bool) -> Result<Event<'a>, Error> {
        let Some(byte) = self.peek() else { return Err(self.unexpected()) };
        match byte {
            b'(' => {
                self.at += 1;
                if quoted {
                    return self.begin_level(Level::Round, true);
                }
                self.skip_blank();
                match self.peek_run() {
                    "list" => self.at += "list".len(),
                    "quote" => {
                        self.at += "quote".len();
                        self.open.push(Frame { level: Level::Quote, quoted: true });
                        self.skip_blank();
                        return self.value(true);
                    }
                    _ => {}
                }
                self.begin_level(Level::Round, false)
            }
            b'[' => {
                self.at += 1;
                self.begin_level(Level::Square, quoted)
            }
            b'{' => {
                self.at += 1;
                self.begin_level(Level::Key, quoted)
            }
            b'\'' => {
                self.at += 1;
                if quoted {
                    return self.begin_level(Level::TickSymbol, true);
                }
                self.skip_blank();
                self.value(true)
            }
            _ => self.atom(byte),
        }
    }

    fn atom(&mut self, byte: u8) -> Result<Event<'a>, Error> {
        let event = match byte {
            b'"' => Event::String(self.string()?),
            b':' => Event::Keyword(Cow::Borrowed(self.keyword()?)),
            _ if is_first(byte) || byte.is_ascii_digit() => self.number_or_name()?,
            _ => return Err(self.unexpected()),
        };
        self.admit()?;
        self.close_quote()?;
        Ok(event)
    }

    fn number_or_name(&mut self) -> Result<Event<'a>, Error> {
        let run = self.whole_run()?;
        let event = match run {
            "nil" => Event::Nil,
            "true" => Event::Bool(true),
            "false" => Event::Bool(false),
            _ if starts_number(run) => match parse_number(run) {
                Ok(Number::Int(integer)) => Event::Int(integer),
                Ok(Number::Float(float)) => Event::Float(float),
                Err(kind) => return Err(Error::at(self.at, kind)),
            },
            name => Event::Symbol(Cow::Borrowed(name)),
        };
        self.at += run.len();
        Ok(event)
    }

    fn key(&mut self) -> Result<Cow<'a, str>, Error> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b':') => self.keyword().map(Cow::Borrowed),
            _ => {
                let name = self.whole_run()?;
                if !is_symbol(name) {
                    return Err(self.unexpected());
                }
                self.at += name.len();
                Ok(Cow::Borrowed(name))
            }
        }
    }

    fn keyword(&mut self) -> Result<&'a str, Error> {
        let name = self.whole_run()?.strip_prefix(':').unwrap_or_default();
        if !is_token(name) {
            return Err(Error::at(self.at, ErrorKind::Name));
        }
        self.at += 1 + name.len();
        Ok(name)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        let mut text = Cow::Borrowed("");
        self.at += 1;
        let start = self.at;
        let mut plain_start = start;
        loop {
            self.at += plain_bytes(self.rest());
            match self.peek() {
                None => return Err(self.unexpected()),
                Some(b'"') => {
                    // Adding to an empty text borrows, so a string without escapes is not copied here.
                    text += self.slice(plain_start, self.at);
                    self.literal = Some(start..self.at);
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text += self.slice(plain_start, self.at);
                    text.to_mut().push(self.escape()?);
                    self.at += 2;
                    plain_start = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&self) -> Result<char, Error> {
        let Some(&letter) = self.text.as_bytes().get(self.at + 1) else {
            return Err(Error::at(self.text.len(), ErrorKind::UnexpectedEnd));
        };
        unescape(letter).ok_or_else(|| Error::at(self.at, ErrorKind::Escape))
    }

    fn begin_level(&mut self, level: Level, quoted: bool) -> Result<Event<'a>, Error> {
        self.admit()?;
        self.open.push(Frame { level, quoted });
        self.depth += 1;
        Ok(if level == Level::Key { Event::Dict } else { Event::List })
    }

    fn end(&mut self) -> Result<Event<'a>, Error> {
        self.open.pop();
        self.depth -= 1;
        self.close_quote()?;
        Ok(Event::End)
    }

    /// Reads the `)` of a `(quote x)` whose `x` has just been read, so that the value ends behind it.
    fn close_quote(&mut self) -> Result<(), Error> {
        if self.open.last().is_none_or(|frame| frame.level != Level::Quote) {
            return Ok(());
        }
        self.skip_blank();
        if self.peek() != Some(b')') {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.open.pop();
        Ok(())
    }

    fn become_level(&mut self, level: Level) {
        if let Some(frame) = self.open.last_mut() {
            frame.level = level;
        }
    }

    fn admit(&self) -> Result<(), Error> {
        self.budget.admit(self.depth + 1).map_err(|kind| Error::at(self.start, kind))
    }

    /// Goes to where the next event begins.
    fn begin(&mut self) {
        self.skip_blank();
        self.start = self.at;
        self.literal = None;
    }

    fn skip_blank(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => self.at += 1,
                b';' => {
                    let rest = self.rest();
                    self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// Nothing that can stand here does.
    fn unexpected(&self) -> Error {
        let kind = match self.rest() {
            [] => ErrorKind::UnexpectedEnd,
            [b'#', b'\\', ..] => ErrorKind::Character,
            _ => ErrorKind::UnexpectedText,
        };
        Error::at(self.at, kind)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The run here, unless the text ends with it inside brackets: then it may be cut short, and what is
    /// wrong with it is that more must follow.
    fn whole_run(&self) -> Result<&'a str, Error> {
        let run = self.peek_run();
        let ends = self.at + run.len() == self.text.len();
        if ends && self.open.iter().any(|frame| frame.level != Level::TickEnd) {
            return Err(Error::at(self.text.len(), ErrorKind::UnexpectedEnd));
        }
        Ok(run)
    }

    fn peek_run(&self) -> &'a str {
        self.slice(self.at, self.at + run_bytes(self.rest()))
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// INVARIANT: both ends lie beside an ASCII byte or at an end of the text, so there is such a slice.
    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }
}

impl<'a> Source<'a> for Reader<'a> {
    fn next_event(&mut self) -> Result<Event<'a>, Error> {
        let event = self.step()?;
        within_limit(self.at)?;
        Ok(event)
    }

    fn offset(&self) -> Option<usize> {
        Some(self.start)
    }
}

fn within_limit(bytes: usize) -> Result<(), Error> {
    if bytes > TEXT_BYTES_MAX {
        let kind = ErrorKind::TooLong { limit: TEXT_BYTES_MAX, actual: bytes };
        return Err(Error::at(TEXT_BYTES_MAX, kind));
    }
    Ok(())
}
