//! Arguments of an operation, from JSON.

use super::{BYTES, Integers, Kind, Method, Parameters, Wrong, key};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use std::fmt::Display;
use std::str::FromStr;
use sx::Value;
use sx::bytes;

/// Reads arguments.
pub(super) struct Reader {
    /// What each of what is gathered is answered.
    pub(super) answers: Vec<Kind>,
    pub(super) integers: Integers,
}

impl Reader {
    /// Adds arguments to a list that has begun, and ends it.
    pub(super) fn by_place(
        &mut self,
        parameters: Parameters,
        given: &[Value],
        begun: Vec<u8>,
    ) -> Result<Vec<u8>, Wrong> {
        let mut out = begun;
        if given.len() > parameters.len() {
            let (given, takes, names) = (given.len(), parameters.len(), names(parameters));
            return Err(Wrong::Unfit(format!("{given} given, it takes {takes}{names}")));
        }
        for (index, (name, kind)) in parameters.iter().enumerate() {
            out.push(b' ');
            self.put_found(*kind, given.get(index), name, &mut out)?;
        }
        out.push(b')');
        Ok(out)
    }

    /// Arguments by their names, in the order of their places.
    pub(super) fn by_name(&mut self, parameters: Parameters, given: &Value) -> Result<Vec<u8>, Wrong> {
        known(parameters, given, "argument")?;
        let mut out = b"(list".to_vec();
        for (name, kind) in parameters {
            out.push(b' ');
            self.put_found(*kind, given.get(&key(name)), name, &mut out)?;
        }
        out.push(b')');
        Ok(out)
    }

