//! The seed's own door: an operation's name and its arguments as SX (O1 to O4).

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::storage::Storage;

const NIL: &str = "nil";

/// The arguments of one operation, in canonical text.
struct Arguments<'a> {
    items: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    fn text(&self, index: usize, what: &'static str) -> Result<&'a str> {
        self.items.get(index).copied().ok_or_else(|| Error::InvalidArgument(format!("no {what}").into()))
    }

    fn string(&self, index: usize, what: &'static str) -> Result<String> {
        match sx::parse(self.text(index, what)?)? {
            sx::Value::String(string) => Ok(string),
            _ => Err(Error::InvalidArgument(format!("the {what} is no string").into())),
        }
    }

    fn integer(&self, index: usize, what: &'static str) -> Result<i64> {
        let text = self.text(index, what)?;
        text.parse().map_err(|_| Error::InvalidArgument(format!("the {what} is no integer").into()))
    }
}

impl<S: Storage> Engine<S> {
    /// `dispatch.handle-op`.
    ///
    /// # Errors
    /// As in `wit/dispatch.wit`.
    pub fn handle_op(&mut self, op: &str, args: &str) -> Result<Option<String>> {
        let is_owned = ["persist/", "blob/"].iter().any(|prefix| op.starts_with(prefix));
        if !is_owned {
            return Ok(None);
        }
        let text = sx::canonical(args)?;
        let items = match text.as_ref() {
            NIL => Vec::new(),
            text => match sx::items(text) {
                Some(items) => items.collect(),
                None => return Err(Error::InvalidArgument("the arguments are no list".into())),
            },
        };
        self.perform(op, &Arguments { items }).map(Some)
    }

    fn perform(&mut self, op: &str, args: &Arguments<'_>) -> Result<String> {
        let stream = || args.string(0, "stream");
        let key = || args.string(0, "key");
        let cid = || args.string(0, "address");
        match op {
            "persist/append" => self.append(&stream()?, args.text(1, "event")?).map(nil),
            "persist/read" => {
                self.read_stream(&stream()?).map(|events| list(events.iter().map(String::as_str)))
            }
            "persist/last-seq" => self.last_seq(&stream()?).map(|seq| seq.to_string()),
            "persist/streams" => self.streams().map(|names| strings(&names)),
            "persist/truncate" => {
                // Below every seq: nothing is dropped.
                let upto = u64::try_from(args.integer(1, "seq")?).unwrap_or(0);
                self.truncate(&stream()?, upto).map(nil)
            }
            "persist/kv-get" => Ok(self.kv_get(&key()?)?.unwrap_or_else(|| NIL.to_owned())),
            "persist/kv-put" => self.kv_put(&key()?, args.text(1, "value")?).map(nil),
            "persist/kv-delete" => self.kv_delete(&key()?).map(nil),
            "persist/kv-has?" => self.kv_has(&key()?).map(|has| has.to_string()),
            "persist/kv-keys" => self.kv_keys().map(|keys| strings(&keys)),
            "blob/put" => self.put_text(&args.string(0, "content")?),
            "blob/get" => self.get_text(&cid()?),
            "blob/has?" => self.blob_has(&cid()?).map(|has| has.to_string()),
            _ => Err(Error::InvalidArgument(format!("no operation {op}").into())),
        }
    }

    fn put_text(&mut self, content: &str) -> Result<String> {
        self.blob_put(content.as_bytes()).map(|cid| string(&cid))
    }

    fn get_text(&mut self, cid: &str) -> Result<String> {
        match self.blob_get(cid)? {
            None => Ok(NIL.to_owned()),
            Some(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(string(text)),
                Err(error) => Err(Error::InvalidValue {
                    offset_bytes: error.valid_up_to() as u64,
                    reason: "the blob is not UTF-8; read it with blob.get".into(),
                }),
            },
        }
    }
}

fn nil<T>(_: T) -> String {
    NIL.to_owned()
}

fn string(text: &str) -> String {
    let mut out = String::new();
    sx::quote(text, &mut out);
    out
}

fn strings(texts: &[String]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| string(text)).collect();
    list(quoted.iter().map(String::as_str))
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::from("(list");
    for item in items {
        out.push(' ');
        out.push_str(item);
    }
    out.push(')');
    out
}
