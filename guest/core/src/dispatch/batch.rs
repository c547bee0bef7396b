//! Transactions and reads of one moment as one operation each: a list of operations or questions, each a list of its own.

use crate::dispatch::transaction::operation;
use crate::dispatch::{Answer, Argument, Arguments};
use crate::error::{Error, Result};
use crate::interface::batch::Refusal;
use sx_persist_wire::{Committed, Found, MapEntry, Moment, Op, Outcome, Question};

/// The operations of `persist/batch/commit`.
///
/// # Errors
/// One of them is none, with its index.
pub fn operations(arguments: &Arguments<'_>) -> Result<Vec<Op>, Refusal> {
    gathered(&arguments.get(0, "operations")?, operation)
}

/// The questions of `persist/batch/read`.
///
/// # Errors
/// One of them is none, with its index.
pub fn questions(arguments: &Arguments<'_>) -> Result<Vec<Question>, Refusal> {
    gathered(&arguments.get(0, "questions")?, question)
}

fn question(name: &str, from: &Arguments<'_>) -> Result<Option<Question>> {
    let text = |index, what| from.get(index, what)?.text();
    Ok(Some(match name {
        "kv-get" => Question::Kv { key: text(1, "key")? },
        "map-get" => Question::Map { table: text(1, "table")?, key: from.get(2, "key")?.bytes()? },
        "ref-get" => Question::Ref { name: text(1, "name")? },
        "last-seq" => Question::LastSeq { stream: text(1, "stream")? },
        "count" => Question::Count { stream: text(1, "stream")? },
        "segment" => Question::Segment { session: text(1, "session")?, segment: text(2, "segment")? },
        _ => return Ok(None),
    }))
}

/// Each item of a list begins with a name, and its arguments follow.
fn gathered<T>(
    list: &Argument<'_>,
    take: fn(&str, &Arguments<'_>) -> Result<Option<T>>,
) -> Result<Vec<T>, Refusal> {
    let taken = |item: &Argument<'_>| {
        let arguments = item.arguments()?;
        let name = arguments.get(0, "name")?.text()?;
        take(&name, &arguments)?.ok_or_else(|| Error::InvalidArgument(format!("no {name} here").into()))
    };
    let items = list.items()?;
    let items = items.iter().enumerate();
    items.map(|(index, item)| taken(item).map_err(|reason| Refusal { index: Some(index), reason })).collect()
}

/// Puts what a transaction answered.
pub fn put_committed(answer: &mut Answer, committed: &Committed) {
    answer.begin();
    answer.key("answers");
    answer.list(&committed.outcomes, put_outcome);
    answer.key("lsn");
    answer.number(committed.lsn);
    answer.end();
}

fn put_outcome(answer: &mut Answer, outcome: &Outcome) {
    match outcome {
        Outcome::Appended(number)
        | Outcome::Truncated(number)
        | Outcome::Versioned(number)
        | Outcome::Dropped(number) => answer.number(*number),
        Outcome::Incremented(sum) => answer.signed(*sum),
        Outcome::Deleted(flag) | Outcome::Swapped(flag) => answer.flag(*flag),
        Outcome::Recorded(event) => answer.value(event),
        Outcome::Stored(cid) => answer.text(cid),
        Outcome::Put | Outcome::Checked => answer.nil(),
    }
}

/// Puts what was found of one moment.
pub fn put_moment(answer: &mut Answer, questions: &[Question], moment: &Moment) {
    answer.begin();
    answer.key("answers");
    answer.list(questions.iter().zip(&moment.found), put_found);
    answer.key("lsn");
    answer.number(moment.lsn);
    answer.end();
}

fn put_found(answer: &mut Answer, (question, found): (&Question, &Found)) {
    match (question, found) {
        (Question::Kv { .. }, Found::Text(value)) => answer.optional_value(value.as_deref()),
        (_, Found::Text(text)) => answer.optional(text.as_deref(), Answer::text),
        (_, Found::Number(number)) => answer.number(*number),
        (_, Found::Entry(entry)) => answer.optional(entry.as_ref(), |answer, MapEntry { value, version }| {
            answer.begin();
            answer.key("value");
            answer.bytes(value);
            answer.key("version");
            answer.number(*version);
            answer.end();
        }),
    }
}
