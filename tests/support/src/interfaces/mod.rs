//! What a trace knows of an interface, a file each: its operations, how a line spells them, how random ones are drawn, and how the
//! component and the host library perform them. What they mean stands in `model/`.

pub mod maps;
pub mod objects;
pub mod refs;
pub mod sessions;
pub mod snapshots;

use crate::generate::Taste;
use crate::trace::Op;
use sim::random::Random;

/// A random write of one of them, which may go into a batch.
pub(crate) fn write(random: &mut Random, taste: Taste) -> Op {
    match random.below(5) {
        0 => Op::Ref(refs::RefOp::write(random, taste)),
        1 => Op::Snapshot(snapshots::SnapshotOp::write(random, taste)),
        2 => Op::Object(objects::ObjectOp::write(random, taste)),
        3 => Op::Session(sessions::SessionOp::write(random, taste)),
        _ => Op::Map(maps::MapOp::write(random, taste)),
    }
}

/// A random read of one of them.
pub(crate) fn read(random: &mut Random, taste: Taste) -> Op {
    match random.below(5) {
        0 => Op::Ref(refs::RefOp::read(random, taste)),
        1 => Op::Snapshot(snapshots::SnapshotOp::read(random, taste)),
        2 => Op::Object(objects::ObjectOp::read(random, taste)),
        3 => Op::Session(sessions::SessionOp::read(random, taste)),
        _ => Op::Map(maps::MapOp::read(random, taste)),
    }
}
