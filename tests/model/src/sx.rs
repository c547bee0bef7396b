//! Values as docs/semantics.md has them (V1 to V7), read and printed in the plainest way.

use std::collections::BTreeMap;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// nil, true, false, a number, a symbol or a keyword, in canonical text.
    Atom(String),
    String(String),
    List(Vec<Value>),
    Dict(BTreeMap<String, Value>),
}

const DEPTH_MAX: usize = 128;
const TEXT_MAX: usize = 16 << 20;
const NODES_MAX: usize = 1_048_576;

/// Reads exactly one value.
pub(super) fn read(text: &str) -> Result<Value, String> {
    if text.len() > TEXT_MAX {
        return Err("too-large".into());
    }
    let mut reader = Reader { rest: text, nodes: 0 };
    let value = reader.value(1, false)?;
    reader.skip();
    if !reader.rest.is_empty() {
        return Err(invalid());
    }
    if value.print().len() > TEXT_MAX { Err("too-large".into()) } else { Ok(value) }
}

fn invalid() -> String {
    "invalid-value".into()
}

struct Reader<'a> {
    rest: &'a str,
    nodes: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
            if !self.rest.starts_with(';') {
                return;
            }
            self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
        }
    }

    fn take(&mut self, prefix: char) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize, quoted: bool) -> Result<Value, String> {
        self.skip();
        if depth > DEPTH_MAX {
            return Err("too-large".into());
        }
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err("too-large".into());
        }
        match self.rest.chars().next().ok_or_else(invalid)? {
            '(' => self.parenthesis(depth, quoted),
            '[' => {
                self.rest = &self.rest[1..];
                Ok(Value::List(self.items(']', depth, quoted)?))
            }
            '{' => self.dict(depth, quoted),
            '"' => Ok(Value::String(self.string()?)),
            '\'' if !quoted => {
                self.rest = &self.rest[1..];
                self.nodes -= 1;
                self.value(depth, true)
            }
            '\'' => {
                // Inside of quoted data it is data as well.
                self.rest = &self.rest[1..];
                self.nodes += 1;
                let inner = self.value(depth + 1, true)?;
                Ok(Value::List(vec![symbol("quote"), inner]))
            }
            ':' => {
                self.rest = &self.rest[1..];
                let name = self.token();
                if is_token(&name) { Ok(Value::Atom(format!(":{name}"))) } else { Err(invalid()) }
            }
            _ => self.atom(),
        }
    }

    /// `(list ...)`, `(quote x)`, or a list.
    fn parenthesis(&mut self, depth: usize, quoted: bool) -> Result<Value, String> {
        self.rest = &self.rest[1..];
        let before = self.rest;
        self.skip();
        let head = self.token();
        match head.as_str() {
            "list" if !quoted => Ok(Value::List(self.items(')', depth, false)?)),
            "quote" if !quoted => {
                self.nodes -= 1;
                let value = self.value(depth, true)?;
                self.skip();
                if self.take(')') { Ok(value) } else { Err(invalid()) }
            }
            _ => {
                self.rest = before;
                Ok(Value::List(self.items(')', depth, quoted)?))
            }
        }
    }

    fn items(&mut self, end: char, depth: usize, quoted: bool) -> Result<Vec<Value>, String> {
        let mut items = Vec::new();
        loop {
            self.skip();
            if self.take(end) {
                return Ok(items);
            }
            if self.rest.starts_with([')', ']', '}']) {
                return Err(invalid());
            }
            items.push(self.value(depth + 1, quoted)?);
        }
    }

    fn dict(&mut self, depth: usize, quoted: bool) -> Result<Value, String> {
        self.rest = &self.rest[1..];
        let mut dict = BTreeMap::new();
        loop {
            self.skip();
            if self.take('}') {
                return Ok(Value::Dict(dict));
            }
            let key = if self.rest.starts_with('"') {
                self.string()?
            } else {
                let is_keyword = self.take(':');
                let name = self.token();
                let is_key = is_token(&name) && (is_keyword || is_symbol(&name));
                if !is_key {
                    return Err(invalid());
                }
                name
            };
            self.skip();
            if self.rest.starts_with('}') || self.rest.is_empty() {
                return Err(invalid());
            }
            // A key given twice is refused where it stands, before its value is looked at.
            if dict.contains_key(&key) {
                return Err(invalid());
            }
            let value = self.value(depth + 1, quoted)?;
            dict.insert(key, value);
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let mut out = String::new();
        let mut chars = self.rest[1..].char_indices();
        while let Some((at, next)) = chars.next() {
            match next {
                '"' => {
                    self.rest = &self.rest[at + 2..];
                    return Ok(out);
                }
                '\\' => out.push(match chars.next().ok_or_else(invalid)?.1 {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    same @ ('"' | '\\') => same,
                    _ => return Err(invalid()),
                }),
                other => out.push(other),
            }
        }
        Err(invalid())
    }

    /// The longest run of token characters.
    fn token(&mut self) -> String {
        let end = self.rest.find(|next| !is_token_char(next)).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token.to_owned()
    }

    fn atom(&mut self) -> Result<Value, String> {
        let token = self.token();
        let unsigned = token.strip_prefix(['-', '+']).unwrap_or(&token);
        if unsigned.starts_with(|digit: char| digit.is_ascii_digit()) {
            return number(&token).map(Value::Atom).ok_or_else(invalid);
        }
        match token.as_str() {
            "nil" | "true" | "false" => Ok(Value::Atom(token)),
            _ if is_token(&token) => Ok(symbol(&token)),
            _ => Err(invalid()),
        }
    }
}

