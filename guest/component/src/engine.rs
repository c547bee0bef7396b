//! The engine of this instance, on its files, and what exports its methods.

use std::cell::RefCell;
use sx_persist_core::{Engine, Gathering};

#[cfg(not(feature = "memory"))]
use crate::digest;
#[cfg(not(feature = "memory"))]
use crate::disk::Disk as Files;
#[cfg(feature = "memory")]
use sx_persist_core::memory::Memory as Files;

#[cfg(not(feature = "memory"))]
fn new_engine() -> Engine<Files> {
    Engine::on(digest::ACCELERATORS, Files::open())
}

#[cfg(feature = "memory")]
fn new_engine() -> Engine<Files> {
    Engine::new(Files::bounded(sx_persist_core::limits::MEMORY_BYTES_MAX))
}

thread_local! {
    // An instance has one thread; this is the way to a static that needs no `unsafe`.
    static ENGINE: RefCell<Engine<Files>> = RefCell::new(new_engine());
    static GATHERING: Gathering = Gathering::default();
}

pub(crate) fn engine<R>(call: impl FnOnce(&mut Engine<Files>) -> R) -> R {
    ENGINE.with_borrow_mut(call)
}

/// What transactions and reads are gathered within.
pub(crate) fn gathering() -> Gathering {
    GATHERING.with(Gathering::clone)
}

/// What the component exports.
pub(crate) struct Component;
