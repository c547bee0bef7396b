//! A disk that loses power, behind the `wasi:filesystem` imports of any component.
//!
//! [`disk::Disk`] holds every file twice, as it is seen and as it would survive; [`disk::Disk::lose_power`] draws what is left.
//! [`simfs::SimFs`] serves it to a component and keeps the disk as it was before each call that changes or syncs something, fails
//! calls as a [`simfs::Plan`] says, and counts them. The same [`random::Random`] draws the same.

#![forbid(unsafe_code)]

pub mod disk;
pub mod fault;
pub mod random;
pub mod simfs;
