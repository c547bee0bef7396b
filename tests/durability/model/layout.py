"""Layouts: what a packed root has in the place of files, and what counts of a disk that has something of both.

    ('t', 's:x')      the row of the stream x: (first, last, last-seq, cut)
    ('t', 'e:x:3')    its event with the number 3, a line; it counts if 3 lies between the two of the row
    ('t', 'k:a')      a key          ('t', 'm:small')    a small blob
"""

from disk import BROKEN, FOLDER, ROOT
from state import LOG_RECORDS, apply, change_log

PLAIN, PACKED = 'plain', 'packed'
GUARDS = ('kv', 'streams')


def layout_of(disk):
    """What `format` says."""
    return PACKED if disk.read(ROOT, 'format') == (PACKED,) else PLAIN


def has_guards(disk):
    return all(disk.names(ROOT).get(name, FOLDER) != FOLDER for name in GUARDS)


def is_packed_row(key):
    return key[0] == 't' and ':' in key[1]


def packed_names(state):
    """Of streams, keys and blobs. Events go with the rows of their streams."""
    return sorted(key[1] for key in state if is_packed_row(key) and not key[1].startswith('e:'))


def logical(state, layout):
    """What counts. A small blob that has a file counts in both layouts."""
    is_packed = layout == PACKED
    found = {key: value for key, value in state.items()
             if not is_packed_row(key) and not (is_packed and key[0] in ('s', 'k'))}
    for name in packed_names(state) if is_packed else ():
        space, _, of = name.partition(':')
        value = state['t', name]
        found[space, of] = stream_of(state, of, value)[1:] if space == 's' else value
    return found


def stream_of(state, log, row):
    """(numbers, lines, last-seq). The first line was cut by the last truncation."""
    first, last, last_seq, cut = row
    numbers = [nth for nth in range(first, last + 1) if ('t', f'e:{log}:{nth}') in state]
    lines = tuple(state['t', f'e:{log}:{nth}'] for nth in numbers)
    return numbers, lines[:1] and (lines[0][:3] + (cut,),) + lines[1:], last_seq


def packed_records(records, state, lsn):
    """Records as a packed root has them, on what is in it, which they change."""
    done = []
    for record in records:
        changes = list(packed_record(record, state, lsn))
        apply(state, changes, lsn)
        done += changes
    return tuple(done)


def packed_record(record, state, lsn):
    kind, *rest = record
    if kind in LOG_RECORDS:
        yield from packed_log(record, state, lsn)
    elif kind == 'put' and rest[0] in ('k', 'm'):
        yield kind, 't', f'{rest[0]}:{rest[1]}', rest[2]
    elif kind == 'remove' and rest[0] in ('k', 'm'):
        yield kind, 't', f'{rest[0]}:{rest[1]}'
        if tuple(rest) in state and rest[0] == 'm' and 'Y: a removal names the runs alone' not in BROKEN:
            yield record
    else:
        yield record


def packed_log(record, state, lsn):
    log = record[1]
    row = state.get(('t', 's:' + log), (1, 0, 0, 0))
    numbers, lines, last_seq = stream_of(state, log, row)
    after = {('s', log): (lines, last_seq)}
    change_log(after, record, lsn)
    left, last_seq = after['s', log]
    stays = {line[:3] for line in left}
    kept = [nth for nth, line in zip(numbers, lines) if line[:3] in stays]
    for nth in numbers:
        if kept and nth > kept[0] and nth not in kept:
            yield 'remove', 't', f'e:{log}:{nth}'
    yield from added_events(log, row[1], left[len(kept):])
    last = row[1] + len(left) - len(kept)
    first = kept[0] if kept else row[1] + 1
    yield 'put', 't', 's:' + log, (first, last, last_seq, left[0][3] if left else 0)


def added_events(log, behind, lines):
    for nth, line in enumerate(lines, behind + 1):
        yield 'put', 't', f'e:{log}:{nth}', line[:3] + (0,)
