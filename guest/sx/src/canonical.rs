//! A text to its canonical form: checked in one pass where it is canonical already.

mod pass;

use std::borrow::Cow;

use crate::error::Error;
use crate::limits::{DEPTH_MAX, NODES_MAX, TEXT_BYTES_MAX};
use crate::parse::parse;
use crate::print::print;
use pass::{Begun, Level, Pass};

/// Levels that need no array of the full depth, which costs more to clear than most values to check.
const SHALLOW: usize = 16;

/// What one pass over a text tells.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    /// The text is canonical.
    Canonical,
    /// It is not, or this pass does not know it; the reader decides.
    Unsure,
    /// It has more levels than there was room for.
    Deep,
}

/// Gives the canonical text of the value that a text holds.
///
/// # Shape
///
/// The answer is what printing the parsed `text` gives, borrowed when `text` is that already.
///
/// # Cost
///
/// One pass over the bytes and no allocation when `text` is canonical and none of its dict keys has an
/// escape; otherwise that of [`parse`] and [`print`](print()).
///
/// # Errors
///
/// Those of [`parse`], and `TooLong` when the canonical text is longer than
/// [`limits::TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX), as `[]` is shorter than `(list)`. These are the
/// only errors.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// let event = r#"{:at 0 :data "x" :seq 1}"#;
/// assert!(matches!(sx::canonical(event)?, Cow::Borrowed(_)));
///
/// // Keys are sorted, and `-0` is the integer 0.
/// assert_eq!(sx::canonical("{:b [x] :a -0}")?, "{:a 0 :b (list (quote x))}");
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V2, V6
pub fn canonical(text: &str) -> Result<Cow<'_, str>, Error> {
    if is_surely_canonical(text) {
        return Ok(Cow::Borrowed(text));
    }
    let printed = print(&parse(text)?)?;
    Ok(if printed == text { Cow::Borrowed(text) } else { Cow::Owned(printed) })
}

fn is_surely_canonical(text: &str) -> bool {
    if text.len() > TEXT_BYTES_MAX {
        return false;
    }
    let mut verdict = check(text, &mut [None; SHALLOW]);
    if verdict == Verdict::Deep {
        verdict = check(text, &mut [None; DEPTH_MAX]);
    }
    verdict == Verdict::Canonical
}

/// Checks a text, with room for as many open lists and dicts as `outer` has places.
fn check<'a>(text: &'a str, outer: &mut [Level<'a>]) -> Verdict {
    let mut pass = Pass { text, at: 0 };
    let mut level: Level<'a> = None;
    let mut depth = 0_usize;
    let mut nodes = 0_usize;
    loop {
        nodes += 1;
        if depth >= DEPTH_MAX || nodes > NODES_MAX {
            return Verdict::Unsure;
        }
        match pass.value() {
            None => return Verdict::Unsure,
            Some(Begun::Whole) => {}
            Some(Begun::Level(inner)) => {
                let Some(place) = outer.get_mut(depth) else { return Verdict::Deep };
                *place = std::mem::replace(&mut level, inner);
                depth += 1;
                continue;
            }
        }
        // A value has ended, and with it whatever closes here.
        loop {
            if depth == 0 {
                return if pass.at == text.len() { Verdict::Canonical } else { Verdict::Unsure };
            }
            match (pass.peek(), level) {
                (Some(b' '), None) => {
                    pass.at += 1;
                    break;
                }
                (Some(b' '), Some(last)) => {
                    pass.at += 1;
                    match pass.key() {
                        Some(key) if last < key => level = Some(key),
                        _ => return Verdict::Unsure,
                    }
                    break;
                }
                (Some(b')'), None) | (Some(b'}'), Some(_)) => {
                    pass.at += 1;
                    depth -= 1;
                    level = outer.get(depth).copied().flatten();
                }
                _ => return Verdict::Unsure,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_checked_in_one_pass(text: &str) -> bool {
        assert_eq!(print(&parse(text).unwrap()).unwrap(), text);
        is_surely_canonical(text)
    }

    #[test]
    fn canonical_text_is_checked_in_one_pass() {
        for text in [
            "nil",
            "false",
            "-7",
            "0",
            "9223372036854775807",
            "-9223372036854775808",
            "3.0",
            "-0.0",
            "1e-7",
            "5e-324",
            "\"\\\"\\\\\\n\\r\\t\u{0}\u{7f}☃\"",
            "(quote ->x)",
            ":-1",
            "(list)",
            "{}",
            r#"{"" 0 "first name" {:b (list 1 "x")} :kw :k "é" (list {} (list))}"#,
        ] {
            assert!(is_checked_in_one_pass(text), "{text}");
        }
    }

    #[test]
    fn every_depth_up_to_the_limit_is_checked_in_one_pass() {
        for depth in [SHALLOW, SHALLOW + 1, SHALLOW + 2, DEPTH_MAX - 1, DEPTH_MAX] {
            let lists = format!("{}nil{}", "(list ".repeat(depth - 1), ")".repeat(depth - 1));
            assert!(is_checked_in_one_pass(&lists), "{depth}");
        }
    }

    #[test]
    fn number_is_checked_as_the_printer_writes_it() {
        let canonical =
            ["0.0", "-0.0", "0.5", "10.25", "0.0001", "-0.00012", "100000000000.125", "0.1234567890123456"];
        for text in canonical {
            assert!(is_checked_in_one_pass(text), "{text}");
        }
        let others = [
            "-",
            "-.55",
            "12.",
            ".5",
            "00.5",
            "01.5",
            "0.50",
            "0.00",
            "0.00001",
            "0.00000",
            "1.5.5",
            "1.0e3",
            "1e3x",
            "1e+16",
            "1E16",
            "-00",
            "-0",
            "01",
            "10000000000000000.0",
            "0.1234567890123456789",
            "1e999",
            "1.5-",
        ];
        for text in others {
            assert!(!is_surely_canonical(text), "{text}");
        }
    }

    #[test]
    fn text_that_is_nearly_canonical_does_not_pass() {
        for text in [
            "",
            " nil",
            "nil ",
            "nil nil",
            "nill",
            "a",
            "'a",
            "#",
            "(quote nil)",
            "(quote -1)",
            "(quote  a)",
            "(quote a )",
            "(quote \"a\")",
            "(quote)",
            "(list )",
            "(list  1)",
            "(list 1 )",
            "(list\n1)",
            "(list 1",
            "(list 1))",
            "(list 1}",
            "(listen)",
            "[1]",
            "(1)",
            "()",
            "{ }",
            "{:a}",
            "{:a 1 }",
            "{:a  1}",
            "{:a 1  :b 2}",
            "{:a 1 :a 2}",
            "{:b 1 :a 2}",
            "{:a 1)",
            "{\"a\" 1}",
            "{a 1}",
            "{1 2}",
            "{\"a b\" 1 \"a b\" 2}",
            "{\"b \" 1 \"a \" 2}",
            "{\"\" 1 \"\" 2}",
            ":",
            "::a",
            ":1",
            ":a b",
            "\"",
            "\"a",
            "\"\n\"",
            "\"\r\"",
            "\"\t\"",
            "\"\\q\"",
            "\"\\",
            "\"\"\"",
            ";c\n1",
            "1;c",
            "true)",
        ] {
            assert!(!is_surely_canonical(text), "{text}");
        }
    }

    #[test]
    fn key_with_an_escape_is_left_to_the_reader() {
        assert!(!is_checked_in_one_pass(r#"{"a\nb" 1}"#));
    }
}
