//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The functions that are called.

/// A function of the interfaces that is no operation of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `persist.read`
    PersistRead,
    /// `persist.last-seq`
    PersistLastSeq,
    /// `persist.streams`
    PersistStreams,
    /// `persist.kv-get`
    PersistKvGet,
    /// `persist.kv-has`
    PersistKvHas,
    /// `persist.kv-keys`
    PersistKvKeys,
    /// `persist.read-page`
    PersistReadPage,
    /// `persist.count`
    PersistCount,
    /// `persist.kv-list`
    PersistKvList,
    /// `persist.list-streams`
    PersistListStreams,
    /// `blob.put`
    BlobPut,
    /// `blob.get`
    BlobGet,
    /// `blob.has`
    BlobHas,
    /// `blob.size`
    BlobSize,
    /// `blob.read-at`
    BlobReadAt,
    /// `blob.list`
    BlobList,
    /// `refs.get`
    RefsGet,
    /// `refs.list`
    RefsList,
    /// `maps.get`
    MapsGet,
    /// `maps.get-many`
    MapsGetMany,
    /// `maps.has`
    MapsHas,
    /// `maps.put-many`
    MapsPutMany,
    /// `maps.delete-many`
    MapsDeleteMany,
    /// `maps.list`
    MapsList,
    /// `maps.scan`
    MapsScan,
    /// `maps.count`
    MapsCount,
    /// `maps.tables`
    MapsTables,
    /// `objects.read`
    ObjectsRead,
    /// `objects.exists`
    ObjectsExists,
    /// `objects.write-batch`
    ObjectsWriteBatch,
    /// `objects.list`
    ObjectsList,
    /// `objects.stats`
    ObjectsStats,
    /// `sessions.read`
    SessionsRead,
    /// `sessions.read-page`
    SessionsReadPage,
    /// `sessions.entry-count`
    SessionsEntryCount,
    /// `sessions.exists`
    SessionsExists,
    /// `sessions.list-sessions`
    SessionsListSessions,
    /// `sessions.list-segments`
    SessionsListSegments,
    /// `sessions.session-of`
    SessionsSessionOf,
    /// `sessions.read-trace`
    SessionsReadTrace,
    /// `sessions.read-last`
    SessionsReadLast,
    /// `sessions.describe`
    SessionsDescribe,
    /// `snapshots.load`
    SnapshotsLoad,
    /// `snapshots.keys`
    SnapshotsKeys,
    /// `snapshots.contains`
    SnapshotsContains,
    /// `dispatch.handle-op`
    DispatchHandleOp,
    /// `dispatch.handle-op-bytes`
    DispatchHandleOpBytes,
    /// `admin.set-durability`
    AdminSetDurability,
    /// `admin.flush`
    AdminFlush,
    /// `admin.checkpoint`
    AdminCheckpoint,
    /// `admin.checkpoint-step`
    AdminCheckpointStep,
    /// `admin.verify`
    AdminVerify,
    /// `admin.verify-part`
    AdminVerifyPart,
    /// `admin.repair`
    AdminRepair,
    /// `admin.stats`
    AdminStats,
    /// `admin.convert-step`
    AdminConvertStep,
    /// `admin.compact-step`
    AdminCompactStep,
    /// `admin.usage`
    AdminUsage,
}

impl Function {
    /// All of them, in the order of their numbers, of which the first is 1.
    pub const ALL: [Self; 58] = [
        Self::PersistRead,
        Self::PersistLastSeq,
        Self::PersistStreams,
        Self::PersistKvGet,
        Self::PersistKvHas,
        Self::PersistKvKeys,
        Self::PersistReadPage,
        Self::PersistCount,
        Self::PersistKvList,
        Self::PersistListStreams,
        Self::BlobPut,
        Self::BlobGet,
        Self::BlobHas,
        Self::BlobSize,
        Self::BlobReadAt,
        Self::BlobList,
        Self::RefsGet,
        Self::RefsList,
        Self::MapsGet,
        Self::MapsGetMany,
        Self::MapsHas,
        Self::MapsPutMany,
        Self::MapsDeleteMany,
        Self::MapsList,
        Self::MapsScan,
        Self::MapsCount,
        Self::MapsTables,
        Self::ObjectsRead,
        Self::ObjectsExists,
        Self::ObjectsWriteBatch,
        Self::ObjectsList,
        Self::ObjectsStats,
        Self::SessionsRead,
        Self::SessionsReadPage,
        Self::SessionsEntryCount,
        Self::SessionsExists,
        Self::SessionsListSessions,
        Self::SessionsListSegments,
        Self::SessionsSessionOf,
        Self::SessionsReadTrace,
        Self::SessionsReadLast,
        Self::SessionsDescribe,
        Self::SnapshotsLoad,
        Self::SnapshotsKeys,
        Self::SnapshotsContains,
        Self::DispatchHandleOp,
        Self::DispatchHandleOpBytes,
        Self::AdminSetDurability,
        Self::AdminFlush,
        Self::AdminCheckpoint,
        Self::AdminCheckpointStep,
        Self::AdminVerify,
        Self::AdminVerifyPart,
        Self::AdminRepair,
        Self::AdminStats,
        Self::AdminConvertStep,
        Self::AdminCompactStep,
        Self::AdminUsage,
    ];

