//! A value and its trailer: the text of a log's line (F1) and of a kv file (F2).
//!
//! ```text
//! {:at 0 :data {:v 2} :seq 3 :stream "s" :type "x"} :nth 12 :lsn 40 :last-seq 7 :crc32c 12
//! ```

use crate::codec::crc32c::crc32c;
use crate::keyspace::Keyspace;
use crate::limits::COUNT_END;
use std::borrow::Cow;
use std::fmt::Write as _;
use sx::bytes::{self, Parts};

const CRC: &str = " :crc32c ";

/// The pair at the end of a line, and the newline.
pub(crate) const CRC_BYTES_MAX: u64 = CRC.len() as u64 + 11;

/// What is wrong with bytes among which no line ends.
pub(crate) const TOO_LONG: &str = "longer than a line can be";

/// What stands behind a value: facts about its place in the log, and the checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trailer {
    /// The number of the line in the life of its file; a kv file has none.
    pub(crate) nth: Option<u64>,
    /// The lsn of the commit that wrote the value.
    pub(crate) lsn: Option<u64>,
    /// On the first line of a log that was truncated: the lsn of what gave the file its present beginning.
    pub(crate) generation: Option<u64>,
    /// On the line where seqs first descend and on each behind it: the log's last-seq.
    pub(crate) last_seq: Option<u64>,
}

/// A value read from the base.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Text<'a> {
    /// With a trailer whose checksum holds: this store wrote it.
    Whole(&'a str, Trailer),
    /// Without one, and a value: the original wrote it. In canonical text.
    Bare(Cow<'a, str>),
    /// A value but for strings that are no UTF-8, on one line: the original wrote it, and so it stays. With the trailer that a
    /// truncation may have added, and the seq.
    Original(Cow<'a, [u8]>, Trailer, u64),
    /// Neither.
    Damaged(&'static str),
}

/// Why what the original wrote as bytes is not given as text.
pub(crate) const ORIGINAL: &str = "bytes of the original that are no UTF-8; handle-op-bytes gives them";

impl Text<'_> {
    /// The seq of an event and its trailer, or what is wrong.
    pub(crate) fn facts(&self) -> Result<(u64, Trailer), &'static str> {
        match self {
            Self::Whole(text, trailer) => Ok((seq_of(text), *trailer)),
            Self::Bare(text) => Ok((seq_of(text), Trailer::default())),
            Self::Original(_, trailer, seq) => Ok((*seq, *trailer)),
            Self::Damaged(reason) => Err(reason),
        }
    }
}

/// Adds a value and its trailer to `out`. No newline.
pub(crate) fn print(text: &[u8], trailer: Trailer, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(text);
    for (key, number) in [
        (" :nth ", trailer.nth),
        (" :lsn ", trailer.lsn),
        (" :cut ", trailer.generation),
        (" :last-seq ", trailer.last_seq),
    ] {
        if let Some(number) = number {
            print_pair(key, number, out);
        }
    }
    let crc = crc32c(out.get(start..).unwrap_or_default());
    print_pair(CRC, u64::from(crc), out);
}

fn print_pair(key: &str, number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    // Decimal digits, at most 20 of them.
    let mut digits = [0; 20];
    let mut rest = number;
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(20 - count..).unwrap_or_default());
}

/// Takes a value and its trailer apart. `bytes` ends where the trailer does, but for white space: before the newline, at the
/// end of the file.
pub(crate) fn parse(bytes: &[u8]) -> Text<'_> {
    let split = split_crc(bytes);
    parse_split(bytes, split, split.map_or(0, |(covered, _)| crc32c(covered)))
}

