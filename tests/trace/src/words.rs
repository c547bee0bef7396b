//! The words of a written line.

/// The words of a line.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The words of this line.
    pub(crate) fn new(line: &'a str) -> Self {
        Self { rest: line }
    }

    pub(crate) fn next_word(&mut self) -> Result<Option<String>, String> {
        let text = self.rest.trim_start();
        let Some(first) = text.chars().next() else { return Ok(None) };
        let (word, rest) = match first {
            '`' => {
                let (inside, rest) = text[1..].split_once('`').ok_or("a back quote is missing")?;
                (inside.to_owned(), rest)
            }
            '"' => {
                let mut end = 1;
                while !text[end..].starts_with('"') {
                    end += if text[end..].starts_with('\\') { 2 } else { 1 };
                    while !text.is_char_boundary(end) {
                        end += 1;
                    }
                    if end >= text.len() {
                        return Err("a quote is missing".to_owned());
                    }
                }
                (unescape(&text[1..end]), &text[end + 1..])
            }
            _ => {
                let end = text.find(char::is_whitespace).unwrap_or(text.len());
                (text[..end].to_owned(), &text[end..])
            }
        };
        self.rest = rest;
        Ok(Some(word))
    }

    pub(crate) fn text(&mut self) -> Result<String, String> {
        self.next_word()?.ok_or_else(|| "an argument is missing".to_owned())
    }

    pub(crate) fn number<N: std::str::FromStr>(&mut self) -> Result<N, String> {
        let word = self.text()?;
        word.parse().map_err(|_| format!("{word:?} is no such number"))
    }

    /// `-` stands for none.
    pub(crate) fn optional(&mut self) -> Result<Option<String>, String> {
        Ok(Some(self.text()?).filter(|word| word != "-"))
    }

    pub(crate) fn texts(&mut self) -> Result<Vec<String>, String> {
        let mut texts = Vec::new();
        while let Some(text) = self.next_word()? {
            texts.push(text);
        }
        Ok(texts)
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        match (next, next == '\\') {
            (_, false) => out.push(next),
            _ => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some(other) => out.push(other),
                None => {}
            },
        }
    }
    out
}
