//! Does a store that many threads share behave like one that does a thing at a time?
//!
//! Threads perform random operations on one store, and each records when it asked and when it was answered. A checker from
//! outside, the one of `todc-utils`, then looks for an order of all operations that keeps those times and in which each
//! answer is the one that the model gives. `SEED` and `HISTORIES` choose other and more histories than the usual ones.

mod broken;
mod checker;
mod operations;
mod readers;
mod recorder;
mod sharing;