/// As [`parse`], where others have split the line and made the checksum of what its own covers.
pub(crate) fn parse_split<'a>(bytes: &'a [u8], split: Option<(&'a [u8], u64)>, sum: u32) -> Text<'a> {
    let Some((covered, crc)) = split else { return parse_bare(bytes) };
    if u64::from(sum) != crc {
        return Text::Damaged("checksum mismatch");
    }
    let mut value = covered;
    let mut trailer = Trailer::default();
    while let Some((before, key, number)) = split_pair(value) {
        match key {
            b"nth" => trailer.nth = Some(number),
            b"lsn" => trailer.lsn = Some(number),
            b"cut" => trailer.generation = Some(number),
            b"last-seq" => trailer.last_seq = Some(number),
            // A pair that a later version added: its checksum holds.
            _ => {}
        }
        value = before;
    }
    if trailer.nth.max(trailer.generation).max(trailer.lsn) >= Some(COUNT_END) || trailer.nth == Some(0) {
        return Text::Damaged("a number that no line has");
    }
    match std::str::from_utf8(value) {
        Ok(text) => Text::Whole(text, trailer),
        Err(_) => parse_original(value, trailer),
    }
}

/// A value whose strings are no UTF-8. The original writes no comment and no newline in one: the canonical form has neither.
fn parse_original(value: &[u8], trailer: Trailer) -> Text<'_> {
    let value = value.trim_ascii();
    let canonical = match bytes::canonical(value) {
        Ok(canonical) if std::str::from_utf8(&canonical).is_err() => canonical,
        // No value, or one with such bytes in a comment alone.
        _ => return Text::Damaged("not UTF-8"),
    };
    let seq = match bytes::parts(value) {
        Ok(Parts::Dict(entries)) => entries.get(&b"seq"[..]).and_then(|seq| number(seq)),
        _ => None,
    };
    let line = if is_one_line(value) { value.into() } else { canonical.into() };
    Text::Original(line, trailer, seq.unwrap_or(0))
}

/// Has a value neither a newline nor a comment, which would hide what follows it?
fn is_one_line(value: &[u8]) -> bool {
    let mut is_quoted = false;
    let mut bytes = value.iter();
    while let Some(byte) = bytes.next() {
        match (byte, is_quoted) {
            (b'\n', _) | (b';', false) => return false,
            (b'"', _) => is_quoted = !is_quoted,
            (b'\\', true) => drop(bytes.next()),
            _ => {}
        }
    }
    true
}

/// As [`parse`], where a line that a keyspace does not hold is damage.
pub(crate) fn parse_in<'a>(keyspace: &Keyspace, bytes: &'a [u8]) -> Text<'a> {
    within(keyspace, parse(bytes))
}

/// What a line is in a keyspace: one that it does not hold is damage.
pub(crate) fn within<'a>(keyspace: &Keyspace, text: Text<'a>) -> Text<'a> {
    let is_value = match &text {
        Text::Whole(text, _) => (keyspace.is_value)(text),
        Text::Bare(text) => (keyspace.is_value)(text),
        Text::Original(..) => keyspace.is_of_the_original(),
        Text::Damaged(_) => true,
    };
    if is_value { text } else { Text::Damaged("not a value of its kind") }
}

/// Does a line hold nothing but white space? It is passed by then, as the original does.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().is_empty()
}

/// What a checksum covers, and the checksum behind it. White space behind that is an editor's: a CR, a newline in a key's file.
pub(crate) fn split_crc(bytes: &[u8]) -> Option<(&[u8], u64)> {
    let (before, crc) = split_number(bytes.trim_ascii_end())?;
    Some((before.strip_suffix(CRC.as_bytes())?, crc))
}

/// The last ` :key digits` of a line. A value never ends in one: outside of brackets and quotes it has no blank.
fn split_pair(line: &[u8]) -> Option<(&[u8], &[u8], u64)> {
    let (before, number) = split_number(line)?;
    let before = before.strip_suffix(b" ")?;
    let key_bytes =
        before.iter().rev().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-').count();
    let (before, key) = before.split_at_checked(before.len() - key_bytes)?;
    Some((before.strip_suffix(b" :")?, key, number)).filter(|_| !key.is_empty())
}

