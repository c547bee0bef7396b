//! JSON-RPC 2.0, one object a line.

use crate::lines::Line;
use crate::operations::json::Call;
use crate::operations::{self, Integers, Wrong};
use crate::refusal;
use crate::stdio::bridge::Bridge;
use crate::stdio::error_name;
use crate::value;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json, json};
use sx::Value;
use sx::limits::TEXT_BYTES_MAX;
use sx_persist::{CommitError, Error, types};

/// The codes that JSON-RPC itself has.
const NO_JSON: i32 = -32700;
const NO_REQUEST: i32 = -32600;
const NO_METHOD: i32 = -32601;
const WRONG_PARAMETERS: i32 = -32602;
/// The answer is no JSON, or none that can be.
const NO_ANSWER: i32 = -32603;

const ANOTHER_VERSION: &str = "a request says \"jsonrpc\": \"2.0\"";
const WITHOUT_METHOD: &str = "a request has a method, a string";
const WRONG_ID: &str = "an id is a string, a number or null";

/// What went wrong.
struct Failure {
    code: i32,
    message: String,
    data: Option<Json>,
}

impl Failure {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }
}

/// A line that is a request.
struct Request {
    /// None where no answer is wanted.
    id: Option<Json>,
    method: String,
    params: Value,
}

/// What is read of a request that is JSON, and holds something that is no value: an integer of more than 64 bits, a key twice, more than 128 levels.
#[derive(Deserialize)]
struct Head {
    /// None where there is none: null is one.
    #[serde(default, deserialize_with = "present")]
    id: Option<Json>,
    jsonrpc: Option<Json>,
    method: Option<Json>,
}

fn present<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(reader).map(Some)
}

/// The line that answers one; none for a blank line, and for a request without an id.
pub(super) fn answer(bridge: &mut Bridge, line: Line, integers: Integers) -> Option<Vec<u8>> {
    let (id, answered) = match read(line) {
        Ok(None) => return None,
        Ok(Some(request)) => {
            let answered = perform(bridge, &request, integers);
            (request.id?, answered)
        }
        Err(wrong) => (wrong.0, Err(wrong.1)),
    };
    let mut response = match answered {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(Failure { code, message, data }) => {
            let mut error = json!({ "code": code, "message": message });
            if let (Some(data), Some(error)) = (data, error.as_object_mut()) {
                error.insert("data".to_owned(), data);
            }
            json!({ "jsonrpc": "2.0", "id": id, "error": error })
        }
    }
    .to_string()
    .into_bytes();
    response.push(b'\n');
    Some(response)
}

/// Reads a request, or answers what is wrong with it, and the id that it has.
fn read(line: Line) -> Result<Option<Request>, Box<(Json, Failure)>> {
    let wrong = |code, text: &str| Box::new((Json::Null, Failure::new(code, text)));
    let line = match line {
        Line::Whole(line) => line,
        Line::TooLong(bytes) => {
            let text = format!("the line has {bytes} bytes, the limit is {TEXT_BYTES_MAX}");
            return Err(wrong(NO_JSON, &text));
        }
    };
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(&line).map_err(|error| wrong(NO_JSON, &format!("no JSON: {error}")))?;
    let value = match value::parse_json(text) {
        Ok(value) => value,
        Err(error) => {
            return no_value(text, &error.to_string()).map_or(Ok(None), |wrong| Err(Box::new(wrong)));
        }
    };
    let Value::Dict(mut fields) = value else {
        let text = match value {
            Value::List(_) => "no arrays of requests: one object a line, answered in order",
            _ => "a request is an object",
        };
        return Err(wrong(NO_REQUEST, text));
    };
    let id = match fields.remove("id") {
        None => None,
        Some(Value::Nil) => Some(Json::Null),
        Some(Value::Int(number)) => Some(json!(number)),
        Some(Value::Float(number)) => Some(json!(number)),
        Some(Value::String(text)) => Some(Json::String(text)),
        Some(_) => return Err(wrong(NO_REQUEST, WRONG_ID)),
    };
    let wrong = |text| Box::new((id.clone().unwrap_or_default(), Failure::new(NO_REQUEST, text)));
    if fields.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(wrong(ANOTHER_VERSION));
    }
    let Some(Value::String(method)) = fields.remove("method") else {
        return Err(wrong(WITHOUT_METHOD));
    };
    let params = fields.remove("params").unwrap_or_default();
    Ok(Some(Request { id, method, params }))
}

