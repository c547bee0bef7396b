//! An async program: many tasks of tokio place orders, on one thread, and each goes on when its order is durable.
//!
//! `cargo run --release --example orders -- [FOLDER]`

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;
use sx_persist::{Event, Seq, Store};
use tokio::runtime;
use tokio::task::{self, JoinSet};

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

const TASKS: u64 = 100;
const KINDS: [&str; 3] = ["apple", "pear", "quince"];

/// What is ordered.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    sku: String,
    quantity: u32,
}

/// Places an order; answers its number. It is durable then.
async fn place(store: &Store, order: Order) -> Result<Seq> {
    // Off the thread of the tasks: the calls wait for the disk.
    let placed = store.spawn(move |store| {
        // One commit: no crash comes between an order and its count.
        let mut tx = store.transaction();
        let seq = tx.stream::<Event<Order>>("orders").record("placed", &order)?;
        let _ = tx.map::<String, i64>("sold").increment(order.sku.as_str(), order.quantity.into());
        tx.commit()?;
        seq.get().ok_or_else(|| "an event without a number".into())
    });
    placed.await?
}

/// Lets as many tasks place an order each; answers the numbers of the orders, in their order.
async fn place_all(store: &Store, tasks: u64) -> Result<Vec<Seq>> {
    let mut placing = JoinSet::new();
    for (sku, quantity) in KINDS.iter().cycle().zip(1..=tasks) {
        let order = Order { sku: (*sku).to_owned(), quantity: u32::try_from(quantity)? };
        let store = store.clone();
        placing.spawn(async move { place(&store, order).await });
    }
    let mut numbers = placing.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// What was sold of each kind, from the orders themselves.
fn sold(store: &Store) -> Result<BTreeMap<String, i64>> {
    let mut sold = BTreeMap::new();
    for placed in &store.stream::<Event<Order>>("orders") {
        let Order { sku, quantity } = placed?.data;
        *sold.entry(sku).or_default() += i64::from(quantity);
    }
    Ok(sold)
}

fn report(store: &Store) -> Result<String> {
    let (orders, syncs) = (store.stream::<Event<Order>>("orders").len()?, store.admin().stats()?["syncs"]);
    Ok(format!("{TASKS} tasks placed an order each, with {syncs} syncs; {orders} orders: {:?}", sold(store)?))
}

async fn run(folder: PathBuf) -> Result<()> {
    let store = task::spawn_blocking(|| Store::open(folder)).await??;
    place_all(&store, TASKS).await?;
    let report = store.spawn(report).await??;
    writeln!(io::stdout(), "{report}")?;
    Ok(task::spawn_blocking(|| store.close()).await??)
}

fn main() -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args_os().nth(1).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    runtime::Builder::new_current_thread().build()?.block_on(run(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// What was sold, as it is counted.
    fn counted(store: &Store) -> BTreeMap<String, i64> {
        let sold = store.map::<String, i64>("sold");
        sold.iter().map(|item| item.map(|item| (item.key, item.value)).unwrap()).collect()
    }

    /// The journal of a store whose first orders are not anywhere else yet.
    fn journal(root: &Path) -> PathBuf {
        let files = fs::read_dir(root.join("journal")).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| !path.ends_with("reserve")).max().unwrap()
    }

    #[test]
    fn no_crash_comes_between_an_order_and_its_count() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::builder().checkpoint_when_idle(None).open(folder.path()).unwrap();
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(place_all(&store, 4)).unwrap();
        let journal = journal(folder.path());
        let whole = fs::read(&journal).unwrap();
        let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        // As a loss of power may leave it: nothing behind some place is there. Its header and its first frame, which has a head of 24
        // bytes, are durable before it counts (docs/format.md).
        let payload = u32::from_le_bytes(whole[1_024..1_028].try_into().unwrap()) as usize;
        let first = 1_024 + (24 + payload).next_multiple_of(8);
        for cut in (first..=end.next_multiple_of(8)).step_by(8) {
            let after = tempfile::tempdir().unwrap();
            fs::create_dir(after.path().join("journal")).unwrap();
            let journal = after.path().join("journal").join(journal.file_name().unwrap());
            fs::write(journal, &whole[..cut]).unwrap();
            let store = Store::open(after.path()).unwrap();
            assert_eq!(sold(&store).unwrap(), counted(&store), "{cut}");
            seen.insert(store.stream::<Event<Order>>("orders").len().unwrap());
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn each_task_has_a_number_of_its_own_and_what_it_sold_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        let numbers = runtime.block_on(place_all(&store, TASKS)).unwrap();
        assert_eq!(numbers, (1..=TASKS).map(Seq::new).collect::<Vec<_>>());
        store.close().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let sold = sold(&store).unwrap();
        assert_eq!(sold.values().sum::<i64>(), 5_050);
        assert_eq!(sold, counted(&store));
    }
}
