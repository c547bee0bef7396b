//! Operations and answers as text: what a trace is made of, whoever performs it.
//!
//! An operation is a line: its name and its arguments. An argument is a bare word, a text in back quotes as it stands, or a
//! text in double quotes with Rust's escapes. An answer is a line, too: a value as it is, `ok`, or `error` and the error's name
//! with what can be compared of it.

#![forbid(unsafe_code)]

mod address;
mod answer;
pub mod checks;
pub mod maps;
pub mod objects;
mod op;
pub mod refs;
pub mod sessions;
pub mod snapshots;
mod words;

pub use address::address;
pub use answer::Answer;
pub use op::Op;
