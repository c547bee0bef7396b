//! A call with arguments in JSON, and its answer as JSON; docs/stdio.md has the mapping.

use super::arguments::Reader;
use super::{BYTES, Integers, Kind, Operation, Wrong, key};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use sx::Value;
use sx::bytes;

/// The largest integer that every reader of JSON takes.
const EXACT_MAX: u64 = (1 << 53) - 1;

/// The arguments of an operation as SX, and what its answer is.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) args: Vec<u8>,
    answer: Kind,
    /// What each of what it gathers is answered.
    answers: Vec<Kind>,
    integers: Integers,
}

impl Call {
    /// Reads arguments by their places, from a list, or by their names, from a dict; nil is none.
    pub(crate) fn new(operation: &Operation, given: &Value, integers: Integers) -> Result<Self, Wrong> {
        let mut reader = Reader { answers: Vec::new(), integers };
        let args = match given {
            Value::Nil => reader.by_place(operation.parameters, &[], b"(list".to_vec())?,
            Value::List(items) => reader.by_place(operation.parameters, items, b"(list".to_vec())?,
            Value::Dict(_) => reader.by_name(operation.parameters, given)?,
            _ => return Err(Wrong::Unfit("arguments are an array or an object".to_owned())),
        };
        Ok(Self { args, answer: operation.answer, answers: reader.answers, integers })
    }

    /// The answer as JSON.
    pub(crate) fn answer(&self, text: &[u8]) -> Result<Json, Wrong> {
        let decoded: Cow<'_, str> = match std::str::from_utf8(text) {
            Ok(text) => text.into(),
            Err(_) => text.iter().map(|&byte| char::from(byte)).collect(),
        };
        let part = Part { text: &decoded, is_utf8: matches!(decoded, Cow::Borrowed(_)) };
        let mut json = match self.answer {
            Kind::Answers => part.answers(&self.answers),
            kind => part.to_json(kind),
        };
        if let (Ok(json), Integers::String) = (&mut json, self.integers) {
            widen(json);
        }
        json
    }
}

/// A part of an answer, which is canonical text. What is no UTF-8 has a character for each byte, so that it can be taken apart as text.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    is_utf8: bool,
}

impl<'a> Part<'a> {
    fn of(self, text: &'a str) -> Self {
        Self { text, ..self }
    }

    fn bytes(self) -> Cow<'a, [u8]> {
        match self.is_utf8 {
            true => self.text.as_bytes().into(),
            false => self.text.chars().filter_map(|character| u8::try_from(character).ok()).collect(),
        }
    }

    fn items(self) -> Result<Vec<Self>, Wrong> {
        let items = sx::items(self.text).ok_or_else(|| no_answer("a list"))?;
        Ok(items.map(|item| self.of(item)).collect())
    }

    fn field(self, name: &str) -> Result<Self, Wrong> {
        sx::field(self.text, name).map(|value| self.of(value)).ok_or_else(|| no_answer(name))
    }

    /// Values are read one by one: each is within the limits of a value, and an answer may be larger.
    fn to_json(self, kind: Kind) -> Result<Json, Wrong> {
        match kind {
            Kind::Bytes => {
                let content = bytes::unquote(&self.bytes()).ok_or_else(|| no_answer("bytes"))?;
                Ok(json!({ BYTES: BASE64.encode(content) }))
            }
            Kind::Optional(_) if self.text == "nil" => Ok(Json::Null),
            Kind::Optional(kind) => self.to_json(*kind),
            Kind::List(kind) => self.items()?.into_iter().map(|item| item.to_json(*kind)).collect(),
            Kind::OptionalValue => self.items()?.into_iter().map(Self::value).collect(),
            Kind::Record(fields) => {
                let found =
                    fields.iter().map(|(name, kind)| Ok((key(name), self.field(name)?.to_json(*kind)?)));
                found.collect::<Result<_, _>>().map(Json::Object)
            }
            _ => self.value(),
        }
    }

    fn value(self) -> Result<Json, Wrong> {
        if !self.is_utf8 && !self.text.is_ascii() {
            let text = "what the original store wrote is no UTF-8, and so no JSON: ask without --json";
            return Err(Wrong::Unfit(text.to_owned()));
        }
        let value = sx::parse(self.text).map_err(|error| Wrong::Unfit(error.to_string()))?;
        serde_json::to_value(&value).map_err(|error| Wrong::Unfit(error.to_string()))
    }

    /// An answer of each of these kinds, and the lsn.
    fn answers(self, kinds: &[Kind]) -> Result<Json, Wrong> {
        let answers = self.field("answers")?.items()?;
        if answers.len() != kinds.len() {
            return Err(no_answer("an answer to each"));
        }
        let answers = kinds.iter().zip(&answers).map(|(kind, answer)| answer.to_json(*kind));
        let answers: Json = answers.collect::<Result<_, _>>()?;
        Ok(json!({ "answers": answers, "lsn": self.field("lsn")?.value()? }))
    }
}

/// The component answered something else than the table says: a defect.
fn no_answer(due: &str) -> Wrong {
    Wrong::Unfit(format!("the answer is not what the operation answers: no {due}"))
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
