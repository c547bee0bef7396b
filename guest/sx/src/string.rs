//! Quoted strings: their escapes and the bytes that need a look (docs/semantics.md V2).

/// Appends a text as a quoted string.
///
/// # Shape
///
/// `"`, `\`, newline, carriage return and tab are escaped (`\" \\ \n \r \t`), and everything else stands as
/// it is, whatever it is. The reader gives back the same text.
///
/// # Cost
///
/// One look at each byte; `out` grows by the text, two quotes and one byte for each escape.
///
/// # Examples
///
/// ```
/// let mut out = String::from("say ");
/// sx::quote("two\nlines and a \"quote\"", &mut out);
/// assert_eq!(out, r#"say "two\nlines and a \"quote\"""#);
///
/// let mut out = String::new();
/// sx::quote("\u{0} is raw", &mut out);
/// assert_eq!(out, "\"\u{0} is raw\"");
/// ```
///
/// # Source
///
/// docs/semantics.md V2
pub fn quote(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some((plain, special, after)) = split_at_special(rest) {
        out.push_str(plain);
        match escape(special) {
            Some(letter) => out.extend(['\\', letter]),
            None => out.push(special),
        }
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}

/// The character that an escape stands for, from the byte behind the backslash.
pub(crate) const fn unescape(letter: u8) -> Option<char> {
    match letter {
        b'"' => Some('"'),
        b'\\' => Some('\\'),
        b'n' => Some('\n'),
        b'r' => Some('\r'),
        b't' => Some('\t'),
        _ => None,
    }
}

/// How many bytes at the start are neither `"` nor `\` nor a control character, so that they stand in a
/// string as they are.
pub(crate) fn plain_bytes(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut plain = 0;
    for word in words {
        let special = special_bits(u64::from_le_bytes(*word));
        if special != 0 {
            // At most 64 zeros.
            return plain + special.trailing_zeros() as usize / 8;
        }
        plain += 8;
    }
    plain + tail.iter().position(|&byte| is_special(byte)).unwrap_or(tail.len())
}

/// Whether this byte may need an escape. Control characters but three do not; they are rare.
const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Eight bytes at once: the top bit of the lowest byte that [`is_special`] is the lowest bit set, since a
/// borrow only reaches the bytes above it.
const fn special_bits(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let below_space = word.wrapping_sub(ONES * 0x20) & !word;
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    (below_space | is_quote | is_backslash) & (ONES * 0x80)
}

/// What stands behind the backslash for a character, or `None` where it stands as it is.
pub(crate) const fn escape(special: char) -> Option<char> {
    match special {
        '"' => Some('"'),
        '\\' => Some('\\'),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    }
}

/// The text before the first special byte, that byte, and the text behind it.
fn split_at_special(text: &str) -> Option<(&str, char, &str)> {
    let (plain, rest) = text.split_at_checked(plain_bytes(text.as_bytes()))?;
    let mut characters = rest.chars();
    let special = characters.next()?;
    Some((plain, special, characters.as_str()))
}