    /// The function with this number.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Its interface and its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PersistRead => "persist.read",
            Self::PersistLastSeq => "persist.last-seq",
            Self::PersistStreams => "persist.streams",
            Self::PersistKvGet => "persist.kv-get",
            Self::PersistKvHas => "persist.kv-has",
            Self::PersistKvKeys => "persist.kv-keys",
            Self::PersistReadPage => "persist.read-page",
            Self::PersistCount => "persist.count",
            Self::PersistKvList => "persist.kv-list",
            Self::PersistListStreams => "persist.list-streams",
            Self::BlobPut => "blob.put",
            Self::BlobGet => "blob.get",
            Self::BlobHas => "blob.has",
            Self::BlobSize => "blob.size",
            Self::BlobReadAt => "blob.read-at",
            Self::BlobList => "blob.list",
            Self::RefsGet => "refs.get",
            Self::RefsList => "refs.list",
            Self::MapsGet => "maps.get",
            Self::MapsGetMany => "maps.get-many",
            Self::MapsHas => "maps.has",
            Self::MapsPutMany => "maps.put-many",
            Self::MapsDeleteMany => "maps.delete-many",
            Self::MapsList => "maps.list",
            Self::MapsScan => "maps.scan",
            Self::MapsCount => "maps.count",
            Self::MapsTables => "maps.tables",
            Self::ObjectsRead => "objects.read",
            Self::ObjectsExists => "objects.exists",
            Self::ObjectsWriteBatch => "objects.write-batch",
            Self::ObjectsList => "objects.list",
            Self::ObjectsStats => "objects.stats",
            Self::SessionsRead => "sessions.read",
            Self::SessionsReadPage => "sessions.read-page",
            Self::SessionsEntryCount => "sessions.entry-count",
            Self::SessionsExists => "sessions.exists",
            Self::SessionsListSessions => "sessions.list-sessions",
            Self::SessionsListSegments => "sessions.list-segments",
            Self::SessionsSessionOf => "sessions.session-of",
            Self::SessionsReadTrace => "sessions.read-trace",
            Self::SessionsReadLast => "sessions.read-last",
            Self::SessionsDescribe => "sessions.describe",
            Self::SnapshotsLoad => "snapshots.load",
            Self::SnapshotsKeys => "snapshots.keys",
            Self::SnapshotsContains => "snapshots.contains",
            Self::DispatchHandleOp => "dispatch.handle-op",
            Self::DispatchHandleOpBytes => "dispatch.handle-op-bytes",
            Self::AdminSetDurability => "admin.set-durability",
            Self::AdminFlush => "admin.flush",
            Self::AdminCheckpoint => "admin.checkpoint",
            Self::AdminCheckpointStep => "admin.checkpoint-step",
            Self::AdminVerify => "admin.verify",
            Self::AdminVerifyPart => "admin.verify-part",
            Self::AdminRepair => "admin.repair",
            Self::AdminStats => "admin.stats",
            Self::AdminConvertStep => "admin.convert-step",
            Self::AdminCompactStep => "admin.compact-step",
            Self::AdminUsage => "admin.usage",
        }
    }

    /// May it change what is stored?
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::BlobPut
                | Self::MapsPutMany
                | Self::MapsDeleteMany
                | Self::ObjectsWriteBatch
                | Self::DispatchHandleOp
                | Self::DispatchHandleOpBytes
                | Self::AdminCheckpoint
                | Self::AdminCheckpointStep
                | Self::AdminRepair
                | Self::AdminConvertStep
                | Self::AdminCompactStep
        )
    }
}
