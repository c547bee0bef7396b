//! A call with arguments in JSON, and its answer as JSON; docs/stdio.md has the mapping.

use super::arguments::Reader;
use super::{BYTES, Integers, Kind, Operation, Wrong, key};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value as Json, json};
use sx::Value;
use sx::bytes::{self, Parts};

/// The largest integer that every reader of JSON takes.
const EXACT_MAX: u64 = (1 << 53) - 1;

/// The arguments of an operation as SX, and what its answer is.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) args: Vec<u8>,
    questions: Vec<Kind>,
    answer: Kind,
    integers: Integers,
}

impl Call {
    /// Reads arguments by their places, from a list, or by their names, from a dict; nil is none.
    pub(crate) fn new(operation: &Operation, given: &Value, integers: Integers) -> Result<Self, Wrong> {
        let call = Self { args: Vec::new(), questions: Vec::new(), answer: operation.answer, integers };
        let mut reader = Reader { questions: call.questions, integers };
        let args = match given {
            Value::Nil => reader.by_place(operation.parameters, &[], b"(list".to_vec())?,
            Value::List(items) => reader.by_place(operation.parameters, items, b"(list".to_vec())?,
            Value::Dict(_) => reader.by_name(operation.parameters, given)?,
            _ => return Err(Wrong("arguments are an array or an object".to_owned())),
        };
        Ok(Self { args, questions: reader.questions, ..call })
    }

    /// The answer as JSON.
    pub(crate) fn answer(&self, text: &[u8]) -> Result<Json, Wrong> {
        let mut json = match self.answer {
            Kind::Moment => moment(&self.questions, text),
            kind => to_json(kind, text),
        };
        if let (Ok(json), Integers::String) = (&mut json, self.integers) {
            widen(json);
        }
        json
    }
}

fn to_json(kind: Kind, text: &[u8]) -> Result<Json, Wrong> {
    match (kind, bytes::parts(text).map_err(|error| Wrong(error.to_string()))?) {
        (Kind::Bytes, Parts::Atom(text)) => match bytes::unquote(&text) {
            Some(content) => Ok(json!({ BYTES: BASE64.encode(content) })),
            None => value_to_json(&text),
        },
        (Kind::Optional(_), Parts::Atom(text)) if text == b"nil" => Ok(Json::Null),
        (Kind::Optional(kind), _) => to_json(*kind, text),
        (Kind::List(kind), Parts::List(items)) if has_bytes(*kind) => {
            items.iter().map(|item| to_json(*kind, item)).collect::<Result<_, _>>().map(Json::Array)
        }
        (Kind::Record(fields), Parts::Dict(values)) => {
            let found = fields.iter().filter_map(|(name, kind)| {
                let value = values.get(name.as_bytes())?;
                Some(to_json(*kind, value).map(|value| (key(name), value)))
            });
            found.collect::<Result<_, _>>().map(Json::Object)
        }
        _ => value_to_json(text),
    }
}

fn has_bytes(kind: Kind) -> bool {
    match kind {
        Kind::Bytes => true,
        Kind::List(kind) | Kind::Optional(kind) => has_bytes(*kind),
        Kind::Record(fields) => fields.iter().any(|(_, kind)| has_bytes(*kind)),
        _ => false,
    }
}

fn value_to_json(text: &[u8]) -> Result<Json, Wrong> {
    let text = std::str::from_utf8(text).map_err(|_| {
        Wrong("what the original store wrote is no UTF-8, and so no JSON: ask without --json".to_owned())
    })?;
    let value = sx::parse(text).map_err(|error| Wrong(error.to_string()))?;
    serde_json::to_value(&value).map_err(|error| Wrong(error.to_string()))
}

/// What the questions of several reads are answered.
fn moment(questions: &[Kind], text: &[u8]) -> Result<Json, Wrong> {
    let is_moment = |parts| if let Ok(Parts::Dict(fields)) = parts { Some(fields) } else { None };
    let fields = is_moment(bytes::parts(text)).unwrap_or_default();
    let answers = fields.get(&b"answers"[..]).map_or(&b"(list)"[..], |answers| answers);
    let Ok(Parts::List(answers)) = bytes::parts(answers) else { return value_to_json(text) };
    let answers = questions.iter().zip(&answers).map(|(kind, answer)| to_json(*kind, answer));
    let lsn = value_to_json(fields.get(&b"lsn"[..]).map_or(&b"nil"[..], |lsn| lsn))?;
    Ok(json!({ "answers": answers.collect::<Result<Vec<_>, _>>()?, "lsn": lsn }))
}

/// Makes strings of integers that some readers of JSON would round.
fn widen(json: &mut Json) {
    match json {
        Json::Number(number) => {
            let large = number.as_i64().is_some_and(|number| number.unsigned_abs() > EXACT_MAX)
                || number.as_u64().is_some_and(|number| number > EXACT_MAX);
            if large {
                *json = Json::String(number.to_string());
            }
        }
        Json::Array(items) => items.iter_mut().for_each(widen),
        Json::Object(fields) => fields.values_mut().for_each(widen),
        _ => {}
    }
}
