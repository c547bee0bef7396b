//! Every limit of the store, each with its reason. The limits of one value are in [`sx::limits`].

use std::num::NonZeroUsize;

/// Bytes of a stream's or key's name: eight folders deep in the layout, and small enough to repeat in every frame.
pub const NAME_BYTES_MAX: usize = 1_024;

/// Bytes of a group's name: with the longest key behind it, its path is still one that every system takes.
pub const GROUP_BYTES_MAX: usize = 255;

/// What no count of commits, journals, lines or bytes reaches: a number this high in a file was never written by a store, and
/// two below it add up without care.
pub const COUNT_END: u64 = 1 << 62;

/// Commits that a damaged journal may have held and no longer tells of: more than a store makes in its life, and so few that
/// there is room for thousands of such repairs.
pub const COMMITS_UNSEEN: u64 = 1 << 48;

/// The highest seq: the last integer that a reader with floats alone (JavaScript, the original) still tells from its neighbours.
pub const SEQ_MAX: u64 = (1 << 53) - 1;

/// Items of a page: what a caller can ask for at once.
pub const PAGE_ITEMS_MAX: u32 = 65_536;

/// Text of a page: one allocation that a host can take, and large enough that the call costs nothing beside it.
pub const PAGE_BYTES_MAX: usize = 1 << 20;

/// Text or bytes of any single answer: an eighth of the default memory cap, since an answer exists twice while it is given.
pub const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Bytes of a blob that travels in one list; larger ones go through a writer.
pub const BLOB_BYTES_MAX: usize = 64 << 20;

/// Bytes of a blob that goes through the journal: above, writing it twice costs more than its own sync.
pub const BLOB_JOURNAL_BYTES_MAX: usize = 64 << 10;

/// Bytes of a value of a table of bytes: as much as a value in text has.
pub const VALUE_BYTES_MAX: usize = sx::limits::TEXT_BYTES_MAX;

/// Operations of a batch: as many as a page has items.
pub const BATCH_OPS_MAX: usize = 65_536;

/// Text and bytes of a batch: what one frame of the journal may hold.
pub const BATCH_BYTES_MAX: usize = 64 << 20;

/// Bytes of commits in the journal before the next commit waits for a checkpoint: bounds memory and the time of a recovery.
pub const JOURNAL_BYTES: u64 = 8 << 20;

/// Bytes of zeros that a durable commit writes ahead of itself when it reaches the end of the file: the next ones then leave
/// the file's size alone, which spares the file system a commit of its own metadata at each sync.
pub const JOURNAL_AHEAD_BYTES: u64 = 64 << 10;

/// Bytes of the reserve of a root whose journal is short: a journal's zeros ahead, and as much beside them.
pub const RESERVE_BYTES_MIN: u64 = 128 << 10;
/// Bytes of the reserve at most: a copy of the journal, unless a very large batch made it longer.
pub const RESERVE_BYTES_MAX: u64 = JOURNAL_BYTES;

/// Base files waiting for a checkpoint before the next commit waits for it: each costs that checkpoint a sync.
pub const DIRTY_FILES: u64 = 1_024;

/// Bytes of commits in the journal, and base files waiting, from which on each commit is preceded by a part of a checkpoint: late
/// enough that what is written again and again is carried once, and early enough that all is carried before the limits above.
pub const PARTS_JOURNAL_BYTES: u64 = JOURNAL_BYTES / 4 * 3;
/// As [`PARTS_JOURNAL_BYTES`].
pub const PARTS_DIRTY_FILES: u64 = DIRTY_FILES / 4 * 3;

/// Bytes of commits that come while a checkpoint is going on, before the next commit waits for its end: the next journal begins
/// with a copy of them.
pub const TAIL_BYTES: u64 = 1 << 20;

/// Bytes of commits about runs alone that a journal keeps when a store is closed: whoever opens it next reads them, within a millisecond.
pub const LEFT_BYTES: u64 = 256 << 10;

/// Logs and keys written, and folders synced, in one part of a checkpoint: so few that nobody minds to wait for one, and more
/// than a commit of one record brings.
pub const PART_PIECES: usize = 4;

/// Folders that a checkpoint remembers: those that are to be synced, and those that need not be made. Bounds memory.
pub const FOLDERS_MAX: usize = 1_024;

/// Payload of one frame: a batch and the names and lengths around it.
pub const FRAME_BYTES_MAX: usize = BATCH_BYTES_MAX + (BATCH_OPS_MAX * 128) + NAME_BYTES_MAX;

/// Bytes of a journal that this store can have written: what it held before the last write, and that write.
pub const JOURNAL_BYTES_MAX: u64 = JOURNAL_BYTES + 2 * (FRAME_BYTES_MAX as u64);