/// What stands before the digits that the bytes end in, and the number that these are.
fn split_number(bytes: &[u8]) -> Option<(&[u8], u64)> {
    // One pass from the end, in which so many digits cannot overflow; longer numbers are rare.
    const DIGITS_MAX: usize = 19;
    let (mut before, mut sum, mut unit, mut first) = (bytes, 0, 1u64, b'0');
    while let [rest @ .., digit @ b'0'..=b'9'] = before {
        if bytes.len() - before.len() == DIGITS_MAX {
            let digits = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let (before, digits) = bytes.split_at_checked(bytes.len() - digits)?;
            return Some((before, number(digits)?));
        }
        sum += u64::from(digit - b'0') * unit;
        unit = unit.wrapping_mul(10);
        (before, first) = (rest, *digit);
    }
    let digits = bytes.len() - before.len();
    (digits == 1 || (digits > 1 && first != b'0')).then_some((before, sum))
}

fn parse_bare(bytes: &[u8]) -> Text<'_> {
    let Ok(text) = std::str::from_utf8(bytes) else { return parse_original(bytes, Trailer::default()) };
    match sx::canonical(text) {
        Ok(canonical) => Text::Bare(canonical),
        Err(error) if *error.kind() == sx::ErrorKind::TrailingText => Text::Damaged("text behind the value"),
        Err(_) => Text::Damaged("not a value"),
    }
}

/// Decimal digits alone, without a leading zero.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || (digits.len() > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    digits.iter().try_fold(0u64, |sum, digit| match digit {
        b'0'..=b'9' => sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// The content of a `.seq` file: digits, and white space around them that another program may have left.
pub(crate) fn parse_seq(bytes: &[u8]) -> Option<u64> {
    number(bytes.trim_ascii())
}

/// Does a checksum stand in the last bytes of a line?
pub(crate) fn has_crc(bytes: &[u8]) -> bool {
    // The pair stands within the last bytes, or the line has no trailer.
    let from = bytes.len().saturating_sub(CRC.len() + 20);
    memchr::memmem::rfind(bytes.get(from..).unwrap_or_default(), CRC.as_bytes()).is_some()
}

/// The `:seq` of an event in canonical text; 0 where it has none (S2).
#[must_use]
pub fn seq_of(event: &str) -> u64 {
    sx::field(event, "seq").and_then(whole_number).unwrap_or(0)
}

/// The number that a canonical text stands for, from 0 on: an integer, or a float that is one.
pub(crate) fn whole_number(text: &str) -> Option<u64> {
    number(text.as_bytes()).or_else(|| {
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite() && float.fract() == 0.0)?;
        // Digits alone, and none where there is a sign.
        number(format!("{float:.0}").as_bytes())
    })
}

