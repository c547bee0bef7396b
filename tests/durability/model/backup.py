"""A copy from another process, while the writer goes on.

Files as they are met, each log with the L that it was met under, then frames.
"""

from disk import BROKEN, GARBAGE
from reader import TRIES_MAX, Gone, base_of_log, begin, feed, logs_in, look, space_of_blob, tables, top
from state import (
    LOG_RECORDS, STATISTICS, UNKNOWN, Damaged, apply, frames_of, marks_of, name_of, records_of_logs,
)


def frames_now(disk, manifest, file):
    return frames_of(disk.files[file], manifest) if file is not None else []


def copy_of_log(disk, log):
    """(base, L), up to its mark, and undisturbed."""
    for _ in range(TRIES_MAX):
        found = yield from begin(disk)
        if found is None:
            continue
        listed, number, manifest, file = found
        yield
        frames = frames_now(disk, manifest, file)
        yield
        trouble, base = None, None
        try:
            mark, records = marks_of(frames, manifest).get(log), records_of_logs(frames).get(log, ())
            base = base_of_log(disk, manifest, mark, records, log)
        except Damaged as met:
            trouble = met
        yield
        if 'backup: logs as they are met' not in BROKEN and not look(disk, listed, number):
            STATISTICS['logs copied again'] += 1
            continue
        if trouble:
            raise trouble
        return base, manifest['L']
    raise AssertionError('a backup never ends')


def backup(disk):
    """(lsn, state), or nothing where trimming was faster."""
    number, manifest, _, file = top(disk)
    yield
    frames, first, position = frames_now(disk, manifest, file), manifest['L'], manifest['position']
    yield
    names = logs_in(disk) | set(manifest['pending']) | set(marks_of(frames, manifest))
    files = [('kv', name) for name in sorted(disk.names('kv'))]
    files += [('blobs', name) for name in sorted(disk.names('blobs')) if space_of_blob(name) == 'm']
    yield
    values, logs = {}, {}
    for folder, name in files:
        chunks = disk.read(folder, name)
        yield
        if chunks is not None and len(chunks) == 1 and chunks != (GARBAGE,):
            values['k' if folder == 'kv' else 'm', name] = chunks[0]
    for log in sorted(names):
        base, met_under = yield from copy_of_log(disk, log)
        logs[log] = base, first if 'backup: all frames on each log' in BROKEN else met_under
    while True:
        number, manifest, _, file = top(disk)
        yield
        rows = {} if position is None else {('position',): position}
        try:
            yield from tables(disk, manifest, rows)
        except Gone:
            continue
        page, _ = feed(disk, first)
        if page is None:
            return None
        state = restored(page, {**values, **rows}, logs, first)
        named = {name_of(record) for _, records in page for record in records}
        for name in sorted(disk.names('blobs')):
            if space_of_blob(name) == 'b' and ('b', name) not in named:
                state['b', name] = True
        yield
        is_whole = True
        for key in [key for key in state if key[0] == 'b']:
            yield
            is_whole = is_whole and disk.read('blobs', key[1]) == (True,)
        if not is_whole:
            STATISTICS['backups that met a blob removed'] += 1
            continue
        STATISTICS['backups'] += 1
        return first + len(page), state


def restored(page, state, logs, first):
    for log, (base, _) in logs.items():
        if base is not None:
            state['s', log] = base
    for lsn, records in page:
        met = (record for record in records
               if record[0] not in LOG_RECORDS or lsn > logs.get(record[1], (None, first))[1])
        apply(state, met, lsn)
    for key, value in state.items():
        if key[0] == 's' and UNKNOWN in value[0]:
            raise Damaged(f'the copy of {key[1]} rests on lines that a cut took')
    return state
