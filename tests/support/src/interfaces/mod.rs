//! An interface a file: how its operations are drawn, how the component and the host library perform them, and everything that
//! they hold of it.

pub(crate) mod checks;
pub(crate) mod maps;
pub(crate) mod objects;
pub(crate) mod refs;
pub(crate) mod sessions;
pub(crate) mod snapshots;

use crate::machine::Machine;
use crate::taste::Taste;
use sim::random::Random;
use sx_persist::types;
use sx_persist::{Result, Store};
use trace::maps::MapOp;
use trace::objects::ObjectOp;
use trace::refs::RefOp;
use trace::sessions::SessionOp;
use trace::snapshots::SnapshotOp;
use trace::{Answer, Op};

/// The operations of an interface.
pub(crate) trait Interface: Sized {
    /// A random write that may be a part of a batch.
    fn write(random: &mut Random, taste: Taste) -> Self;

    /// A random read.
    fn read(random: &mut Random, taste: Taste) -> Self;

    /// The operation as a part of a batch.
    fn batched(&self) -> types::Op;

    /// Performs it on the component; none when the process ended in it.
    fn perform(&self, machine: &mut Machine) -> Option<Answer>;

    /// Performs it through the host library.
    fn perform_on(&self, store: &Store) -> Result<Answer>;
}

/// A random write of one of them, which may go into a batch.
pub(crate) fn write(random: &mut Random, taste: Taste) -> Op {
    match random.below(5) {
        0 => Op::Ref(RefOp::write(random, taste)),
        1 => Op::Snapshot(SnapshotOp::write(random, taste)),
        2 => Op::Object(ObjectOp::write(random, taste)),
        3 => Op::Session(SessionOp::write(random, taste)),
        _ => Op::Map(MapOp::write(random, taste)),
    }
}

/// A random read of one of them.
pub(crate) fn read(random: &mut Random, taste: Taste) -> Op {
    match random.below(5) {
        0 => Op::Ref(RefOp::read(random, taste)),
        1 => Op::Snapshot(SnapshotOp::read(random, taste)),
        2 => Op::Object(ObjectOp::read(random, taste)),
        3 => Op::Session(SessionOp::read(random, taste)),
        _ => Op::Map(MapOp::read(random, taste)),
    }
}
