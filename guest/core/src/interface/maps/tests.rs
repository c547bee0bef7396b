//! Integers as text.

use super::*;

#[test]
fn an_integer_is_digits_with_or_without_a_minus() {
    for (text, integer) in [("0", 0), ("-0", 0), ("007", 7), ("-12", -12), ("9223372036854775807", i64::MAX)]
    {
        assert_eq!(parse_integer(text.as_bytes()), Some(integer), "{text}");
    }
    for bad in ["", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "9223372036854775808", "\u{0661}"] {
        assert_eq!(parse_integer(bad.as_bytes()), None, "{bad:?}");
    }
    assert_eq!(parse_integer(b"\xff"), None);
}
