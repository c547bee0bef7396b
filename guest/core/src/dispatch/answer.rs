//! The answer of an operation, as its canonical text is put together.

use sx::bytes;

/// A canonical text, in whose strings any bytes may stand.
#[derive(Debug, Default)]
pub struct Answer {
    out: Vec<u8>,
}

impl Answer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Puts nil.
    pub fn nil(&mut self) {
        self.out.extend_from_slice(b"nil");
    }

    /// Puts true or false.
    pub fn flag(&mut self, flag: bool) {
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
    }

    /// Puts a number.
    pub fn number(&mut self, number: u64) {
        self.out.extend_from_slice(number.to_string().as_bytes());
    }

    /// Puts an integer.
    pub fn signed(&mut self, number: i64) {
        self.out.extend_from_slice(number.to_string().as_bytes());
    }

    /// Puts a string.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Puts bytes as a string.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(&bytes::quote(bytes));
    }

    /// Puts a value, of which this is the canonical text.
    pub fn value(&mut self, text: &str) {
        self.canonical(text.as_bytes());
    }

    /// The same of one in whose strings any bytes may stand.
    pub(super) fn canonical(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// Puts a list of values that stand on lines of their own.
    pub fn lines(&mut self, lines: &str) {
        self.list(lines.split_terminator('\n'), Self::value);
    }

    /// Puts a list.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut put: impl FnMut(&mut Self, T)) {
        self.out.extend_from_slice(b"(list");
        for item in items {
            self.out.push(b' ');
            put(self, item);
        }
        self.out.push(b')');
    }

    /// Puts what there is, nil for nothing.
    pub fn optional<T>(&mut self, item: Option<T>, put: impl FnOnce(&mut Self, T)) {
        match item {
            Some(item) => put(self, item),
            None => self.nil(),
        }
    }

    /// Puts a list with the value that there is, an empty one for none: nil is a value.
    pub fn optional_value(&mut self, value: Option<&str>) {
        self.list(value, Self::value);
    }

    /// Begins a dict, whose keys come in the order of their bytes.
    pub fn begin(&mut self) {
        self.out.push(b'{');
    }

    /// Puts a key of a dict; its value comes next.
    pub fn key(&mut self, name: &str) {
        if self.out.last() != Some(&b'{') {
            self.out.push(b' ');
        }
        self.out.push(b':');
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b' ');
    }

    /// Ends a dict.
    pub fn end(&mut self) {
        self.out.push(b'}');
    }
}
