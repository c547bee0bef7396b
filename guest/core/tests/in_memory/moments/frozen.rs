//! Traces that told of their moments once, each with the fewest lines.

pub(super) const FROZEN: [(&str, &str); 14] = [
    (
        "a truncation whose new file was counted as a commit: the version of a map behind it",
        "1 persist/append \"s\" {:seq 1}
        2 persist/truncate \"s\" 1
        checkpoint
        3 persist/map/put \"t\" \"k\" \"v\"",
    ),
    (
        "the same of a part: the lsn of a moment",
        "1 persist/append \"s\" {:seq 1}
        2 persist/append \"s\" {:seq 2}
        3 persist/truncate \"s\" 1
        part
        4 moment [\"last-seq\" \"s\"]",
    ),
    (
        "the same: the lsn of a transaction, and of the store",
        "1 persist/append \"s\" {:seq 1}
        2 persist/truncate \"s\" 1
        part
        3 commit [\"check-last-seq\" \"s\" 1]
        4 persist/admin/stats",
    ),
    (
        "the same: the lsn of a segment, and the cursor of the list of segments",
        "1 persist/append \"s\" {:seq 1}
        2 persist/truncate \"s\" 1
        checkpoint
        3 persist/session/append \"00000000-0000-4000-8000-00000000000a\" \"00000000-0000-4000-8000-000000000001\" 1
        4 persist/session/describe \"00000000-0000-4000-8000-00000000000a\" \"00000000-0000-4000-8000-000000000001\"
        5 persist/session/list-segments \"00000000-0000-4000-8000-00000000000a\" nil 1",
    ),
    (
        "an expected version that comes from before such a truncation",
        "1 persist/append \"s\" {:seq 1}
        2 persist/truncate \"s\" 1
        checkpoint
        3 run [\"map-put\" \"t\" \"k\" \"v\"]
        4 persist/map/swap \"t\" \"k\" {:version 3} \"w\"",
    ),
    (
        "a cursor that had the offset of a line in its file",
        "1 persist/append \"s\" {:seq 1}
        checkpoint
        2 persist/read-page \"s\" \"start\" 1 \"forward\"",
    ),
    (
        "the same, backward, of a page that ends within what is pending",
        "1 persist/append \"s\" {:seq 1}
        checkpoint
        2 persist/append \"s\" {:seq 2}
        3 persist/read-page \"s\" \"end\" 1 \"backward\"
        4 persist/read-page \"s\" \"end\" 2 \"backward\"",
    ),
    (
        "a log that lost its lines while they stood in its file: its end was behind the last of them",
        "1 persist/append \"s\" {:seq 1}
        checkpoint
        2 persist/truncate \"s\" 1
        3 persist/read-page \"s\" \"start\" 1 \"forward\"",
    ),
    (
        "an emptied log forgot at a checkpoint which truncation it was",
        "1 persist/append \"s\" {:seq 1}
        2 persist/truncate \"s\" 1
        part
        3 persist/read-page \"s\" \"start\" 1 \"forward\"",
    ),
    (
        "the same: a cursor from before the truncation was outdated, and then not",
        "1 persist/read-page \"s\" \"start\" 1 \"forward\"
        2 persist/append \"s\" {:seq 1}
        3 persist/truncate \"s\" 1
        checkpoint
        4 persist/read-page \"s\" {:cursor (quote &through/1)} 1 \"forward\"",
    ),
    (
        "the same: a cursor from behind the truncation was good, and then outdated by an append",
        "1 persist/append \"s\" {:seq 1}
        2 persist/truncate \"s\" 1
        3 persist/read-page \"s\" \"start\" 1 \"forward\"
        checkpoint
        4 persist/append \"s\" {:seq 2}
        5 persist/read-page \"s\" {:cursor (quote &through/3)} 1 \"forward\"",
    ),
    (
        "a small blob that is there was a commit again behind a restart",
        "1 blob/put \"x\"
        checkpoint
        restart
        2 blob/put \"x\"
        3 persist/map/put \"t\" \"k\" \"v\"",
    ),
    (
        "a large one that a transaction puts again, too",
        "1 blob/put (quote &text/70000/0)
        restart
        2 run [\"blob-put\" (quote &text/70000/0)]
        3 persist/map/put \"t\" \"k\" \"v\"",
    ),
    (
        "a large blob put over its removal was a commit while that was pending, and none behind a checkpoint",
        "1 blob/put (quote &text/70000/0)
        2 blob/delete (quote &answer/1)
        checkpoint
        3 blob/put (quote &text/70000/0)
        4 persist/map/put \"t\" \"k\" \"v\"",
    ),
];
