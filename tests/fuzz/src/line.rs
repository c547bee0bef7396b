//! The reader of a line of a log, which is the reader of a key's file, too (docs/format.md, "Lines of a log").

use crate::plan::Number;
use arbitrary::{Arbitrary, Unstructured};
use sx_persist_core::fuzzing::{Line, LineNumbers, parse_line, print_line};
use sx_persist_core::limits::COUNT_END;

/// One input: the bytes of a line, as they are and with the right checksum; and three numbers and a text to print.
pub fn check(data: &[u8]) {
    check_bytes(data);
    let mut sealed = data.to_vec();
    sealed.extend_from_slice(format!(" :crc32c {}", crc32c::crc32c(data)).as_bytes());
    match parse_line(&sealed) {
        Line::Whole(..) | Line::Original(_) => check_bytes(&sealed),
        Line::Damaged("not UTF-8") => assert!(std::str::from_utf8(data).is_err()),
        Line::Damaged("a number that no line has") => {}
        other => panic!("the checksum is right: {other:?}"),
    }
    if let Ok((numbers, text)) = numbers_and_text(data) {
        check_text(text, numbers);
    }
}

fn numbers_and_text(data: &[u8]) -> arbitrary::Result<(LineNumbers, &str)> {
    let mut input = Unstructured::new(data);
    let mut number = || Option::<Number>::arbitrary(&mut input).map(|number| number.map(|number| number.0));
    let numbers = LineNumbers { nth: number()?, generation: number()?, last_seq: number()?, lsn: number()? };
    let rest = input.take_rest();
    Ok((numbers, std::str::from_utf8(rest).unwrap_or_default()))
}

fn check_bytes(bytes: &[u8]) {
    match parse_line(bytes) {
        Line::Whole(text, numbers) => {
            let again = print_line(&text, numbers);
            assert_eq!(parse_line(&again), Line::Whole(text.clone(), numbers));
            if has_known_pairs_alone(&bytes[text.len()..]) {
                assert_eq!(again, bytes.trim_ascii_end(), "what is whole prints to the same bytes");
            }
        }
        Line::Bare(text) => {
            let source = std::str::from_utf8(bytes).unwrap();
            assert_eq!(sx::canonical(source).as_deref(), Ok(text.as_str()));
            check_text(&text, LineNumbers::default());
        }
        Line::Original(line) => {
            assert!(std::str::from_utf8(&line).is_err() && !line.contains(&b'\n'));
            assert_eq!(parse_line(&line), Line::Original(line));
        }
        Line::Damaged(_) => {}
    }
}

/// Pairs that another version added, and pairs in another order, are read and not printed again.
fn has_known_pairs_alone(trailer: &[u8]) -> bool {
    let text = std::str::from_utf8(trailer).unwrap();
    let keys = text.split(' ').skip(1).step_by(2);
    let order =
        |key: &str| [":nth", ":lsn", ":cut", ":last-seq", ":crc32c"].iter().position(|known| *known == key);
    let places: Option<Vec<_>> = keys.map(order).collect();
    places.is_some_and(|places| places.is_sorted_by(|a, b| a < b))
}

/// What this store writes is a value's canonical text, and that comes back.
fn check_text(text: &str, numbers: LineNumbers) {
    let has_numbers = numbers.nth.is_none_or(|nth| (1..COUNT_END).contains(&nth))
        && numbers.generation.is_none_or(|generation| generation < COUNT_END)
        && numbers.lsn.is_none_or(|lsn| lsn < COUNT_END);
    if has_numbers && sx::canonical(text).is_ok_and(|canonical| canonical == text) {
        let bytes = print_line(text, numbers);
        assert_eq!(parse_line(&bytes), Line::Whole(text.to_owned(), numbers));
    }
}
