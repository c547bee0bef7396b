"""Keeps some orders: python orders.py ROOT sx-persist.wasm"""

import sys

from sx_persist import PersistError, Store

root, component = sys.argv[1:]

with Store(root, component) as store:
    store.append("orders", {"seq": 1, "sku": "A-1"})  # durable when it returns
    store.append("orders", {"seq": 2, "sku": "B-9"})
    store.truncate("orders", upto=1)
    picture = store.blob_put(b"\x89PNG")
    store.kv_put("picture", {"cid": picture, "width": 640})
    print(*store.read("orders"), sep="\n")
    try:
        store.append_expecting("orders", 7, [{"seq": 8}])
    except PersistError as error:
        print(error)  # error.variant is "stale"
