//! What calls of the component answer, in words.

use sx_persist::bindings::exports::sx::persist::types::{self, Direction, Error, ExpectSeq};
use trace::{Answer, Op};

/// What a call answers; none when the process ended in it.
pub(crate) type Called<T> = Option<Result<T, Error>>;

/// An error's name, and what of it is compared with the model's.
pub(crate) fn name(error: &Error) -> String {
    use Error as E;
    match error {
        E::InvalidName(_) => "invalid-name".into(),
        E::InvalidValue(_) => "invalid-value".into(),
        E::InvalidEvent(_) => "invalid-event".into(),
        E::InvalidCid(_) => "invalid-cid".into(),
        E::InvalidHash(_) => "invalid-hash".into(),
        E::InvalidArgument(_) => "invalid-argument".into(),
        E::TooLarge(_) => "too-large".into(),
        E::Stale(stale) => format!("stale {} {}", stale.expected, stale.actual),
        E::Conflict(_) => "conflict".into(),
        E::NotFound(_) => "not-found".into(),
        E::Corrupt(_) => "corrupt".into(),
        E::ReadOnly => "read-only".into(),
        // I6: a failure names the file.
        E::NoSpace(failure) | E::Io(failure) if failure.file.is_empty() => "a failure of no file".into(),
        E::NoSpace(_) => "no-space".into(),
        E::Io(_) => "io".into(),
        E::Closed(_) => "closed".into(),
        E::OutOfMemory => "out-of-memory".into(),
        E::Gone(_) => "gone".into(),
        E::Quota(_) => "quota".into(),
        E::Other(detail) => detail.code.clone(),
    }
}

/// An error's name in an answer of maps: what was expected and what is there are versions.
pub(crate) fn name_in_maps(error: &Error) -> String {
    match error {
        Error::Stale(stale) => format!("stale #{} #{}", stale.expected, stale.actual),
        other => name(other),
    }
}

/// An error's name, as the operation that was refused has it.
pub(crate) fn name_for(op: Option<&Op>, error: &Error) -> String {
    if matches!(op, Some(Op::Map(_))) { name_in_maps(error) } else { name(error) }
}

pub(crate) fn answer<T>(called: Called<T>, show: impl FnOnce(T) -> String) -> Option<Answer> {
    Some(match called? {
        Ok(value) => show(value),
        Err(error) => format!("error {}", name(&error)),
    })
}

/// Why all of these were refused.
pub(crate) fn refused(refusal: &types::Refusal, ops: &[Op]) -> Answer {
    match refusal.index {
        Some(index) => format!("error at {index} {}", name_for(ops.get(index as usize), &refusal.reason)),
        None => format!("error {}", name(&refusal.reason)),
    }
}

pub(crate) fn ok<T>(_: T) -> String {
    "ok".into()
}

pub(crate) fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" ")
}

/// The items of all pages behind a place. `page` answers those of one, and where the next begins.
pub(crate) fn all_pages<T>(
    mut after: Option<String>,
    mut page: impl FnMut(Option<&str>) -> Called<(Vec<T>, String, bool)>,
) -> Called<Vec<T>> {
    let mut items = Vec::new();
    loop {
        match page(after.as_deref())? {
            Err(error) => return Some(Err(error)),
            Ok((more, through, done)) => {
                items.extend(more);
                if done {
                    return Some(Ok(items));
                }
                after = Some(through);
            }
        }
    }
}

/// Which way a list of a trace is read.
pub(crate) fn direction(backward: bool) -> Direction {
    if backward { Direction::Backward } else { Direction::Forward }
}

/// What an operation of a trace expects of a last-seq or of a number of entries.
pub(crate) fn expect_seq(expected: Option<u64>) -> ExpectSeq {
    expected.map_or(ExpectSeq::Any, ExpectSeq::At)
}
