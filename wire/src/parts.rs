//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The types of the interfaces as parts of messages, for whoever has them.

/// Makes the types of a module parts of messages: those of `types`, as the interfaces have them.
#[macro_export]
macro_rules! parts {
    ($($module:tt)+) => {
        const _: () = {
            use $($module)+::*;
            $crate::record!(AtByte { offset, reason });
            $crate::record!(Counter { name; value });
            $crate::record!(Damage { file; line, offset, reason });
            $crate::record!(Detail { code; message, facts });
            $crate::variant!(Direction { 0 Forward, 1 Backward });
            $crate::variant!(Durability { 0 Always, 1 Relaxed });
            $crate::record!(Entry { key; value });
            $crate::record!(EntryPage { entries, through, done });
            $crate::variant!(Error {
                0 InvalidName(held),
                1 InvalidValue(held),
                2 InvalidEvent(held),
                3 InvalidCid(held),
                4 InvalidHash(held),
                5 InvalidArgument(held),
                6 TooLarge(held),
                7 Stale(held),
                8 Conflict(held),
                9 NotFound(held),
                10 Corrupt(held),
                11 ReadOnly,
                12 NoSpace(held),
                13 Io(held),
                14 Closed(held),
                15 OutOfMemory,
                16 Gone(held),
                17 Quota(held),
                18 Other(held),
            });
            $crate::record!(Excess { limit, actual });
            $crate::variant!(Expect { 0 Any, 1 Absent, 2 Version(held) });
            $crate::variant!(ExpectSeq { 0 Any, 1 At(held) });
            $crate::record!(Fact { name; value });
            $crate::record!(Failure { step; file, code });
            $crate::record!(Finding { damage, set_aside });
            $crate::record!(KeyPage { keys, through, done });
            $crate::record!(LastEntries { index, lines, through });
            $crate::variant!(Layout { 0 Plain, 1 Packed });
            $crate::record!(LinePage { lines; through, done });
            $crate::record!(MapEntry { value; version });
            $crate::record!(MapItem { key; value, version });
            $crate::record!(MapPage { items, through, done });
            $crate::record!(MapPair { key; value });
            $crate::record!(MapRange { prefix; start, end });
            $crate::record!(NamePage { names, through, done });
            $crate::record!(ObjectStats { objects, bytes, reads, writes, hits, misses });
            $crate::variant!(Position { 0 Start, 1 End, 2 After(held), 3 Cursor(held) });
            $crate::record!(RefEntry { name; hash });
            $crate::record!(RefPage { refs, through, done });
            $crate::record!(Refusal { index, reason });
            $crate::record!(Report {
                logs,
                events,
                entries,
                blobs,
                bytes,
                foreign,
                damaged,
                findings,
            });
            $crate::record!(SegmentDescription { entries, trace_entries, lsn, meta });
            $crate::record!(Stale { expected, actual });
            $crate::record!(Usage { name; items, value_bytes, disk_bytes, garbage_bytes });
            $crate::variant!(UsageBy { 0 Keyspaces, 1 Streams, 2 Tables, 3 Sessions });
            $crate::record!(UsagePage { items, through, done });
        };
    };
}
