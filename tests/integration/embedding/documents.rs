//! The Rust of the documents, as it stands there: it compiles. What it does is looked at by the suites of what it calls.

/// Blocks of other kinds, which are looked at elsewhere: a guest is built and run by the suite of the command line.
const ELSEWHERE: &str = "wit_bindgen::generate!";

/// This file and the documents whose blocks stand in it.
const HERE: &str = include_str!("documents.rs");
const DOCUMENTS: [(&str, &str); 7] = [
    ("README.md", include_str!("../../../README.md")),
    ("docs/coming-from.md", include_str!("../../../docs/coming-from.md")),
    ("docs/composition.md", include_str!("../../../docs/composition.md")),
    ("docs/embedding.md", include_str!("../../../docs/embedding.md")),
    ("docs/keyvalue.md", include_str!("../../../docs/keyvalue.md")),
    ("docs/library.md", include_str!("../../../docs/library.md")),
    ("docs/middleware.md", include_str!("../../../docs/middleware.md")),
];

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[test]
fn every_block_of_the_documents_stands_in_this_file() {
    let here = lines(HERE);
    let mut count = 0;
    for (name, text) in DOCUMENTS {
        for block in text.split("\n```rust\n").skip(1).filter_map(|rest| rest.split("\n```").next()) {
            let block_lines = lines(block);
            let is_here = here.windows(block_lines.len()).any(|part| part == block_lines);
            assert!(is_here || block.contains(ELSEWHERE), "of {name} nothing compiles this:\n{block}");
            count += 1;
        }
    }
    assert!(count >= 10, "{count}");
}

#[rustfmt::skip]
#[expect(dead_code, reason = "it is compiled; a directory of its name would be made by running it")]
#[expect(unused_qualifications, clippy::items_after_statements, clippy::needless_pass_by_value, reason = "as it stands there")]
mod shown {
    mod readme {
        use serde::{Deserialize, Serialize};
        use sx_persist::{Event, Store};

        #[derive(Serialize, Deserialize)]
        struct Order { sku: String, amount: i64 }

        fn first() -> sx_persist::Result<sx_persist::Seq> {
let store = Store::open("till")?;
let orders = store.stream::<Event<Order>>("orders");
let seq = orders.record("placed", &Order { sku: "A-1".into(), amount: 3 })?; // survives a power failure from here on
store.transact(|tx| {
    let mut stock = tx.map::<String, i64>("stock");
    let left = stock.get("A-1")?.unwrap_or(0) - 3;
    stock.put("A-1", &left)
})?;
            Ok(seq)
        }
    }

    fn library() -> sx_persist::Result<sx_persist::Seq> {
use serde::{Deserialize, Serialize};
use sx_persist::{Event, Store};

#[derive(Serialize, Deserialize)]
struct Order { sku: String, amount: i64 }

let store = Store::open("till")?;
let orders = store.stream::<Event<Order>>("orders");
let seq = orders.record("placed", &Order { sku: "A-1".into(), amount: 3 })?;
        Ok(seq)
    }

    mod projection {
        use serde::{Deserialize, Serialize};
        use sx_persist::{Event, Seq, Store};

        #[derive(Serialize, Deserialize)]
        struct Order { sku: String, amount: i64 }

        fn sold(store: &Store) -> sx_persist::Result<()> {
let orders = store.stream::<Event<Order>>("orders");
let position = store.map::<String, u64>("positions").get("sold")?.unwrap_or(0);
for order in orders.range(Seq::new(position + 1)..) {
    let order = order?;
    store.transact(|tx| {
        tx.map::<String, i64>("sold").increment(&order.data.sku, order.data.amount);
        tx.map::<String, u64>("positions").put("sold", &order.seq.get())
    })?;
}
            Ok(())
        }
    }

    mod coming_from {
        use redb::{ReadableDatabase as _, ReadableTable as _};

        const STOCK: redb::TableDefinition<'_, &str, i64> = redb::TableDefinition::new("stock");

        fn redb() -> Result<(), Box<dyn std::error::Error>> {
let old = redb::Database::open("stock.redb")?;
let new = sx_persist::Store::open("stock")?;
let table = old.begin_read()?.open_table(STOCK)?;                 // TableDefinition<&str, i64>
let stock = new.map::<String, i64>("stock");
for row in table.iter()? {
    let (sku, left) = row?;
    stock.put(sku.value(), &left.value())?;                        // each a sync: gather some thousand in a transaction
}
            Ok(())
        }
    }

    mod embedding {
        use std::path::Path;
        use sx_persist::{PersistView, Store};
        use wasmtime::component::{Component, Linker, ResourceTable};

        fn served(engine: wasmtime::Engine, component: Component, shops: &Path) -> Result<(), Box<dyn std::error::Error>> {
            let mut linker = Linker::new(&engine);
struct Guest { store: sx_persist::Store, table: ResourceTable }          // what your host keeps for a guest

sx_persist::add_to_linker(&mut linker, |guest: &mut Guest| PersistView {
    store: &guest.store,                                                 // which store serves it
    table: &mut guest.table,                                             // and where its handles are
})?;
let program = linker.instantiate_pre(&component)?;                       // compiled once, for all tenants

let store = sx_persist::Store::open(shops.join("north"))?;
let mut data = wasmtime::Store::new(&engine, Guest { store, table: ResourceTable::new() });
program.instantiate(&mut data)?;
            Ok(())
        }

        async fn awaited(store: Store, order: i64) -> Result<sx_persist::Seq, Box<dyn std::error::Error>> {
let seq = store.spawn(move |store| store.stream("orders").record("placed", &order)).await??;
            Ok(seq)
        }
    }

    mod composed {
        use std::path::Path;
        use sx_persist::{Component, Store, middleware};

        fn adapters(guest: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
let program = sx_persist_compose::plug_with(&guest, &[sx_persist::keyvalue::DRAFT2], &sx_persist::COMPONENT)?;
            drop(program);
            Ok(())
        }

        fn layers(root: &Path) -> Result<(), Box<dyn std::error::Error>> {
let whole = sx_persist_compose::layer(&[middleware::CACHED], sx_persist::CORE_COMPONENT)?;
let store = Store::builder().component(&Component::new(&whole)?).open(root)?;
            Ok(store.close()?)
        }

        fn clients(client: Vec<u8>, readonly: Vec<u8>, cached: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
let program = sx_persist_compose::plug(&client, &sx_persist::COMPONENT)?;
let store = sx_persist_compose::layer(&[&readonly, &cached], &sx_persist::COMPONENT)?;
            drop((program, store));
            Ok(())
        }
    }
}