    /// Puts what was given, nil for what may be left out.
    fn put_found(
        &mut self,
        kind: Kind,
        value: Option<&Value>,
        name: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Wrong> {
        match (kind, value) {
            (_, Some(value)) => self.put(kind, value, name, out)?,
            (Kind::Optional(_), None) => out.extend(b"nil"),
            _ => return Err(Wrong::Unfit(format!("no {name}"))),
        }
        Ok(())
    }

    fn put(&mut self, kind: Kind, value: &Value, name: &str, out: &mut Vec<u8>) -> Result<(), Wrong> {
        let wrong = |due: &str| Wrong::Unfit(format!("{name}: {due} is due, not {}", shown(value)));
        match kind {
            Kind::Text => match value {
                Value::String(text) => out.extend(bytes::quote(text.as_bytes())),
                _ => return Err(wrong("a string")),
            },
            Kind::Bytes => out.extend(bytes::quote(&given_bytes(value, name)?)),
            Kind::Number => {
                self.put_number::<u64>(value, out).ok_or_else(|| wrong("a whole number from 0 on"))?;
            }
            Kind::NumberOrBelow => {
                self.put_number::<i64>(value, out).ok_or_else(|| wrong("a whole number"))?;
            }
            Kind::Small => self
                .put_number::<u32>(value, out)
                .ok_or_else(|| wrong("a whole number from 0 to 4294967295"))?,
            Kind::Signed => {
                self.put_number::<i64>(value, out).ok_or_else(|| wrong("an integer of 64 bits"))?;
            }
            Kind::Value => out.extend(print(value, name)?),
            Kind::OptionalValue => match value {
                Value::List(items) if items.len() <= 1 => out.extend(print(value, name)?),
                _ => return Err(wrong("an array of one value or none")),
            },
            Kind::Optional(_) if value.is_nil() => out.extend(b"nil"),
            Kind::Optional(kind) => self.put(*kind, value, name, out)?,
            Kind::List(kind) => {
                let items = value.as_list().ok_or_else(|| wrong("an array"))?;
                put_list(items, name, out, |item, name, out| self.put(*kind, item, name, out))?;
            }
            Kind::Tuple(kinds) => {
                let items = value.as_list().filter(|items| items.len() == kinds.len());
                let items = items.ok_or_else(|| wrong(&format!("an array of {}", kinds.len())))?;
                let mut kinds = kinds.iter();
                put_list(items, name, out, |item, name, out| match kinds.next() {
                    Some(kind) => self.put(*kind, item, name, out),
                    None => Ok(()),
                })?;
            }
            Kind::Record(fields) => self.put_record(fields, value, name, out)?,
            Kind::Cases(cases) => self.put_case(cases, value, name, out)?,
            Kind::Gathered(methods) => {
                let items = value.as_list().ok_or_else(|| wrong("an array"))?;
                put_list(items, name, out, |item, name, out| self.put_method(methods, item, name, out))?;
            }
            Kind::Nothing | Kind::Flag | Kind::Answers => return Err(wrong("nothing")),
        }
        Ok(())
    }

    /// Puts a number of this type: an integer, a float that is one, or where it was asked for its digits.
    fn put_number<N: FromStr + Display>(&self, value: &Value, out: &mut Vec<u8>) -> Option<()> {
        let digits = match value {
            Value::Int(number) => number.to_string(),
            Value::Float(float) if float.fract() == 0.0 => format!("{float:.0}"),
            Value::String(digits) if self.integers == Integers::String => digits.clone(),
            _ => return None,
        };
        // SX has integers of 64 bits with their sign.
        digits.parse::<i64>().ok()?;
        let number = digits.parse::<N>().ok()?;
        out.extend(number.to_string().bytes());
        Some(())
    }

    fn put_record(
        &mut self,
        fields: Parameters,
        value: &Value,
        name: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Wrong> {
        if value.as_dict().is_none() {
            return Err(Wrong::Unfit(format!("{name}: an object is due, not {}", shown(value))));
        }
        known(fields, value, name)?;
        out.push(b'{');
        for (field, kind) in fields {
            out.extend(format!(":{field} ").bytes());
            let name = format!("{name}.{}", key(field));
            self.put_found(*kind, value.get(&key(field)), &name, out)?;
            out.push(b' ');
        }
        out.push(b'}');
        Ok(())
    }

    fn put_case(
        &mut self,
        cases: &'static [(&'static str, Option<Kind>)],
        value: &Value,
        name: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Wrong> {
        let find = |wanted: &str| cases.iter().find(|(case, _)| *case == wanted);
        match value {
            Value::String(case) if matches!(find(case), Some((_, None))) => {
                out.extend(bytes::quote(case.as_bytes()));
                return Ok(());
            }
            Value::Dict(fields) if fields.len() == 1 => {
                for (case, held) in fields {
                    let Some((_, Some(kind))) = find(case) else { continue };
                    out.extend(format!("{{:{case} ").bytes());
                    self.put(*kind, held, &format!("{name}.{case}"), out)?;
                    out.push(b'}');
                    return Ok(());
                }
            }
            _ => {}
        }
        let cases = cases.iter().map(|(case, held)| match held {
            None => format!("\"{case}\""),
            Some(_) => format!("{{\"{case}\": ...}}"),
        });
        let cases = cases.collect::<Vec<_>>().join(" or ");
        Err(Wrong::Unfit(format!("{name}: {cases} is due, not {}", shown(value))))
    }

    fn put_method(
        &mut self,
        methods: &'static [Method],
        value: &Value,
        name: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Wrong> {
        let Some([Value::String(wanted), given @ ..]) = value.as_list() else {
            let shown = shown(value);
            return Err(Wrong::Unfit(format!(
                "{name}: an array that begins with a name is due, not {shown}"
            )));
        };
        let Some(method) = methods.iter().find(|method| method.name == wanted) else {
            return Err(Wrong::Unfit(format!("{name}: {wanted} is none of those that it may be")));
        };
        self.answers.push(method.answer);
        let begun = [b"(list ", &bytes::quote(wanted.as_bytes())[..]].concat();
        let args = self.by_place(method.parameters, given, begun);
        out.extend(args.map_err(|wrong| wrong.within(name))?);
        Ok(())
    }
}

/// Puts a list of what `put` puts for each item, which has the list's name and its place there.
fn put_list(
    items: &[Value],
    name: &str,
    out: &mut Vec<u8>,
    mut put: impl FnMut(&Value, &str, &mut Vec<u8>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    out.extend(b"(list");
    for (index, item) in items.iter().enumerate() {
        out.push(b' ');
        put(item, &format!("{name}[{index}]"), out)?;
    }
    out.push(b')');
    Ok(())
}

/// The bytes of `{"$bytes": "<base64>"}`, or those of a string as UTF-8.
fn given_bytes(value: &Value, name: &str) -> Result<Vec<u8>, Wrong> {
    match value {
        Value::String(text) => Ok(text.clone().into_bytes()),
        Value::Dict(fields) if fields.len() == 1 => {
            let encoded = fields.get(BYTES).and_then(Value::as_str);
            let encoded = encoded.ok_or_else(|| no_bytes(name, value))?;
            BASE64
                .decode(encoded)
                .map_err(|error| Wrong::Unfit(format!("{name}: {BYTES} holds no base64: {error}")))
        }
        _ => Err(no_bytes(name, value)),
    }
}

/// Refuses a key that is none of those.
fn known(parameters: Parameters, given: &Value, what: &str) -> Result<(), Wrong> {
    let mut keys = given.as_dict().into_iter().flat_map(|dict| dict.keys());
    match keys.find(|key| !parameters.iter().any(|(name, _)| super::key(name) == **key)) {
        Some(key) => {
            Err(Wrong::Unfit(format!("{what}: {key} is none of those that it may have{}", names(parameters))))
        }
        None => Ok(()),
    }
}

fn names(parameters: Parameters) -> String {
    let names: Vec<_> = parameters.iter().map(|(name, _)| key(name)).collect();
    if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
}

fn no_bytes(name: &str, value: &Value) -> Wrong {
    Wrong::Unfit(format!("{name}: {{\"{BYTES}\": \"<base64>\"}} or a string is due, not {}", shown(value)))
}

fn print(value: &Value, name: &str) -> Result<Vec<u8>, Wrong> {
    sx::print(value).map(String::into_bytes).map_err(|error| {
        let reason = error.to_string();
        let wrong = match *error.kind() {
            sx::ErrorKind::TooLong { limit, actual } => Wrong::TooLarge { reason, limit, actual },
            _ => Wrong::Unfit(reason),
        };
        wrong.within(name)
    })
}

/// What something is, for people.
fn shown(value: &Value) -> &'static str {
    match value {
        Value::Nil => "null",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Float(_) => "that number",
        Value::String(_) => "that string",
        Value::Symbol(_) => "a symbol",
        Value::Keyword(_) => "a keyword",
        Value::List(_) => "an array",
        Value::Dict(_) => "an object",
    }
}
