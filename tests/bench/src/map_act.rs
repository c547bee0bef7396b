//! What a workload asks of a table of bytes, and of objects under hashes.

use crate::contender::Contender;
use crate::made::{Order, PAIR_BYTES, STRIDE, hash, key, mixed, objects, pair};
use crate::shelf::Data;
use crate::work::{Work, fresh, pick, scattered};
use anyhow::{Result, ensure};
use sx_persist::types::MapPair;

/// An operation of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MapAct {
    /// Puts new keys, so many as one commit.
    Load {
        batch: u64,
        order: Order,
    },
    /// Puts all keys anew, in another order, so many as one commit.
    Overwrite {
        batch: u64,
    },
    /// Puts one key of those that are there.
    Put,
    Get {
        cold: bool,
    },
    /// Asks for a key that is not there.
    Missing,
    /// Reads so many keys and values behind a key.
    Page(u32),
    /// Opens what is there and reads a key.
    Open,
    /// Stores objects, so many as one commit.
    Store {
        batch: u64,
    },
    Read,
    MissingObject,
}

impl MapAct {
    /// As [`crate::act::Act::spoils`].
    pub(crate) fn spoils(self) -> bool {
        matches!(self, Self::Overwrite { .. })
    }

    /// Is nothing of it to be in memory before?
    pub(crate) fn is_cold(self) -> bool {
        matches!(self, Self::Get { cold: true })
    }

    /// As [`crate::act::Act::warm_up`].
    pub(crate) fn warm_up(self, contender: &dyn Contender) -> Result<()> {
        match self {
            Self::Load { .. } | Self::Overwrite { .. } | Self::Put => {
                contender.map_put(&[pair(0, fresh(1), Order::Random)])
            }
            Self::Store { .. } => contender.object_put(&objects(u64::MAX - 1..u64::MAX)),
            Self::Get { .. }
            | Self::Missing
            | Self::Page(_)
            | Self::Open
            | Self::Read
            | Self::MissingObject => Ok(()),
        }
    }

    /// As [`crate::act::Act::work`].
    pub(crate) fn work(self, contender: &dyn Contender, data: Data, calls: u64) -> Work<'_> {
        let size = data.size();
        match self {
            Self::Load { batch, order } => {
                puts(contender, calls, batch, move |number| pair(number, 1, order))
            }
            Self::Overwrite { batch } => {
                let version = fresh(1);
                puts(contender, calls, batch, move |number| {
                    pair(number.wrapping_mul(STRIDE) % size.max(1), version, Order::Random)
                })
            }
            Self::Put => {
                let version = fresh(1);
                puts(contender, calls, 1, move |number| pair(scattered(number, size), version, Order::Random))
            }
            Self::Get { .. } | Self::Open => {
                let keys = made(calls, |number| key(scattered(number, size), Order::Random));
                Work::new(move |number| {
                    ensure!(contender.map_get(pick(&keys, number))?.is_some(), "a key is gone");
                    Ok(())
                })
            }
            Self::Missing => {
                let keys = made(calls, |number| key(size + number, Order::Random));
                Work::new(move |number| {
                    let found = contender.map_get(pick(&keys, number))?;
                    ensure!(found.is_none(), "a key is there that nobody has put");
                    Ok(())
                })
            }
            Self::Page(limit) => Work::new(move |number| {
                let (mut bytes, mut items) = (0, 0_u32);
                // Below the middle, so that there are as many behind it.
                let after = mixed(number) / 2;
                contender.map_page(&after.to_be_bytes(), limit, &mut |key, value| {
                    bytes += key.len() + value.len();
                    items += 1;
                })?;
                // In a quick run there are fewer.
                ensure!(items == limit || size < 4 * u64::from(limit), "a page of {items}");
                ensure!(items > 0, "an empty page");
                std::hint::black_box(bytes);
                Ok(())
            }),
            Self::Store { batch } => stores(contender, calls, batch),
            Self::Read => {
                let hashes = made(calls, |number| hash(scattered(number, size)));
                Work::new(move |number| {
                    ensure!(contender.object_get(pick(&hashes, number))?.is_some(), "an object is gone");
                    Ok(())
                })
            }
            Self::MissingObject => {
                let hashes = made(calls, |number| hash(size + number));
                Work::new(move |number| {
                    let found = contender.object_get(pick(&hashes, number))?;
                    ensure!(found.is_none(), "an object is there that nobody has put");
                    Ok(())
                })
            }
        }
    }
}

/// What each call asks for, made before.
fn made<T>(calls: u64, of: impl Fn(u64) -> T) -> Vec<T> {
    (0..calls).map(of).collect()
}

fn puts(contender: &dyn Contender, calls: u64, batch: u64, pair: impl Fn(u64) -> MapPair) -> Work<'_> {
    let batches: Vec<Vec<_>> =
        (0..calls).map(|call| (0..batch).map(|nth| pair(call * batch + nth)).collect()).collect();
    let work = Work::new(move |number| contender.map_put(pick(&batches, number)));
    work.of(batch).with_payload(batch * PAIR_BYTES)
}

fn stores(contender: &dyn Contender, calls: u64, batch: u64) -> Work<'_> {
    let batches: Vec<_> = (0..calls).map(|call| objects(call * batch..(call + 1) * batch)).collect();
    let bytes = |object: &(String, Vec<u8>)| object.0.len() + object.1.len();
    let payload_bytes: usize = batches.iter().flatten().map(bytes).sum();
    let work = Work::new(move |number| contender.object_put(pick(&batches, number)));
    work.of(batch).with_payload(payload_bytes as u64 / calls.max(1))
}
