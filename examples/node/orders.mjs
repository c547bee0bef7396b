// Keeps some orders: node orders.mjs ROOT
import { PersistError, Store } from "sx-persist";

const store = Store.open(process.argv[2]);
store.append("orders", { seq: 1, sku: "A-1" }); // durable when it returns
store.append("orders", { seq: 2, sku: "B-9" });
store.truncate("orders", 1);
const picture = store.blobPut(Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
store.kvPut("picture", { cid: picture, width: 640 });
console.log(...store.read("orders"));
try {
  store.appendExpecting("orders", 7, [{ seq: 8 }]);
} catch (error) {
  if (!(error instanceof PersistError)) throw error;
  console.log(error.message); // error.variant is "stale"
}
store.close();
