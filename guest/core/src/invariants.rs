//! What is true between any two steps, which each type says of itself in `check`. Native tests and fuzzing check it always, the crash
//! suite in every 16th case; nothing that ships does. A breach is a panic.

use crate::limits;

/// Are they checked in this build?
pub(crate) const ARE_CHECKED: bool = cfg!(feature = "invariants");

// A checkpoint in parts begins before a whole one is due, and a part takes more than a commit of one record brings.
const _: () = assert!(limits::PARTS_JOURNAL_BYTES < limits::JOURNAL_BYTES);
const _: () = assert!(limits::PARTS_DIRTY_FILES < limits::DIRTY_FILES);
const _: () = assert!(limits::PART_PIECES > 3);
// The largest of each fits into what carries it.
const _: () = assert!(limits::BLOB_JOURNAL_BYTES_MAX <= limits::BLOB_BYTES_MAX);
const _: () = assert!(limits::BLOB_BYTES_MAX <= limits::BATCH_BYTES_MAX);
const _: () = assert!(limits::VALUE_BYTES_MAX <= limits::BATCH_BYTES_MAX);
const _: () = assert!(limits::BATCH_BYTES_MAX < limits::FRAME_BYTES_MAX);
const _: () = assert!(limits::PAGE_BYTES_MAX <= limits::ANSWER_BYTES_MAX);
const _: () = assert!((limits::FRAME_BYTES_MAX as u64) < limits::JOURNAL_BYTES_MAX);
const _: () = assert!(sx::limits::TEXT_BYTES_MAX < limits::LINE_BYTES_MAX);
const _: () = assert!(limits::GROUP_BYTES_MAX < limits::NAME_BYTES_MAX);
const _: () = assert!(limits::RESERVE_BYTES_MIN >= 2 * limits::JOURNAL_AHEAD_BYTES);
const _: () = assert!(limits::RESERVE_BYTES_MIN <= limits::RESERVE_BYTES_MAX);
const _: () = assert!(limits::CACHE_VALUE_BYTES_MAX < limits::CACHE_BYTES_MAX);
const _: () = assert!(limits::SMALL_BYTES <= limits::CHUNK_BYTES);
// Two counts, and what a repair leaves unseen, add up without care.
const _: () = assert!(limits::COUNT_END <= u64::MAX / 2);
const _: () = assert!(limits::COMMITS_UNSEEN < limits::COUNT_END && limits::SEQ_MAX < limits::COUNT_END);
