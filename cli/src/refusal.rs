//! The refusals of the store, for programs: names, numbers and facts.

use serde_json::{Value as Json, json};
use sx_persist::types;

/// Returns `true` if another version has written the store, which is not damaged.
pub(crate) fn is_other_version(refusal: &types::Error) -> bool {
    matches!(refusal, types::Error::Corrupt(damage) if damage.reason.starts_with("written by "))
}

/// Returns `true` if the directory or the machine, and not what was asked, stands behind a refusal.
pub(crate) fn is_failure(refusal: &types::Error) -> bool {
    use types::Error as E;
    matches!(refusal, E::Corrupt(_) | E::ReadOnly | E::NoSpace(_) | E::Io(_) | E::Closed(_) | E::OutOfMemory)
}

/// The name of an error in `wit/types.wit`.
pub(crate) fn name(refusal: &types::Error) -> &str {
    use types::Error as E;
    match refusal {
        E::InvalidName(_) => "invalid-name",
        E::InvalidValue(_) => "invalid-value",
        E::InvalidEvent(_) => "invalid-event",
        E::InvalidCid(_) => "invalid-cid",
        E::InvalidHash(_) => "invalid-hash",
        E::InvalidArgument(_) => "invalid-argument",
        E::TooLarge(_) => "too-large",
        E::Stale(_) => "stale",
        E::Conflict(_) => "conflict",
        E::NotFound(_) => "not-found",
        E::Corrupt(_) => "corrupt",
        E::ReadOnly => "read-only",
        E::NoSpace(_) => "no-space",
        E::Io(_) => "io",
        E::Closed(_) => "closed",
        E::OutOfMemory => "out-of-memory",
        E::Gone(_) => "gone",
        E::Quota(_) => "quota",
        E::Other(detail) => &detail.code,
    }
}

/// Its number in `wit/types.wit`, and what it tells besides.
pub(crate) fn facts(refusal: &types::Error) -> (i32, Json) {
    use types::Error as E;
    let excess = |excess: &types::Excess| json!({ "limit": excess.limit, "actual": excess.actual });
    let failure = |at: &types::Failure| json!({ "step": at.step, "file": at.file, "code": at.code });
    match refusal {
        E::InvalidName(_) => (1, Json::Null),
        E::InvalidValue(at) => (2, json!({ "offset": at.offset })),
        E::InvalidEvent(_) => (3, Json::Null),
        E::InvalidCid(text) => (4, json!({ "given": text })),
        E::InvalidHash(text) => (5, json!({ "given": text })),
        E::InvalidArgument(_) => (6, Json::Null),
        E::TooLarge(at) => (7, excess(at)),
        E::Stale(stale) => (8, json!({ "expected": stale.expected, "actual": stale.actual })),
        E::Conflict(name) => (9, json!({ "name": name })),
        E::NotFound(name) => (10, json!({ "name": name })),
        E::Corrupt(damage) => (
            11,
            json!({
                "file": damage.file, "line": damage.line, "offset": damage.offset, "reason": damage.reason,
            }),
        ),
        E::ReadOnly => (12, Json::Null),
        E::NoSpace(at) => (13, failure(at)),
        E::Io(at) => (14, failure(at)),
        E::Closed(at) => (15, failure(at)),
        E::OutOfMemory => (16, Json::Null),
        E::Gone(first) => (17, json!({ "first": first })),
        E::Quota(at) => (18, excess(at)),
        E::Other(detail) => {
            let facts = detail.facts.iter().map(|fact| (fact.name.clone(), json!(fact.value)));
            (19, json!({ "facts": Json::Object(facts.collect()) }))
        }
    }
}