fn symbol(name: &str) -> Value {
    Value::Atom(format!("(quote {name})"))
}

fn is_token_char(next: char) -> bool {
    next.is_ascii_alphanumeric() || "_~*+-><=/!?&.:#,".contains(next)
}

fn is_token(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|first| first.is_ascii_alphabetic() || "_~*+-><=/!?&".contains(first))
        && name.chars().all(is_token_char)
}

/// Would a token read back as the symbol of its name?
fn is_symbol(name: &str) -> bool {
    let unsigned = name.strip_prefix(['-', '+']).unwrap_or(name);
    !["nil", "true", "false"].contains(&name) && !unsigned.starts_with(|digit: char| digit.is_ascii_digit())
}

/// V3: the canonical text of a number.
fn number(token: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_number = digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['-', '+']).unwrap_or(text)));
    if !is_number {
        return None;
    }
    if fraction.is_none() && exponent.is_none() {
        return token.parse::<i64>().ok().map(|integer| integer.to_string());
    }
    let float: f64 = token.parse().ok()?;
    float.is_finite().then(|| format!("{float:?}"))
}

/// A string in quotes.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for next in text.chars() {
        match next {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

impl Value {
    /// V2.
    pub(super) fn print(&self) -> String {
        match self {
            Self::Atom(text) => text.clone(),
            Self::String(text) => quote(text),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::print).collect();
                format!("({})", [&["list".to_owned()], items.as_slice()].concat().join(" "))
            }
            Self::Dict(dict) => {
                let entries: Vec<_> = dict
                    .iter()
                    .map(|(key, value)| {
                        let key = if is_token(key) { format!(":{key}") } else { quote(key) };
                        format!("{key} {}", value.print())
                    })
                    .collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    /// A whole number, 0 or more, under a key.
    pub(super) fn field(&self, key: &str) -> Option<u64> {
        let Self::Dict(dict) = self else { return None };
        let Self::Atom(text) = dict.get(key)? else { return None };
        let float = || text.parse().ok().filter(|float: &f64| float.is_finite() && float.fract() == 0.0);
        text.parse().ok().or_else(|| format!("{:.0}", float()?).parse().ok())
    }

    /// Puts a number under a key of a dict.
    pub(super) fn set(&mut self, key: &str, number: u64) {
        if let Self::Dict(dict) = self {
            dict.insert(key.to_owned(), Self::Atom(number.to_string()));
        }
    }

    pub(super) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            Self::Atom(text) if text == "nil" => Some(&[]),
            _ => None,
        }
    }

    pub(super) fn as_string(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}
