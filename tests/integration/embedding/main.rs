//! Do the handles of the library what they say? Is a guest of a host of one's own served by the store of its tenant, and can it harm anybody else?
//!
//! The guest is `tests/guests/tenant`. Each tenant has a directory, and a store over it.

mod asynchronous;
mod calls;
mod documents;
mod harm;
mod host;
mod library;
mod room;
mod served;
