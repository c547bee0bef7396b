//! Names and numbers: what a run of token characters stands for (docs/semantics.md V3, V4).

use crate::error::ErrorKind;

/// What each byte can be in a token: [`FIRST`] and [`REST`] as bits. Every event of a store passes here byte
/// by byte, and a table answers in one load.
static CLASSES: [u8; 256] = classes();
const FIRST: u8 = 1;
const REST: u8 = 2;

/// What a number in the text stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
}

/// Whether a name is a token: a dict key that is one prints as `:key`, and every symbol and keyword must be
/// one.
///
/// # Shape
///
/// Its first character is one of `a-z A-Z _ ~ * + - > < = / ! ? &`, and the others are those or
/// `0-9 . : / # ,`. A token can still be no symbol: `true`, `nil` and `-1` read as something else.
///
/// # Cost
///
/// One look at each byte.
///
/// # Examples
///
/// ```
/// assert!(sx::is_token("kv-has?"));
/// assert!(!sx::is_token("first name"));
/// assert!(!sx::is_token("1st"));
/// assert!(!sx::is_token("naïve"));
/// ```
///
/// # Source
///
/// docs/semantics.md V4
#[must_use]
pub fn is_token(name: &str) -> bool {
    name.bytes().next().is_some_and(is_first) && name.bytes().all(is_rest)
}

/// Whether a symbol of this name reads back as that symbol.
pub(crate) fn is_symbol(name: &str) -> bool {
    is_token(name) && !matches!(name, "true" | "false" | "nil") && !is_signed_digit(name.as_bytes())
}

/// Whether a token can start with this byte.
pub(crate) fn is_first(byte: u8) -> bool {
    is_class(byte, FIRST)
}

/// Whether a token can go on with this byte.
pub(crate) fn is_rest(byte: u8) -> bool {
    is_class(byte, REST)
}

fn is_class(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut rest: &mut [u8] = &mut table;
    let mut byte = 0_u8;
    while let Some((class, others)) = rest.split_first_mut() {
        let is_first = byte.is_ascii_alphabetic()
            || matches!(
                byte,
                b'_' | b'~' | b'*' | b'+' | b'-' | b'>' | b'<' | b'=' | b'/' | b'!' | b'?' | b'&'
            );
        let is_rest = byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'#' | b',');
        *class = if is_first {
            FIRST | REST
        } else if is_rest {
            REST
        } else {
            0
        };
        rest = others;
        byte = byte.wrapping_add(1);
    }
    table
}

/// How many bytes at the start are token characters.
pub(crate) fn run_bytes(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| !is_rest(byte)).unwrap_or(bytes.len())
}

/// How many bytes at the start are digits.
pub(crate) fn digit_bytes(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len())
}

/// Whether a run starts as a number does.
pub(crate) fn starts_number(run: &str) -> bool {
    run.as_bytes().first().is_some_and(u8::is_ascii_digit) || is_signed_digit(run.as_bytes())
}

/// Reads a run that [`starts_number`], as a whole.
pub(crate) fn parse_number(run: &str) -> Result<Number, ErrorKind> {
    let unsigned = run.strip_prefix('-').unwrap_or(run);
    let rest = after_digits(unsigned).ok_or(ErrorKind::NumberSyntax)?;
    if rest.is_empty() {
        return run.parse().map(Number::Int).map_err(|_| ErrorKind::IntegerRange);
    }
    if rest.strip_prefix('/').and_then(after_digits) == Some("") {
        return Err(ErrorKind::Rational);
    }
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => after_digits(fraction).ok_or(ErrorKind::NumberSyntax)?,
        None => rest,
    };
    let rest = match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            after_digits(digits).ok_or(ErrorKind::NumberSyntax)?
        }
        None => rest,
    };
    if !rest.is_empty() {
        return Err(ErrorKind::NumberSyntax);
    }
    match run.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(Number::Float(float)),
        Ok(_) => Err(ErrorKind::NonFinite),
        Err(_) => Err(ErrorKind::NumberSyntax),
    }
}

/// What follows one or more digits, or `None` without any.
fn after_digits(text: &str) -> Option<&str> {
    let digits = digit_bytes(text.as_bytes());
    if digits == 0 { None } else { text.get(digits..) }
}

/// `+1` too: other readers take it as a number, so here it is neither a number nor a name.
fn is_signed_digit(run: &[u8]) -> bool {
    matches!(run, [b'+' | b'-', digit, ..] if digit.is_ascii_digit())
}