/// What is wrong with a line that is no value, and the id that it has; none for a request without an id, which gets no answer to wrong
/// parameters either.
fn no_value(text: &str, reason: &str) -> Option<(Json, Failure)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A list would be read as the fields of a head, by their places.
    let is_object = text.trim_start().starts_with('{');
    let Some(head) =
        Some(text).filter(|_| is_object).and_then(|text| serde_json::from_str::<Head>(text).ok())
    else {
        return Some((Json::Null, Failure::new(NO_JSON, reason)));
    };
    if head.id.as_ref().is_some_and(|id| !is_id(id)) {
        return Some((Json::Null, Failure::new(NO_REQUEST, WRONG_ID)));
    }
    let failure = if head.jsonrpc.as_ref().and_then(Json::as_str) != Some("2.0") {
        Failure::new(NO_REQUEST, ANOTHER_VERSION)
    } else if !head.method.is_some_and(|method| method.is_string()) {
        Failure::new(NO_REQUEST, WITHOUT_METHOD)
    } else {
        let reason = reason.strip_prefix("invalid JSON: ").unwrap_or(reason);
        Failure::new(WRONG_PARAMETERS, reason)
    };
    match head.id {
        None if failure.code == WRONG_PARAMETERS => None,
        id => Some((id.unwrap_or_default(), failure)),
    }
}

/// Can it be given back as it is? Of an integer beyond 64 bits a float is all that was read.
fn is_id(id: &Json) -> bool {
    const INTEGERS_END: f64 = 9_223_372_036_854_775_808.0;
    match id {
        Json::Null | Json::String(_) => true,
        Json::Number(number) => {
            number.as_i64().is_some() || number.as_f64().is_some_and(|number| number.abs() < INTEGERS_END)
        }
        _ => false,
    }
}

fn perform(bridge: &mut Bridge, request: &Request, integers: Integers) -> Result<Json, Failure> {
    let operation = operations::find(&request.method)
        .ok_or_else(|| Failure::new(NO_METHOD, format!("no operation {}", request.method)))?;
    let call = Call::new(operation, &request.params, integers).map_err(|wrong| unfit(&wrong))?;
    let answer = bridge.perform(operation.name, &call.args).map_err(|error| failure(&error))?;
    let answer = answer.ok_or_else(|| Failure::new(NO_METHOD, format!("no operation {}", request.method)))?;
    call.answer(&answer).map_err(|error| Failure::new(NO_ANSWER, error.to_string()))
}

/// Parameters that the store was not even asked about; of a value that is too long it would say this.
fn unfit(wrong: &Wrong) -> Failure {
    match *wrong {
        Wrong::Unfit(_) => Failure::new(WRONG_PARAMETERS, wrong.to_string()),
        Wrong::TooLarge { limit, actual, .. } => {
            let excess = types::Excess { limit: limit as u64, actual: actual as u64 };
            let error = Error::Refused(types::Error::TooLarge(excess));
            Failure { message: wrong.to_string(), ..failure(&error.into()) }
        }
    }
}

/// An error of the store: its number in `wit/types.wit`, its words, and its name and facts.
fn failure(error: &CommitError) -> Failure {
    let (name, message) = error_name(&error.error);
    let mut data = Map::from_iter([("error".to_owned(), json!(name))]);
    data.extend(error.index.map(|index| ("index".to_owned(), json!(index))));
    let code = match (error.error.refusal(), &error.error) {
        (Some(refusal), _) => {
            let (code, facts) = refusal::facts(refusal);
            if let Json::Object(facts) = facts {
                data.extend(facts);
            }
            code
        }
        (None, Error::Trapped { .. }) => 101,
        (None, _) => 102,
    };
    Failure { code, message, data: Some(Json::Object(data)) }
}