/// A number for a `.seq` file.
pub(crate) fn print_seq(last_seq: u64) -> String {
    let mut text = String::new();
    let _ = write!(text, "{last_seq}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_that_is_whole_is_a_number() {
        for (text, wanted) in [
            ("2", Some(2)),
            ("2.0", Some(2)),
            ("0.0", Some(0)),
            ("1e15", Some(1_000_000_000_000_000)),
            ("2.5", None),
            ("-2.0", None),
            ("-2", None),
            ("-0.0", None),
            ("1e300", None),
            ("nil", None),
            ("inf", None),
            ("\"2\"", None),
        ] {
            assert_eq!(whole_number(text), wanted, "{text}");
        }
    }

    fn printed(text: &str, trailer: Trailer) -> Vec<u8> {
        let mut out = Vec::new();
        print(text.as_bytes(), trailer, &mut out);
        out
    }

    #[test]
    fn what_is_printed_parses_back() {
        let all =
            Trailer { nth: Some(COUNT_END - 1), lsn: Some(5), generation: Some(0), last_seq: Some(u64::MAX) };
        for text in ["{:seq 1}", "5", "-7", ":nth", "\" :crc32c 5\"", "(quote x)", "nil"] {
            for trailer in [Trailer::default(), all, Trailer { nth: Some(1), ..Trailer::default() }] {
                assert_eq!(parse(&printed(text, trailer)), Text::Whole(text, trailer), "{text}");
            }
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let line =
            printed("{:seq 3}", Trailer { nth: Some(12), lsn: Some(9), generation: None, last_seq: Some(7) });
        let text = String::from_utf8(line).unwrap();
        assert!(text.starts_with("{:seq 3} :nth 12 :lsn 9 :last-seq 7 :crc32c "), "{text}");
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = printed(
            "{:data \"a b\" :seq 3}",
            Trailer { nth: Some(12), lsn: Some(9), generation: Some(4), last_seq: Some(7) },
        );
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                // A newline in the middle makes two lines of one; each of them is judged alone, below.
                let lines: Vec<_> = bad.split(|byte| *byte == b'\n').map(parse).collect();
                assert!(
                    lines.iter().any(|line| matches!(line, Text::Damaged(_))),
                    "byte {at} bit {bit}: {lines:?}"
                );
            }
        }
    }

    #[test]
    fn a_number_that_no_line_has_is_damage() {
        for trailer in [
            Trailer { nth: Some(0), ..Trailer::default() },
            Trailer { nth: Some(COUNT_END), ..Trailer::default() },
            Trailer { generation: Some(u64::MAX), ..Trailer::default() },
            Trailer { lsn: Some(COUNT_END), ..Trailer::default() },
        ] {
            assert_eq!(parse(&printed("{:seq 1}", trailer)), Text::Damaged("a number that no line has"));
        }
    }

    #[test]
    fn a_line_of_the_original_has_no_trailer() {
        assert_eq!(parse(b"{:seq 1}"), Text::Bare("{:seq 1}".into()));
        assert_eq!(parse(b"[1 2]"), Text::Bare("(list 1 2)".into()));
        assert_eq!(parse(b"{:seq 1} x"), Text::Damaged("text behind the value"));
        assert_eq!(parse(b"{:seq 1"), Text::Damaged("not a value"));
        assert_eq!(parse(b""), Text::Damaged("not a value"));
    }

    #[test]
    fn what_the_original_wrote_as_bytes_is_no_damage_and_stays_as_it_is() {
        let original = |line: &'static [u8], seq| Text::Original(line.into(), Trailer::default(), seq);
        assert_eq!(parse(b"{:seq 1 :b \"\xff\"}"), original(b"{:seq 1 :b \"\xff\"}", 1));
        assert_eq!(parse(b" \"\xff ; \\\" ;\" \r"), original(b"\"\xff ; \\\" ;\"", 0));
        // What the original does not write is given in one line.
        assert_eq!(parse(b"{:seq 2 :b \"\xff\n\"} ; \xff"), original(b"{:b \"\xff\\n\" :seq 2}", 2));
        for damaged in
            [&b"{:seq 1 :b \"\xff"[..], b"\xff", b"{:seq 1} \xff", b"\"\xff\" 5", b"{:\xff 1}", b"5 ; \xff"]
        {
            assert_eq!(parse(damaged), Text::Damaged("not UTF-8"), "{damaged:?}");
        }
        // A truncation adds a trailer.
        let trailer = Trailer { nth: Some(3), lsn: None, generation: Some(9), last_seq: None };
        let mut line = Vec::new();
        print(b"{:seq 1 :b \"\xff\"}", trailer, &mut line);
        assert_eq!(parse(&line), Text::Original(b"{:seq 1 :b \"\xff\"}".into(), trailer, 1));
        line[12] ^= 1;
        assert_eq!(parse(&line), Text::Damaged("checksum mismatch"));
    }

    #[test]
    fn a_seq_is_read_out_of_an_event_alone() {
        assert_eq!(seq_of("{:data {:seq 9} :seq 7}"), 7);
        assert_eq!(seq_of("{:seq -7}"), 0);
        assert_eq!(seq_of("{:seq 1.0}"), 1);
        assert_eq!(seq_of("{:seq 1.5}"), 0);
        assert_eq!(seq_of("5"), 0);
    }
}
