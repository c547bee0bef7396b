//! The seed's own door: an operation's name and its arguments as SX (O1 to O4).

use crate::base::line;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::storage::Storage;
use std::str::Utf8Error;
use sx::bytes::{self, Parts};

/// What SX programs perform their operations on: a store, or what stands before one. Each function is that of its name in `wit/`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "each function is that of the same name in wit/")]
pub trait Operations {
    type Error: From<Error>;

    fn append(&mut self, stream: &str, event: &str) -> Result<u64, Self::Error>;
    fn read_stream(&mut self, stream: &str) -> Result<Vec<String>, Self::Error>;
    fn last_seq(&mut self, stream: &str) -> Result<u64, Self::Error>;
    fn streams(&mut self) -> Result<Vec<String>, Self::Error>;
    fn truncate(&mut self, stream: &str, upto: u64) -> Result<u64, Self::Error>;
    fn kv_get(&mut self, key: &str) -> Result<Option<String>, Self::Error>;
    fn kv_put(&mut self, key: &str, value: &str) -> Result<(), Self::Error>;
    fn kv_delete(&mut self, key: &str) -> Result<bool, Self::Error>;
    fn kv_has(&mut self, key: &str) -> Result<bool, Self::Error>;
    fn kv_keys(&mut self) -> Result<Vec<String>, Self::Error>;
    fn blob_put(&mut self, bytes: &[u8]) -> Result<String, Self::Error>;
    fn blob_get(&mut self, cid: &str) -> Result<Option<Vec<u8>>, Self::Error>;
    fn blob_has(&mut self, cid: &str) -> Result<bool, Self::Error>;

    /// As `read_stream`, with what the original store wrote as bytes that are no UTF-8; a store alone has such.
    fn read_stream_bytes(&mut self, stream: &[u8]) -> Result<Vec<Vec<u8>>, Self::Error> {
        let events = self.read_stream(text_name(stream)?)?;
        Ok(events.into_iter().map(String::into_bytes).collect())
    }

    /// As `kv_get`, in the same way.
    fn kv_get_bytes(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.kv_get(text_name(key)?)?.map(String::into_bytes))
    }
}

impl<S: Storage> Operations for Engine<S> {
    type Error = Error;

    fn append(&mut self, stream: &str, event: &str) -> Result<u64> {
        self.append(stream, event)
    }

    fn read_stream(&mut self, stream: &str) -> Result<Vec<String>> {
        self.read_stream(stream)
    }

    fn last_seq(&mut self, stream: &str) -> Result<u64> {
        self.last_seq(stream)
    }

    fn streams(&mut self) -> Result<Vec<String>> {
        self.streams()
    }

    fn truncate(&mut self, stream: &str, upto: u64) -> Result<u64> {
        self.truncate(stream, upto)
    }

    fn kv_get(&mut self, key: &str) -> Result<Option<String>> {
        self.kv_get(key)
    }

    fn kv_put(&mut self, key: &str, value: &str) -> Result<()> {
        self.kv_put(key, value)
    }

    fn kv_delete(&mut self, key: &str) -> Result<bool> {
        self.kv_delete(key)
    }

    fn kv_has(&mut self, key: &str) -> Result<bool> {
        self.kv_has(key)
    }

    fn kv_keys(&mut self) -> Result<Vec<String>> {
        self.kv_keys()
    }

    fn blob_put(&mut self, bytes: &[u8]) -> Result<String> {
        self.blob_put(bytes)
    }

    fn blob_get(&mut self, cid: &str) -> Result<Option<Vec<u8>>> {
        self.blob_get(cid)
    }

    fn blob_has(&mut self, cid: &str) -> Result<bool> {
        self.blob_has(cid)
    }

    fn read_stream_bytes(&mut self, stream: &[u8]) -> Result<Vec<Vec<u8>>> {
        self.read_stream_bytes(stream)
    }

    fn kv_get_bytes(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.kv_get_bytes(key)
    }
}

impl<S: Storage> Engine<S> {
    /// `dispatch.handle-op`.
    ///
    /// # Errors
    /// As in `wit/dispatch.wit`.
    pub fn handle_op(&mut self, op: &str, args: &str) -> Result<Option<String>> {
        handle_op(self, op, args)
    }

    /// `dispatch.handle-op-bytes`.
    ///
    /// # Errors
    /// As in `wit/dispatch.wit`.
    pub fn handle_op_bytes(&mut self, op: &str, args: &[u8]) -> Result<Option<Vec<u8>>> {
        handle_op_bytes(self, op, args)
    }
}

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

    /// A whole number, be it written as a float; none for one below 0.
    fn number(&self, index: usize, what: &'static str) -> Result<Option<u64>> {
        let text = self.text(index, what)?;
        let is_negative = text.parse::<f64>().is_ok_and(|float| float.fract() == 0.0 && float < 0.0);
        let number = line::whole_number(text.strip_prefix('-').unwrap_or(text)).map(Some);
        let number = if is_negative { Some(None) } else { number };
        number.ok_or_else(|| Error::InvalidArgument(format!("the {what} is no whole number").into()))
    }
}

/// `dispatch.handle-op`, on whatever performs the operations.
///
/// # Errors
/// As in `wit/dispatch.wit`.
pub fn handle_op<O: Operations>(on: &mut O, op: &str, args: &str) -> Result<Option<String>, O::Error> {
    if !is_owned(op) {
        return Ok(None);
    }
    let text = sx::canonical(args).map_err(Error::from)?;
    perform(on, op, &arguments(&text)).map(Some)
}

