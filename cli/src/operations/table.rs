//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations, their arguments and their answers.

use super::{Kind, Method, Operation};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "persist/append",
        writes: true,
        parameters: &[("stream", Kind::Text), ("event", Kind::Value)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/read",
        writes: false,
        parameters: &[("stream", Kind::Text)],
        answer: Kind::List(&Kind::Value),
    },
    Operation {
        name: "persist/last-seq",
        writes: false,
        parameters: &[("stream", Kind::Text)],
        answer: Kind::Number,
    },
    Operation { name: "persist/streams", writes: false, parameters: &[], answer: Kind::List(&Kind::Text) },
    Operation {
        name: "persist/truncate",
        writes: true,
        parameters: &[("stream", Kind::Text), ("upto", Kind::NumberOrBelow)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/kv-get",
        writes: false,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Optional(&Kind::Value),
    },
    Operation {
        name: "persist/kv-put",
        writes: true,
        parameters: &[("key", Kind::Text), ("value", Kind::Value)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/kv-delete",
        writes: true,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/kv-has?",
        writes: false,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation { name: "persist/kv-keys", writes: false, parameters: &[], answer: Kind::List(&Kind::Text) },
    Operation {
        name: "persist/append-expecting",
        writes: true,
        parameters: &[
            ("stream", Kind::Text),
            ("expected", Kind::Number),
            ("events", Kind::List(&Kind::Value)),
        ],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/record-event",
        writes: true,
        parameters: &[
            ("stream", Kind::Text),
            ("kind", Kind::Text),
            ("at", Kind::Signed),
            ("data", Kind::Value),
            ("expected", EXPECT_SEQ),
        ],
        answer: Kind::Value,
    },
    Operation {
        name: "persist/kv-swap",
        writes: true,
        parameters: &[
            ("key", Kind::Text),
            ("expected", Kind::OptionalValue),
            ("replacement", Kind::OptionalValue),
        ],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/read-page",
        writes: false,
        parameters: &[
            ("stream", Kind::Text),
            ("at", POSITION),
            ("limit", Kind::Small),
            ("direction", DIRECTION),
        ],
        answer: LINE_PAGE,
    },
    Operation {
        name: "persist/count",
        writes: false,
        parameters: &[("stream", Kind::Text)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/kv-list",
        writes: false,
        parameters: &[("prefix", Kind::Text), ("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: ENTRY_PAGE,
    },
    Operation {
        name: "persist/list-streams",
        writes: false,
        parameters: &[("prefix", Kind::Text), ("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: NAME_PAGE,
    },
    Operation {
        name: "blob/put",
        writes: true,
        parameters: &[("bytes", Kind::Bytes), ("mime", Kind::Optional(&Kind::Text))],
        answer: Kind::Text,
    },
    Operation {
        name: "blob/get",
        writes: false,
        parameters: &[("cid", Kind::Text)],
        answer: Kind::Optional(&Kind::Bytes),
    },
    Operation { name: "blob/has?", writes: false, parameters: &[("cid", Kind::Text)], answer: Kind::Flag },
    Operation {
        name: "blob/size",
        writes: false,
        parameters: &[("cid", Kind::Text)],
        answer: Kind::Optional(&Kind::Number),
    },
    Operation {
        name: "blob/read-at",
        writes: false,
        parameters: &[("cid", Kind::Text), ("offset", Kind::Number), ("length", Kind::Small)],
        answer: Kind::Optional(&Kind::Bytes),
    },
    Operation { name: "blob/delete", writes: true, parameters: &[("cid", Kind::Text)], answer: Kind::Flag },
    Operation {
        name: "blob/list",
        writes: false,
        parameters: &[("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: NAME_PAGE,
    },
    Operation {
        name: "persist/ref/get",
        writes: false,
        parameters: &[("name", Kind::Text)],
        answer: Kind::Optional(&Kind::Text),
    },
    Operation {
        name: "persist/ref/set",
        writes: true,
        parameters: &[("name", Kind::Text), ("hash", Kind::Text)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/ref/test-and-set",
        writes: true,
        parameters: &[
            ("name", Kind::Text),
            ("test", Kind::Optional(&Kind::Text)),
            ("set", Kind::Optional(&Kind::Text)),
        ],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/ref/delete",
        writes: true,
        parameters: &[("name", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/ref/list",
        writes: false,
        parameters: &[("prefix", Kind::Text), ("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: REF_PAGE,
    },
    Operation {
        name: "persist/map/get",
        writes: false,
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes)],
        answer: Kind::Optional(&MAP_ENTRY),
    },
    Operation {
        name: "persist/map/get-many",
        writes: false,
        parameters: &[("table", Kind::Text), ("keys", Kind::List(&Kind::Bytes))],
        answer: Kind::List(&Kind::Optional(&MAP_ENTRY)),
    },
    Operation {
        name: "persist/map/has",
        writes: false,
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/map/put",
        writes: true,
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("value", Kind::Bytes)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/map/put-new",
        writes: true,
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("value", Kind::Bytes)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/map/swap",
        writes: true,
        parameters: &[
            ("table", Kind::Text),
            ("key", Kind::Bytes),
            ("expected", EXPECT),
            ("value", Kind::Bytes),
        ],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/map/delete",
        writes: true,
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("expected", EXPECT)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/map/increment",
        writes: true,
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("delta", Kind::Signed)],
        answer: Kind::Signed,
    },
    Operation {
        name: "persist/map/put-many",
        writes: true,
        parameters: &[("table", Kind::Text), ("pairs", Kind::List(&MAP_PAIR))],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/map/delete-many",
        writes: true,
        parameters: &[("table", Kind::Text), ("keys", Kind::List(&Kind::Bytes))],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/map/list",
        writes: false,
        parameters: &[
            ("table", Kind::Text),
            ("range", MAP_RANGE),
            ("after", Kind::Optional(&Kind::Text)),
            ("limit", Kind::Small),
            ("direction", DIRECTION),
        ],
        answer: KEY_PAGE,
    },
    Operation {
        name: "persist/map/scan",
        writes: false,
        parameters: &[
            ("table", Kind::Text),
            ("range", MAP_RANGE),
            ("after", Kind::Optional(&Kind::Text)),
            ("limit", Kind::Small),
            ("direction", DIRECTION),
        ],
        answer: MAP_PAGE,
    },
    Operation {
        name: "persist/map/count",
        writes: false,
        parameters: &[("table", Kind::Text)],
        answer: Kind::Number,
    },
    Operation { name: "persist/map/tables", writes: false, parameters: &[], answer: Kind::List(&Kind::Text) },
    Operation {
        name: "persist/map/drop-table",
        writes: true,
        parameters: &[("table", Kind::Text)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/object/read",
        writes: false,
        parameters: &[("hash", Kind::Text)],
        answer: Kind::Optional(&Kind::Bytes),
    },
    Operation {
        name: "persist/object/exists",
        writes: false,
        parameters: &[("hash", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/object/write",
        writes: true,
        parameters: &[("hash", Kind::Text), ("bytes", Kind::Bytes)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/object/write-batch",
        writes: true,
        parameters: &[("objects", Kind::List(&Kind::Tuple(&[Kind::Text, Kind::Bytes])))],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/object/delete",
        writes: true,
        parameters: &[("hash", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/object/list",
        writes: false,
        parameters: &[("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: NAME_PAGE,
    },
    Operation { name: "persist/object/stats", writes: false, parameters: &[], answer: OBJECT_STATS },
    Operation {
        name: "persist/session/create-segment",
        writes: true,
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("entries", Kind::List(&Kind::Value)),
        ],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/session/append",
        writes: true,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("entry", Kind::Value)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/session/append-expecting",
        writes: true,
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("expected", Kind::Number),
            ("entries", Kind::List(&Kind::Value)),
        ],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/session/read",
        writes: false,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: Kind::List(&Kind::Value),
    },
    Operation {
        name: "persist/session/read-page",
        writes: false,
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("at", POSITION),
            ("limit", Kind::Small),
            ("direction", DIRECTION),
        ],
        answer: LINE_PAGE,
    },
    Operation {
        name: "persist/session/entry-count",
        writes: false,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/session/exists",
        writes: false,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/session/truncate",
        writes: true,
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("entries", Kind::Number),
            ("expected", EXPECT_SEQ),
        ],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/session/delete-segment",
        writes: true,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/session/list-sessions",
        writes: false,
        parameters: &[("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: NAME_PAGE,
    },
    Operation {
        name: "persist/session/list-segments",
        writes: false,
        parameters: &[
            ("session", Kind::Text),
            ("after", Kind::Optional(&Kind::Text)),
            ("limit", Kind::Small),
        ],
        answer: NAME_PAGE,
    },
    Operation {
        name: "persist/session/session-of",
        writes: false,
        parameters: &[("segment", Kind::Text)],
        answer: Kind::Optional(&Kind::Text),
    },
    Operation {
        name: "persist/session/append-trace",
        writes: true,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("entry", Kind::Value)],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/session/read-trace",
        writes: false,
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("at", POSITION),
            ("limit", Kind::Small),
            ("direction", DIRECTION),
        ],
        answer: LINE_PAGE,
    },
    Operation {
        name: "persist/session/fork",
        writes: true,
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("entries", Kind::Optional(&Kind::Number)),
            ("into-session", Kind::Text),
            ("into-segment", Kind::Text),
        ],
        answer: Kind::Number,
    },
    Operation {
        name: "persist/session/read-last",
        writes: false,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("limit", Kind::Small)],
        answer: LAST_ENTRIES,
    },
    Operation {
        name: "persist/session/set-meta",
        writes: true,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("meta", Kind::OptionalValue)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/session/describe",
        writes: false,
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: SEGMENT_DESCRIPTION,
    },
    Operation {
        name: "persist/snapshot/persist",
        writes: true,
        parameters: &[("key", Kind::Text), ("blob", Kind::Bytes)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/snapshot/persist-marker",
        writes: true,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "persist/snapshot/delete-marker",
        writes: true,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/snapshot/load",
        writes: false,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Optional(&Kind::Bytes),
    },
    Operation {
        name: "persist/snapshot/keys",
        writes: false,
        parameters: &[("prefix", Kind::Text), ("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: NAME_PAGE,
    },
    Operation {
        name: "persist/snapshot/contains",
        writes: false,
        parameters: &[("key", Kind::Text)],
        answer: Kind::Flag,
    },
    Operation {
        name: "persist/admin/set-durability",
        writes: false,
        parameters: &[("level", DURABILITY)],
        answer: Kind::Nothing,
    },
    Operation { name: "persist/admin/flush", writes: false, parameters: &[], answer: Kind::Nothing },
    Operation { name: "persist/admin/checkpoint", writes: true, parameters: &[], answer: Kind::Nothing },
    Operation { name: "persist/admin/checkpoint-step", writes: true, parameters: &[], answer: Kind::Flag },
    Operation { name: "persist/admin/verify", writes: false, parameters: &[], answer: REPORT },
    Operation {
        name: "persist/admin/verify-part",
        writes: false,
        parameters: &[("part", Kind::Small), ("parts", Kind::Small)],
        answer: REPORT,
    },
    Operation { name: "persist/admin/repair", writes: true, parameters: &[], answer: REPORT },
    Operation { name: "persist/admin/stats", writes: false, parameters: &[], answer: Kind::List(&COUNTER) },
    Operation {
        name: "persist/admin/convert-step",
        writes: true,
        parameters: &[("to", LAYOUT)],
        answer: Kind::Number,
    },
    Operation { name: "persist/admin/compact-step", writes: true, parameters: &[], answer: Kind::Number },
    Operation {
        name: "persist/admin/usage",
        writes: false,
        parameters: &[("by", USAGE_BY), ("after", Kind::Optional(&Kind::Text)), ("limit", Kind::Small)],
        answer: USAGE_PAGE,
    },
    Operation {
        name: "persist/batch/commit",
        writes: true,
        parameters: &[("operations", Kind::Gathered(TRANSACTION))],
        answer: Kind::Answers,
    },
    Operation {
        name: "persist/batch/read",
        writes: false,
        parameters: &[("questions", Kind::Gathered(READS))],
        answer: Kind::Answers,
    },
    Operation { name: "blob/writer/open", writes: true, parameters: &[], answer: Kind::Number },
    Operation {
        name: "blob/writer/write",
        writes: true,
        parameters: &[("writer", Kind::Number), ("bytes", Kind::Bytes)],
        answer: Kind::Nothing,
    },
    Operation {
        name: "blob/writer/finish",
        writes: true,
        parameters: &[("writer", Kind::Number)],
        answer: Kind::Text,
    },
    Operation {
        name: "blob/writer/drop",
        writes: true,
        parameters: &[("writer", Kind::Number)],
        answer: Kind::Nothing,
    },
];

/// What a transaction gathers.
const TRANSACTION: &[Method] = &[
    Method {
        name: "append",
        parameters: &[("stream", Kind::Text), ("event", Kind::Value)],
        answer: Kind::Value,
    },
    Method {
        name: "append-expecting",
        parameters: &[
            ("stream", Kind::Text),
            ("expected", Kind::Number),
            ("events", Kind::List(&Kind::Value)),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "record-event",
        parameters: &[
            ("stream", Kind::Text),
            ("kind", Kind::Text),
            ("at", Kind::Signed),
            ("data", Kind::Value),
            ("expected", EXPECT_SEQ),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "truncate",
        parameters: &[("stream", Kind::Text), ("upto", Kind::Number)],
        answer: Kind::Value,
    },
    Method {
        name: "kv-put",
        parameters: &[("key", Kind::Text), ("value", Kind::Value)],
        answer: Kind::Value,
    },
    Method { name: "kv-delete", parameters: &[("key", Kind::Text)], answer: Kind::Value },
    Method {
        name: "kv-swap",
        parameters: &[
            ("key", Kind::Text),
            ("expected", Kind::OptionalValue),
            ("replacement", Kind::OptionalValue),
        ],
        answer: Kind::Value,
    },
    Method { name: "blob-put", parameters: &[("bytes", Kind::Bytes)], answer: Kind::Value },
    Method { name: "blob-delete", parameters: &[("cid", Kind::Text)], answer: Kind::Value },
    Method {
        name: "ref-set",
        parameters: &[("name", Kind::Text), ("hash", Kind::Text)],
        answer: Kind::Value,
    },
    Method {
        name: "ref-test-and-set",
        parameters: &[
            ("name", Kind::Text),
            ("test", Kind::Optional(&Kind::Text)),
            ("set", Kind::Optional(&Kind::Text)),
        ],
        answer: Kind::Value,
    },
    Method { name: "ref-delete", parameters: &[("name", Kind::Text)], answer: Kind::Value },
    Method {
        name: "snapshot-persist",
        parameters: &[("key", Kind::Text), ("blob", Kind::Bytes)],
        answer: Kind::Value,
    },
    Method { name: "snapshot-persist-marker", parameters: &[("key", Kind::Text)], answer: Kind::Value },
    Method { name: "snapshot-delete-marker", parameters: &[("key", Kind::Text)], answer: Kind::Value },
    Method {
        name: "object-write",
        parameters: &[("hash", Kind::Text), ("bytes", Kind::Bytes)],
        answer: Kind::Value,
    },
    Method { name: "object-delete", parameters: &[("hash", Kind::Text)], answer: Kind::Value },
    Method {
        name: "session-create-segment",
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("entries", Kind::List(&Kind::Value)),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "session-append",
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("entry", Kind::Value)],
        answer: Kind::Value,
    },
    Method {
        name: "session-append-expecting",
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("expected", Kind::Number),
            ("entries", Kind::List(&Kind::Value)),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "session-truncate",
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("entries", Kind::Number),
            ("expected", EXPECT_SEQ),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "session-delete-segment",
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: Kind::Value,
    },
    Method {
        name: "session-append-trace",
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("entry", Kind::Value)],
        answer: Kind::Value,
    },
    Method {
        name: "session-fork",
        parameters: &[
            ("session", Kind::Text),
            ("segment", Kind::Text),
            ("entries", Kind::Optional(&Kind::Number)),
            ("into-session", Kind::Text),
            ("into-segment", Kind::Text),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "session-set-meta",
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("meta", Kind::OptionalValue)],
        answer: Kind::Value,
    },
    Method {
        name: "map-put",
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("value", Kind::Bytes)],
        answer: Kind::Value,
    },
    Method {
        name: "map-put-new",
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("value", Kind::Bytes)],
        answer: Kind::Value,
    },
    Method {
        name: "map-swap",
        parameters: &[
            ("table", Kind::Text),
            ("key", Kind::Bytes),
            ("expected", EXPECT),
            ("value", Kind::Bytes),
        ],
        answer: Kind::Value,
    },
    Method {
        name: "map-delete",
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("expected", EXPECT)],
        answer: Kind::Value,
    },
    Method {
        name: "map-increment",
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("delta", Kind::Signed)],
        answer: Kind::Value,
    },
    Method { name: "map-drop-table", parameters: &[("table", Kind::Text)], answer: Kind::Value },
    Method {
        name: "check-last-seq",
        parameters: &[("stream", Kind::Text), ("last-seq", Kind::Number)],
        answer: Kind::Value,
    },
    Method {
        name: "check-count",
        parameters: &[("stream", Kind::Text), ("count", Kind::Number)],
        answer: Kind::Value,
    },
    Method {
        name: "check-key",
        parameters: &[("key", Kind::Text), ("value", Kind::OptionalValue)],
        answer: Kind::Value,
    },
    Method {
        name: "check-ref",
        parameters: &[("name", Kind::Text), ("hash", Kind::Optional(&Kind::Text))],
        answer: Kind::Value,
    },
    Method {
        name: "check-map",
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes), ("expected", EXPECT)],
        answer: Kind::Value,
    },
    Method {
        name: "check-segment",
        parameters: &[("session", Kind::Text), ("segment", Kind::Text), ("entries", Kind::Number)],
        answer: Kind::Value,
    },
];

/// What is asked of one moment.
const READS: &[Method] = &[
    Method { name: "kv-get", parameters: &[("key", Kind::Text)], answer: Kind::OptionalValue },
    Method {
        name: "map-get",
        parameters: &[("table", Kind::Text), ("key", Kind::Bytes)],
        answer: Kind::Optional(&MAP_ENTRY),
    },
    Method { name: "ref-get", parameters: &[("name", Kind::Text)], answer: Kind::Optional(&Kind::Text) },
    Method { name: "last-seq", parameters: &[("stream", Kind::Text)], answer: Kind::Number },
    Method { name: "count", parameters: &[("stream", Kind::Text)], answer: Kind::Number },
    Method {
        name: "segment",
        parameters: &[("session", Kind::Text), ("segment", Kind::Text)],
        answer: Kind::Number,
    },
];

const EXPECT_SEQ: Kind = Kind::Cases(&[("any", None), ("at", Some(Kind::Number))]);
const POSITION: Kind = Kind::Cases(&[
    ("start", None),
    ("end", None),
    ("after", Some(Kind::Number)),
    ("cursor", Some(Kind::Text)),
]);
const DIRECTION: Kind = Kind::Cases(&[("forward", None), ("backward", None)]);
const EXPECT: Kind = Kind::Cases(&[("any", None), ("absent", None), ("version", Some(Kind::Number))]);
const MAP_PAIR: Kind = Kind::Record(&[("key", Kind::Bytes), ("value", Kind::Bytes)]);
const MAP_RANGE: Kind = Kind::Record(&[
    ("prefix", Kind::Bytes),
    ("start", Kind::Optional(&Kind::Bytes)),
    ("end", Kind::Optional(&Kind::Bytes)),
]);
const DURABILITY: Kind = Kind::Cases(&[("always", None), ("relaxed", None)]);
const LAYOUT: Kind = Kind::Cases(&[("plain", None), ("packed", None)]);
const USAGE_BY: Kind =
    Kind::Cases(&[("keyspaces", None), ("streams", None), ("tables", None), ("sessions", None)]);
const LINE_PAGE: Kind =
    Kind::Record(&[("lines", Kind::List(&Kind::Value)), ("through", Kind::Text), ("done", Kind::Flag)]);
const ENTRY_PAGE: Kind =
    Kind::Record(&[("entries", Kind::List(&ENTRY)), ("through", Kind::Text), ("done", Kind::Flag)]);
const ENTRY: Kind = Kind::Record(&[("key", Kind::Text), ("value", Kind::Value)]);
const NAME_PAGE: Kind =
    Kind::Record(&[("names", Kind::List(&Kind::Text)), ("through", Kind::Text), ("done", Kind::Flag)]);
const REF_PAGE: Kind =
    Kind::Record(&[("refs", Kind::List(&REF_ENTRY)), ("through", Kind::Text), ("done", Kind::Flag)]);
const REF_ENTRY: Kind = Kind::Record(&[("name", Kind::Text), ("hash", Kind::Text)]);
const MAP_ENTRY: Kind = Kind::Record(&[("value", Kind::Bytes), ("version", Kind::Number)]);
const KEY_PAGE: Kind =
    Kind::Record(&[("keys", Kind::List(&Kind::Bytes)), ("through", Kind::Text), ("done", Kind::Flag)]);
const MAP_PAGE: Kind =
    Kind::Record(&[("items", Kind::List(&MAP_ITEM)), ("through", Kind::Text), ("done", Kind::Flag)]);
const MAP_ITEM: Kind =
    Kind::Record(&[("key", Kind::Bytes), ("value", Kind::Bytes), ("version", Kind::Number)]);
const OBJECT_STATS: Kind = Kind::Record(&[
    ("objects", Kind::Number),
    ("bytes", Kind::Number),
    ("reads", Kind::Number),
    ("writes", Kind::Number),
    ("hits", Kind::Number),
    ("misses", Kind::Number),
]);
const LAST_ENTRIES: Kind =
    Kind::Record(&[("index", Kind::Number), ("lines", Kind::List(&Kind::Value)), ("through", Kind::Text)]);
const SEGMENT_DESCRIPTION: Kind = Kind::Record(&[
    ("entries", Kind::Number),
    ("trace-entries", Kind::Number),
    ("lsn", Kind::Number),
    ("meta", Kind::OptionalValue),
]);
const REPORT: Kind = Kind::Record(&[
    ("logs", Kind::Number),
    ("events", Kind::Number),
    ("entries", Kind::Number),
    ("blobs", Kind::Number),
    ("bytes", Kind::Number),
    ("foreign", Kind::Number),
    ("damaged", Kind::Number),
    ("findings", Kind::List(&FINDING)),
]);
const FINDING: Kind = Kind::Record(&[("damage", DAMAGE), ("set-aside", Kind::Optional(&Kind::Text))]);
const DAMAGE: Kind = Kind::Record(&[
    ("file", Kind::Text),
    ("line", Kind::Optional(&Kind::Number)),
    ("offset", Kind::Number),
    ("reason", Kind::Text),
]);
const COUNTER: Kind = Kind::Record(&[("name", Kind::Text), ("value", Kind::Number)]);
const USAGE_PAGE: Kind =
    Kind::Record(&[("items", Kind::List(&USAGE)), ("through", Kind::Text), ("done", Kind::Flag)]);
const USAGE: Kind = Kind::Record(&[
    ("name", Kind::Text),
    ("items", Kind::Number),
    ("value-bytes", Kind::Number),
    ("disk-bytes", Kind::Number),
    ("garbage-bytes", Kind::Number),
]);
