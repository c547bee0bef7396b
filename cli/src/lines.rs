//! Lines of an input of any size, none of them longer than a limit. A byte order mark before the first one is passed by.

use std::io::{self, BufRead};

/// What some editors and shells write before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A line without its newline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole(Vec<u8>),
    /// It has so many bytes, more than the limit.
    TooLong(usize),
}

/// Reads lines; one that is too long is passed over in bounded memory.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    from: R,
    bytes_max: usize,
    is_first: bool,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(from: R, bytes_max: usize) -> Self {
        Self { from, bytes_max, is_first: true }
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut length = 0;
        let mut is_begun = false;
        loop {
            let (taken, is_ended) = match self.from.fill_buf() {
                Ok([]) if !is_begun => return Ok(None),
                Ok([]) => (0, true),
                Ok(found) => {
                    is_begun = true;
                    let newline = found.iter().position(|&byte| byte == b'\n');
                    let part = &found[..newline.unwrap_or(found.len())];
                    length += part.len();
                    if length <= self.bytes_max {
                        bytes.extend_from_slice(part);
                    }
                    (part.len() + usize::from(newline.is_some()), newline.is_some())
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.from.consume(taken);
            if is_ended {
                break;
            }
        }
        if std::mem::take(&mut self.is_first) && bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some(if length > self.bytes_max { Line::TooLong(length) } else { Line::Whole(bytes) }))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_line().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], buffer_bytes: usize, bytes_max: usize) -> Vec<Line> {
        let from = io::BufReader::with_capacity(buffer_bytes, text);
        Lines::new(from, bytes_max).map(Result::unwrap).collect()
    }

    #[test]
    fn every_line_comes_out_whole_whatever_the_buffer_is() {
        let whole = |text: &[u8]| Line::Whole(text.to_owned());
        for buffer_bytes in 1..10 {
            assert_eq!(
                lines(b"abc\n\n\xffx\nabcd\nabcde\nlast", buffer_bytes, 4),
                [
                    whole(b"abc"),
                    whole(b""),
                    whole(b"\xffx"),
                    whole(b"abcd"),
                    Line::TooLong(5),
                    whole(b"last")
                ]
            );
        }
        assert_eq!(lines(b"", 8, 4), []);
        assert_eq!(lines(b"\n", 8, 4), [whole(b"")]);
        let marked = "\u{feff}a\n\u{feff}b".as_bytes();
        assert_eq!(lines(marked, 2, 9), [whole(b"a"), whole("\u{feff}b".as_bytes())]);
    }
}