fn arguments(text: &str) -> Arguments<'_> {
    let items = match text {
        NIL => Vec::new(),
        // One argument may stand alone.
        text => sx::items(text).map_or_else(|| vec![text], Iterator::collect),
    };
    Arguments { items }
}

/// `dispatch.handle-op-bytes`, on whatever performs the operations: what takes or gives bytes, and all else by way of text.
///
/// # Errors
/// As in `wit/dispatch.wit`.
pub fn handle_op_bytes<O: Operations>(
    on: &mut O,
    op: &str,
    args: &[u8],
) -> Result<Option<Vec<u8>>, O::Error> {
    if !is_owned(op) {
        return Ok(None);
    }
    match op {
        "blob/put" => {
            let cid = on.blob_put(&first(args, "content")?)?;
            Ok(Some(string(&cid).into_bytes()))
        }
        "blob/get" => {
            let found = on.blob_get(text_name(&first(args, "address")?)?)?;
            Ok(Some(found.map_or_else(|| NIL.into(), |bytes| bytes::quote(&bytes))))
        }
        "persist/read" => {
            let events = on.read_stream_bytes(&first(args, "stream")?)?;
            let mut answer = b"(list".to_vec();
            events.iter().for_each(|event| {
                answer.push(b' ');
                answer.extend_from_slice(event);
            });
            answer.push(b')');
            Ok(Some(answer))
        }
        "persist/kv-get" => {
            let found = on.kv_get_bytes(&first(args, "key")?)?;
            Ok(Some(found.unwrap_or_else(|| NIL.into())))
        }
        _ => {
            let args =
                std::str::from_utf8(args).map_err(|error| not_utf8(error, "the arguments are not UTF-8"))?;
            Ok(handle_op(on, op, args)?.map(String::into_bytes))
        }
    }
}

/// The bytes of the string that is the first argument.
fn first(args: &[u8], what: &'static str) -> Result<Vec<u8>> {
    if let Ok(text) = std::str::from_utf8(args) {
        return arguments(&sx::canonical(text)?).string(0, what).map(String::into_bytes);
    }
    let first = match bytes::parts(args)? {
        Parts::List(items) => items.into_iter().next(),
        // One argument may stand alone.
        Parts::Atom(text) => Some(text),
        Parts::Dict(_) => None,
    };
    let first = first.ok_or_else(|| Error::InvalidArgument(format!("no {what}").into()))?;
    bytes::unquote(&first).ok_or_else(|| Error::InvalidArgument(format!("the {what} is no string").into()))
}

/// A name that has to be text.
pub(crate) fn text_name(name: &[u8]) -> Result<&str> {
    std::str::from_utf8(name).map_err(|error| not_utf8(error, "the name is not UTF-8"))
}

fn not_utf8(error: Utf8Error, reason: &'static str) -> Error {
    Error::InvalidValue { offset_bytes: error.valid_up_to() as u64, reason: reason.into() }
}

fn is_owned(op: &str) -> bool {
    ["persist/", "blob/"].iter().any(|prefix| op.starts_with(prefix))
}

fn perform<O: Operations>(on: &mut O, op: &str, args: &Arguments<'_>) -> Result<String, O::Error> {
    let stream = || args.string(0, "stream");
    let key = || args.string(0, "key");
    let cid = || args.string(0, "address");
    match op {
        "persist/append" => on.append(&stream()?, args.text(1, "event")?).map(nil),
        "persist/read" => on.read_stream(&stream()?).map(|events| list(events.iter().map(String::as_str))),
        "persist/last-seq" => on.last_seq(&stream()?).map(|seq| seq.to_string()),
        "persist/streams" => on.streams().map(|names| strings(&names)),
        "persist/truncate" => {
            let (stream, upto) = (stream()?, args.number(1, "seq")?);
            match upto {
                Some(upto) => on.truncate(&stream, upto).map(nil),
                // Below every seq, those that count as 0 included: nothing is dropped.
                None => on.last_seq(&stream).map(nil),
            }
        }
        "persist/kv-get" => Ok(on.kv_get(&key()?)?.unwrap_or_else(|| NIL.to_owned())),
        "persist/kv-put" => on.kv_put(&key()?, args.text(1, "value")?).map(nil),
        "persist/kv-delete" => on.kv_delete(&key()?).map(nil),
        "persist/kv-has?" => on.kv_has(&key()?).map(|has| has.to_string()),
        "persist/kv-keys" => on.kv_keys().map(|keys| strings(&keys)),
        "blob/put" => on.blob_put(args.string(0, "content")?.as_bytes()).map(|cid| string(&cid)),
        "blob/get" => get_text(on, &cid()?),
        "blob/has?" => on.blob_has(&cid()?).map(|has| has.to_string()),
        _ => Err(Error::InvalidArgument(format!("no operation {op}").into()).into()),
    }
}

fn get_text<O: Operations>(on: &mut O, cid: &str) -> Result<String, O::Error> {
    match on.blob_get(cid)? {
        None => Ok(NIL.to_owned()),
        Some(bytes) => match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(string(text)),
            Err(error) => Err(not_utf8(error, "the blob is not UTF-8; read it with blob.get").into()),
        },
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