/// Bytes of a line of a log: one value, its trailer, its newline.
pub const LINE_BYTES_MAX: usize = sx::limits::TEXT_BYTES_MAX + 256;

/// Bytes of a key of a run: a keyspace, a group with its length, a name, and a zero, which makes it the key right behind another one.
pub const RUN_KEY_BYTES_MAX: usize = 2 + GROUP_BYTES_MAX + NAME_BYTES_MAX + 1;
/// Bytes of a value of a run: a line of a log, or a value with the time at which it expires.
pub const RUN_VALUE_BYTES_MAX: usize = LINE_BYTES_MAX;
/// Bytes of a block of a run: one entry that is as large as it can be, or the top index of a file.
pub const RUN_BLOCK_BYTES_MAX: usize = RUN_VALUE_BYTES_MAX + (64 << 10);

/// Bytes of a data block of a run, unless one entry is larger: what a disk reads at once.
pub const RUN_BLOCK_BYTES: usize = 4 << 10;
/// Bytes of data blocks that are read in one step, at most.
pub const RUN_READ_BYTES: usize = 64 << 10;
/// Bytes of data blocks from which on a file of a run ends: so few that a merge which is cut off loses little.
pub const RUN_FILE_BYTES: u64 = 16 << 20;
/// All runs are so many files at least, once each of those would have [`RUN_FILE_BYTES_MIN`].
pub const RUN_FILES_MIN: u64 = 16;
/// However few bytes all runs have, a file of one does not end before these.
pub const RUN_FILE_BYTES_MIN: u64 = 1 << 20;
/// So many runs of a size become one.
pub const RUN_FAN: usize = 8;
/// Bytes of a run that are written in one step of a checkpoint.
pub const RUN_PIECE_BYTES: usize = 256 << 10;
/// Bytes of a run that are written before they are synced, so that the last sync of a file is a short one.
pub const RUN_SYNC_BYTES: usize = 2 << 20;
/// Bytes that are merged in one call which has time for it.
pub const RUN_STEP_BYTES: usize = 1 << 20;
/// Bytes of files of runs that are looked at in one call for what they hide, on a full disk: what is read well within the time of a call.
pub const CLEANED_BYTES: u64 = 64 << 20;
/// Files of runs that are open at once: so few that every system gives as many.
pub const RUN_FILES_OPEN_MAX: NonZeroUsize = NonZeroUsize::new(64).expect("above zero");

/// Bytes of blocks of runs that are kept in memory once they were read: with what is held of partitions, an eighth of the memory
/// that a component has by default.
pub const RUN_CACHE_BYTES: usize = 32 << 20;
/// Bytes of partitions of runs that are held, filters and indexes: those of some eight million keys, and as many are in all runs but
/// the largest one when that has eight times as many.
pub const RUN_HELD_BYTES: u64 = 32 << 20;

/// Bytes of a line that is too long which are passed to come to the next one, and of damage that is copied: what is read well within
/// the time of a call. Sparse files are longer than any disk.
pub const PASSED_BYTES_MAX: u64 = 64 << 20;

/// Blob writers open at once: each holds a file and 64 KiB.
pub const WRITERS_MAX: usize = 64;

/// Findings that a report names; the rest is counted.
pub const FINDINGS_MAX: usize = 1_000;

/// Marks of logs kept between calls: bounds memory with many streams.
pub const LOG_STATES_MAX: usize = 4_096;

/// Places in logs that are remembered for whoever reads on from one: as many as followers there may be.
pub const PLACES_MAX: NonZeroUsize = NonZeroUsize::new(1_024).expect("above zero");

/// Lines of logs that are remembered from searches, in all logs together: of a log of 256 MiB they stand 256 KiB apart.
pub const PROBES_MAX: usize = 1_024;

/// Bytes of a value that is kept in memory once it was read; nearly all values are as small.
pub const CACHE_VALUE_BYTES_MAX: usize = 4 << 10;
/// Bytes of all values that are kept so, with their names.
pub const CACHE_BYTES_MAX: usize = 2 << 20;

/// Bytes of a file that are read in the first step, without asking for its size: a host makes room for all that it is asked for.
pub const SMALL_BYTES: usize = 4 << 10;

/// Bytes read or copied at once: what a host gives for one read.
pub const CHUNK_BYTES: usize = 64 << 10;

/// How often a reader beside a writer starts a call again before it gives up.
pub const READ_ATTEMPTS_MAX: u32 = 1_000;

/// Bytes of a store in memory, paths and all: eight times what a batch may bring, and an eighth of the 2 GiB within which a
/// checkpoint of it, and the largest call beside that, have all the memory that they may need.
pub const MEMORY_BYTES_MAX: u64 = 256 << 20;
