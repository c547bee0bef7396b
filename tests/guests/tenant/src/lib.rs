//! A guest of a host with many tenants, for `tests/integration/embedding`: honest, curious, greedy, or stuck, as it is asked to be.

mod batch;
#[expect(clippy::pedantic, reason = "generated from wit/")]
mod bindings;
mod exports;
mod writer;

#[expect(unsafe_code, reason = "generated from wit/")]
mod export {
    use super::{Tenant, bindings};
    bindings::export!(Tenant with_types_in bindings);
}

use bindings::sx::persist::batch::Transaction;
use bindings::sx::persist::types::{Direction, Error, Position};
use bindings::sx::persist::{blob, maps, objects, persist, refs, sessions, snapshots};
use bindings::{Guest, sx::persist::blob::Writer};
use std::cell::RefCell;
use std::hint;

thread_local! {
    /// Blobs that were begun, and are never finished.
    static BEGUN: RefCell<Vec<Writer>> = const { RefCell::new(Vec::new()) };
}

/// What the component exports.
pub(crate) struct Tenant;

impl Guest for Tenant {
    fn work(orders: u32) -> Result<u64, Error> {
        let mut seq = persist::last_seq("orders")?;
        for _ in 0..orders {
            seq += 1;
            let receipt = blob::put(format!("order {seq}").as_bytes())?;
            let event = format!("{{:seq {seq} :receipt {receipt:?}}}");
            let transaction = Transaction::new()?;
            transaction.append("orders", &event)?;
            transaction.kv_put("last", &seq.to_string())?;
            Transaction::commit(transaction).map_err(|refusal| refusal.reason)?;
        }
        persist::count("orders")
    }

    fn guess(names: Vec<String>) -> Vec<String> {
        let found = names.iter().flat_map(|name| found_under(name)).collect();
        names.iter().for_each(|name| write_under(name));
        found
    }

    fn put_blob(bytes: u64) -> Result<String, Error> {
        blob::put(&zeros(bytes))
    }

    fn put_value(bytes: u64) -> Result<(), Error> {
        persist::kv_put("large", &format!("{:?}", "x".repeat(length(bytes).saturating_sub(2))))
    }

    fn delete_keys(count: u32) -> Result<u64, Error> {
        maps::delete_many("table", &vec![Vec::new(); length(count.into())])
    }

    fn gather_operations(count: u32, bytes: u64) -> (u32, Option<Error>) {
        let value = zeros(bytes);
        let gathered = Transaction::new().and_then(|transaction| {
            // One that is refused is not added, and the others are performed.
            let refused = (0..count).find_map(|_| transaction.map_put("t", b"k", &value).err());
            let added = transaction.kv_delete("last")?;
            Transaction::commit(transaction).map_err(|refusal| refused.clone().unwrap_or(refusal.reason))?;
            Ok((added, refused))
        });
        gathered.unwrap_or_else(|error| (0, Some(error)))
    }

    fn open_transactions(count: u32) -> (u32, Option<Error>) {
        let opened: Vec<_> = (0..count).map(|_| Transaction::new()).collect();
        let begun = opened.iter().filter(|transaction| transaction.is_ok()).count();
        (u32::try_from(begun).unwrap_or(u32::MAX), opened.into_iter().find_map(Result::err))
    }

    fn write_blob(bytes: u64) -> Result<(), Error> {
        Writer::new()?.write(&zeros(bytes))
    }

    fn open_writers(count: u32) -> (u32, Option<Error>) {
        let (mut opened, mut refusal) = (0, None);
        for _ in 0..count {
            match Writer::new() {
                Ok(writer) => {
                    // So much that it has a file.
                    let _ = writer.write(&zeros(100_000));
                    BEGUN.with_borrow_mut(|begun| begun.push(writer));
                    opened += 1;
                }
                Err(error) => refusal = refusal.or(Some(error)),
            }
        }
        (opened, refusal)
    }

    fn loop_for_ever(calling: bool) {
        let _ = persist::kv_put("looping", "true");
        loop {
            if calling {
                let _ = persist::kv_get("looping");
            }
            hint::spin_loop();
        }
    }
}

/// What a name stands for, in any interface.
fn found_under(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let found = [
        ("stream", persist::last_seq(name).is_ok_and(|seq| seq > 0)),
        (
            "events",
            persist::read_page(name, &Position::Start, 9, Direction::Forward)
                .is_ok_and(|page| !page.lines.is_empty()),
        ),
        ("key", persist::kv_has(name) == Ok(true)),
        ("keys", persist::kv_list(name, None, 9).is_ok_and(|page| !page.entries.is_empty())),
        ("blob", matches!(blob::get(name), Ok(Some(_)))),
        ("part of a blob", matches!(blob::read_at(name, 0, 9), Ok(Some(_)))),
        ("ref", matches!(refs::get(name), Ok(Some(_)))),
        ("map", matches!(maps::get(name, b"key"), Ok(Some(_)))),
        ("key of a map", matches!(maps::get("table", bytes), Ok(Some(_)))),
        ("object", matches!(objects::read(name), Ok(Some(_)))),
        ("segment", sessions::read_page(name, name, &Position::Start, 9, Direction::Forward).is_ok()),
        ("session", matches!(sessions::session_of(name), Ok(Some(_)))),
        ("snapshot", matches!(snapshots::load(name), Ok(Some(_)))),
    ];
    found.into_iter().filter(|(_, is_there)| *is_there).map(|(what, _)| format!("{what} {name}")).collect()
}

/// Writes under a name, wherever that is taken.
fn write_under(name: &str) {
    let hash = "0".repeat(40);
    let _ = persist::append(name, "{:seq 1}");
    let _ = persist::kv_put(name, "1");
    let _ = refs::set(name, &hash);
    let _ = maps::put(name, b"key", b"value");
    let _ = maps::put("table", name.as_bytes(), b"value");
    let _ = objects::write(name, b"bytes");
    let _ = sessions::append(name, name, "1");
    let _ = snapshots::persist(name, b"bytes");
    let _ = blob::delete(name);
    let _ = persist::truncate(name, 0);
}

fn zeros(bytes: u64) -> Vec<u8> {
    vec![0; length(bytes)]
}

/// More than fits a memory of 32 bits is asked of nobody.
fn length(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
