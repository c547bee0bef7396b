//! Does it hold on a real disk, in real processes that are killed, locked out, and run out of room?
//!
//! `SEED` chooses other work and other moments than the usual ones, `KILLS` how many processes are killed in a loop.

mod emptied;
mod full_disk;
mod kills;
mod ledger;
mod locks;
mod moved;
mod namespace;
mod neighbours;
mod read_only;
mod threads;
mod worker;
