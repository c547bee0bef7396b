//! What a terminal is shown: names and values, of which what it would act on is escaped, and what is said on standard error.

use clap::ValueEnum;
use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::mem;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Are notes and progress unwanted? One answer a process, since a note may come from anywhere.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// A stream of text. Where it leads to a terminal, characters that this acts on are escaped; elsewhere nothing is.
#[derive(Debug)]
pub(crate) struct Shown<W> {
    to: W,
    is_terminal: bool,
    /// The beginning of a character whose other bytes are not there yet.
    begun: Vec<u8>,
}

/// Standard output.
pub(crate) fn stdout() -> Shown<StdoutLock<'static>> {
    let to = io::stdout().lock();
    let is_terminal = to.is_terminal();
    Shown { to, is_terminal, begun: Vec::new() }
}

/// A text as a terminal may be given it.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_acted_on(letter) {
            // All of them have four digits at most, so that this is JSON's escape, too.
            let _ = write!(escaped, "\\u{:04x}", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// Control characters but for those that make lines and columns, and what turns the direction of the text around it.
fn is_acted_on(letter: char) -> bool {
    let is_structure = matches!(letter, '\n' | '\t');
    letter.is_control() && !is_structure
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escape_bytes(bytes: &[u8]) -> String {
    let mut escaped = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        escaped += &escape(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(escaped, "\\x{byte:02x}");
        }
    }
    escaped
}

/// How many bytes at the end begin a character and do not end it.
fn begun_bytes(bytes: &[u8]) -> usize {
    let end = bytes.utf8_chunks().last().map_or([].as_slice(), |chunk| chunk.invalid());
    let is_begun = str::from_utf8(end).is_err_and(|error| error.error_len().is_none());
    if is_begun { end.len() } else { 0 }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.to.write(bytes);
        }
        self.begun.extend_from_slice(bytes);
        let begun = self.begun.split_off(self.begun.len() - begun_bytes(&self.begun));
        let whole = mem::replace(&mut self.begun, begun);
        self.to.write_all(escape_bytes(&whole).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let begun = mem::take(&mut self.begun);
        self.to.write_all(escape_bytes(&begun).as_bytes())?;
        self.to.flush()
    }
}

/// Says one line about what goes wrong.
pub(crate) fn print_error(text: &str) {
    say(text, "31");
}

/// Says one line about what is done besides, unless that is unwanted.
pub(crate) fn note(text: &str) {
    if !is_quiet() {
        say(text, "32");
    }
}

/// From now on nothing but errors is said on standard error.
pub(crate) fn be_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Is nothing but errors to be said on standard error?
pub(crate) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Says that a component is being prepared, which takes a moment; and why that is so each time, where it is.
pub(crate) fn preparing(unkept: Option<&str>) {
    note(&match unkept {
        None => "preparing the component, once on this machine".to_owned(),
        Some(reason) => format!(
            "preparing the component; it cannot be kept: {reason}, so every start does this; set XDG_CACHE_HOME"
        ),
    });
}

/// Writes one line of JSON about what went wrong.
pub(crate) fn print_error_json(error: &serde_json::Value) {
    // There is nobody to tell where standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", escape(&error.to_string()));
}

fn say(text: &str, colour: &str) {
    let stderr = io::stderr();
    let name = "sx-persist:";
    let name = if is_coloured(&stderr) { format!("\x1b[1;{colour}m{name}\x1b[0m") } else { name.to_owned() };
    // Names and bytes of files may hold anything: it stays one line.
    let line = if stderr.is_terminal() {
        escape(&text.replace(['\n', '\t'], " "))
    } else {
        text.replace(char::is_control, " ")
    };
    // There is nobody to tell where standard error is closed.
    let _ = writeln!(stderr.lock(), "{name} {line}");
}

/// Whether messages have colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

static COLOUR: OnceLock<Colour> = OnceLock::new();

impl Colour {
    /// Says it for all of the process. What was said first counts.
    pub(crate) fn choose(self) {
        COLOUR.get_or_init(|| self);
    }
}

pub(crate) fn is_coloured(to: &impl IsTerminal) -> bool {
    match COLOUR.get().copied().unwrap_or_default() {
        Colour::Auto => to.is_terminal() && env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()),
        Colour::Always => true,
        Colour::Never => false,
    }
}

/// Waits, and tells whether whoever reads standard output has gone away meanwhile.
#[cfg(unix)]
pub(crate) fn wait_for_close(time: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = io::stdout();
    // Asked for nothing, it tells of errors alone: the other end of the pipe is closed.
    let mut ends = [PollFd::new(&stdout, PollFlags::empty())];
    let timeout = Timespec::try_from(time).ok();
    let Ok(ended) = poll(&mut ends, timeout.as_ref()) else {
        thread::sleep(time);
        return false;
    };
    ended > 0
}

/// Waits. A closed pipe is met at the next line.
#[cfg(not(unix))]
pub(crate) fn wait_for_close(time: Duration) -> bool {
    thread::sleep(time);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[&[u8]], is_terminal: bool) -> Vec<u8> {
        let mut shown = Shown { to: Vec::new(), is_terminal, begun: Vec::new() };
        parts.iter().for_each(|part| shown.write_all(part).unwrap());
        shown.flush().unwrap();
        shown.to
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped_and_all_else_stands_as_it_is() {
        let text = "\0\x07\x08\t\n\r\x1b[2J\x7f \u{80}\u{9b}31m\u{9f} \u{202a}\u{202e}\u{2066}\u{2069}";
        let escaped = "\\u0000\\u0007\\u0008\t\n\\u000d\\u001b[2J\\u007f \\u0080\\u009b31m\\u009f \
                       \\u202a\\u202e\\u2066\\u2069";
        assert_eq!(escape(text), escaped);
        // Letters of scripts that are written from the right, and what joins others, are shown.
        let letters = "é \u{a0}עברית\u{200f} \u{200d}\u{2028}\u{2065}\u{206a}🦀";
        assert_eq!(escape(letters), letters);
    }

    #[test]
    fn every_cut_between_two_writes_gives_the_same() {
        let bytes = "a\u{9b}é\u{202e}🦀\x1b".as_bytes();
        for cut in 0..=bytes.len() {
            let (first, second) = bytes.split_at(cut);
            assert_eq!(shown(&[first, second], true), "a\\u009bé\\u202e🦀\\u001b".as_bytes(), "{cut}");
            assert_eq!(shown(&[first, second], false), bytes, "{cut}");
        }
        let each: Vec<_> = bytes.chunks(1).collect();
        assert_eq!(shown(&each, true), shown(&[bytes], true));
    }

    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        assert_eq!(shown(&[b"\x9b1m\xff\xe2\x80a\xe2", b"\x80"], true), b"\\x9b1m\\xff\\xe2\\x80a\\xe2\\x80");
        assert_eq!(shown(&[b"\x9b\xff\xe2", b"\x80"], false), b"\x9b\xff\xe2\x80");
    }
}
