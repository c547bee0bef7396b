//! What a trace tells of a call: its function, what it concerns, and how much it is given.

use std::fmt;
use tracing::span::EnteredSpan;

/// A call of the store. At the level `debug` each is a span `sx_persist`; what it asks of the component is one of `trace` in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    /// Its interface and its name: `persist.append`.
    pub(crate) function: &'static str,
    /// The stream, or the table and the key; empty where there is none.
    pub(crate) names: [&'a [u8]; 2],
    /// Text and bytes of its arguments.
    pub(crate) bytes: usize,
}

impl Told<'_> {
    /// A call that concerns nothing in particular.
    pub(crate) fn of(function: &'static str) -> Self {
        Self { function, names: [b"", b""], bytes: 0 }
    }

    /// From here on the call is at work, until the span is dropped.
    pub(crate) fn begin(self) -> EnteredSpan {
        let Self { function, names, bytes } = self;
        tracing::debug_span!("sx_persist", function, of = %Names(names), bytes).entered()
    }

    /// Tells of a part of a call.
    pub(crate) fn tell(self) {
        let Self { function, names, bytes } = self;
        tracing::trace!(function, of = %Names(names), bytes, "in the commit");
    }
}

/// Names as they stand in Rust, since they may hold anything; a dash for none.
struct Names<'a>([&'a [u8]; 2]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        for name in self.0.iter().filter(|name| !name.is_empty()) {
            write!(out, "{before}{:?}", String::from_utf8_lossy(name))?;
            before = " ";
        }
        if before.is_empty() { out.write_str("-") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_on_one_line_whatever_they_hold() {
        for (names, shown) in [
            ([&b""[..], b""], "-"),
            ([b"orders", b""], r#""orders""#),
            ([b"carts", b"a\n\x1b[2J\"\xff"], "\"carts\" \"a\\n\\u{1b}[2J\\\"\u{fffd}\""),
        ] {
            assert_eq!(Names(names).to_string(), shown);
        }
    }
}
