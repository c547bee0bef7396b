//! The command line, through the real binary and real directories.

mod admin;
mod blob;
mod bounds;
mod code;
mod compose;
mod demo;
mod exit;
mod follow;
mod init;
mod json;
mod kv;
mod maps;
mod objects;
mod op;
mod refs;
mod room;
mod sessions;
mod shell;
mod snapshots;
mod stdio;
mod stream;
mod support;
mod target;
mod terminal;
mod transfer;
mod wait;
