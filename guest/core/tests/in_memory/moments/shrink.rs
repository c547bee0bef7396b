//! The fewest lines of a trace that still show what the whole shows.

use super::trace::{Line, Step};
use sx::Value;

/// Takes away what is not needed for `shows`.
pub(super) fn shrunk(mut lines: Vec<Line>, shows: impl Fn(&[Line]) -> bool) -> Vec<Line> {
    loop {
        let before = lines.clone();
        let mut length = lines.len();
        while length > 0 {
            let mut at = 0;
            while at < lines.len() {
                let mut fewer = lines.clone();
                fewer.drain(at..lines.len().min(at + length));
                if shows(&fewer) {
                    lines = fewer;
                } else {
                    at += length;
                }
            }
            length /= 2;
        }
        for at in 0..lines.len() {
            while let Some(less) = with_less(&lines[at]).into_iter().find_map(|less| {
                let mut fewer = lines.clone();
                fewer[at] = less;
                shows(&fewer).then_some(fewer)
            }) {
                lines = less;
            }
        }
        if lines == before {
            return lines;
        }
    }
}

/// A line with one part of a transaction left out, with one part alone, or with a shorter list or text.
fn with_less(line: &Line) -> Vec<Line> {
    let Line::Step(step) = line else { return Vec::new() };
    let mut less = Vec::new();
    for at in 0..step.args.len() {
        if matches!(&*step.op, "run" | "commit" | "moment") && step.args.len() > 1 {
            let mut args = step.args.clone();
            args.remove(at);
            less.push(Step { args, ..step.clone() });
        }
        for arg in shorter(&step.args[at]) {
            let mut args = step.args.clone();
            args[at] = arg;
            less.push(Step { args, ..step.clone() });
        }
    }
    less.into_iter().map(Line::Step).collect()
}

/// A list with an item less, a small text in the place of a large one, a dict with less in it.
fn shorter(value: &Value) -> Vec<Value> {
    match value {
        Value::Symbol(name) if name.starts_with("&text/") => vec![Value::String("x".to_owned())],
        Value::List(items) => {
            let without = |at: usize| {
                let mut items = items.clone();
                items.remove(at);
                Value::List(items)
            };
            // The name of an operation stays.
            let first = usize::from(items.first().and_then(Value::as_str).is_some());
            let inner = items.iter().enumerate().flat_map(|(at, item)| {
                shorter(item).into_iter().map(move |item| {
                    let mut items = items.clone();
                    items[at] = item;
                    Value::List(items)
                })
            });
            (first..items.len()).map(without).filter(|_| first == 0).chain(inner).collect()
        }
        Value::Dict(entries) => {
            let without = |key: &String| {
                let mut entries = entries.clone();
                entries.remove(key);
                Value::Dict(entries)
            };
            let inner = entries.iter().flat_map(|(key, value)| {
                shorter(value).into_iter().map(move |value| {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), value);
                    Value::Dict(entries)
                })
            });
            entries.keys().filter(|key| *key == "data").map(without).chain(inner).collect()
        }
        _ => Vec::new(),
    }
}
