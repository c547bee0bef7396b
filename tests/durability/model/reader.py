"""Whoever reads: a process beside the writer, a recovery, the feed. At each `yield` the writer may go on."""

from disk import BROKEN, FOLDER, GARBAGE, ROOT
from layout import PACKED, PLAIN, layout_of, logical
from state import (
    NO_MANIFEST, ROT, STATISTICS, UNKNOWN, Damaged, Header, Mark, apply, base_needed, frames_of,
    marks_of, named_by, records_of_logs,
)

TRIES_MAX = 400


class Gone(Exception):
    """Something was not there any more."""


def drain(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


# ---- the journal that counts


def numbers(disk):
    return sorted(disk.names('journal'))


def manifest_of(number, chunks):
    """The highest file that is not empty must be whole: falling back to a lower one would be time travel."""
    if type(chunks[0]) is not Header or chunks[0].number != number:
        raise Damaged(f'journal {number}')
    return chunks[0].manifest


def top(disk):
    """(number, manifest, chunks, file) at one moment."""
    for number in reversed(numbers(disk)):
        file = disk.names('journal')[number]
        if disk.files[file]:
            return number, manifest_of(number, disk.files[file]), disk.files[file], file
    if 'format' in disk.names(ROOT):
        raise Damaged('there is a format, and no journal')
    return 0, NO_MANIFEST, (), None


def look(disk, listed, number):
    """The second look: is the list the same, and is all above the journal still empty?"""
    now = numbers(disk)
    if 'no second look' in BROKEN:
        return True
    if 'only what is above is looked at' not in BROKEN and now != listed:
        return False
    if 'only the list is looked at' in BROKEN or disk.has_layouts:
        return True  # where no journals are kept, no commit goes into a higher one before this one is gone
    return not any(disk.read('journal', other) for other in now if other > number)


def begin(disk):
    """The first look: (list, number, manifest, file); nothing where a journal goes while it is looked for."""
    listed = numbers(disk)
    yield
    for number in reversed(listed):
        file = disk.names('journal').get(number)
        if file is None:
            return None
        yield
        if disk.files[file]:
            return listed, number, manifest_of(number, disk.files[file]), file
    if listed == [] and 'format' in disk.names(ROOT) and numbers(disk) == []:
        raise Damaged('there is a format, and no journal')
    return listed, 0, NO_MANIFEST, None


# ---- the base


def place_of(log):
    """The folder and the stem of a log's files. A session's log stands in a folder of its own."""
    session, _, segment = log.rpartition('/')
    return (f'sessions/{session}=', segment) if session else ('streams', log)


def log_file(disk, manifest, log):
    """`runs/<number>` if the manifest has it as pending and it is there, else the file of its own name."""
    number = manifest['pending'].get(log)
    if number in disk.names('runs'):
        return disk.names('runs')[number]
    folder, stem = place_of(log)
    return disk.names(folder).get(stem + '.log')


def logs_in(disk, endings=('.log',)):
    found = {name[:-4] for name in disk.names('streams') if name.endswith(endings)}
    for session, file in disk.names('sessions').items():
        if file == FOLDER:
            inside = disk.names('sessions/' + session)
            found |= {f'{session[:-1]}/{name[:-4]}' for name in inside if name.endswith(endings)}
    return found


def base_of_log(disk, manifest, mark, records, log, seen=None):
    """(lines, last-seq) of the base, or nothing. `seen`: its file, and what stood in it a moment ago."""
    if seen is None:
        file = log_file(disk, manifest, log)
        seen = file, () if file is None else disk.files[file]
    file, chunks = seen
    if mark is not None:
        if not mark.exists:
            return None
        needed = base_needed(mark.length, records)
        lines = chunks[:needed]
        if len(lines) < needed or GARBAGE in lines:
            raise Damaged(f'log {log} below its mark')
        return lines + (UNKNOWN,) * (mark.length - needed), mark.last_seq
    folder, stem = place_of(log)
    last_seq = disk.read(folder, stem + '.seq')
    if file is None and last_seq is None:
        return None
    if file is None or last_seq is None or len(last_seq) != 1 or GARBAGE in last_seq + chunks:
        raise Damaged(f'log {log} at rest: {chunks} {last_seq}')
    return chunks, max([last_seq[0]] + [line[0] for line in chunks if line[0] != ROT])


def mark_of(base):
    return Mark(0, 0, False) if base is None else Mark(len(base[0]), base[1], True)


def rows_of(disk, number):
    chunks = disk.read('runs', number)
    if chunks is None:
        raise Gone(f'run {number}')
    if not chunks or chunks[-1] != ('end', number, len(chunks) - 1) or GARBAGE in chunks:
        raise Damaged(f'run {number}')
    return chunks[:-1]


def is_above(row, part):
    return part['lower'] is None or row[0] > part['lower']


def tables(disk, manifest, state):
    for run in reversed(manifest['runs']):
        for part in run['files']:
            for row in rows_of(disk, part['number']):
                if is_above(row, part):
                    key = 't', row[0]
                    if row[2] is None:
                        state.pop(key, None)
                    else:
                        state[key] = row[2]
            yield


def value_of(disk, folder, name):
    chunks = disk.read(folder, name)
    if chunks is not None and (len(chunks) != 1 or GARBAGE in chunks):
        raise Damaged(f'{folder}/{name}')
    return None if chunks is None else chunks[0]


def space_of_blob(name):
    return 'b' if name.startswith('large') else 'm'


def assemble(disk, manifest, frames, layout):
    """Everything, from the journal and the base; of what only the other layout has, what tables have of it."""
    marks, of_log, named = marks_of(frames, manifest), records_of_logs(frames), named_by(frames)
    state = {}
    if manifest['position'] is not None:
        state['position',] = manifest['position']
    said = disk.read(ROOT, 'format')
    if said not in ((PLAIN,), (PACKED,)) and (manifest['carried'] or said is not None):
        raise Damaged(f'format behind the first checkpoint: {said}')
    yield from tables(disk, manifest, state)
    for folder, space_of in (('kv', lambda _: 'k'), ('blobs', space_of_blob))[layout == PACKED :]:
        for name in sorted(disk.names(folder)):
            key = space_of(name), name
            if key in named:
                continue
            yield
            value = value_of(disk, folder, name)
            if value is not None:
                state[key] = value
    yield
    names = logs_in(disk) | set(manifest['pending']) | set(marks)
    yield
    for log in sorted(names) if layout == PLAIN else ():
        file = log_file(disk, manifest, log)
        seen = file, () if file is None else disk.files[file]
        yield
        base = base_of_log(disk, manifest, marks.get(log), of_log.get(log, ()), log, seen)
        yield
        if base is not None:
            state['s', log] = base
    for frame in frames:
        apply(state, frame.records, frame.lsn)
    for key, value in list(state.items()):
        if key[0] == 's' and UNKNOWN in value[0]:
            raise Damaged(f'log {key[1]} rests on lines that a cut took')
        if key[0] == 'b' and key in named:
            yield
            if disk.read('blobs', key[1]) != (True,):
                raise Gone(f'blob {key[1]}')
    return state


def one_of(disk, manifest, frames, key, layout):
    """What a call for one name reads, and whether it met something that may change."""
    named, marks, state, is_met = named_by(frames), marks_of(frames, manifest), {}, False
    space, name = key
    if layout == PACKED and space in ('k', 's'):
        yield from tables(disk, manifest, state)
        for frame in frames:
            apply(state, frame.records, frame.lsn)
        return {name: value for name, value in logical(state, layout).items() if name == key}, True
    if space == 't':
        for run in manifest['runs']:
            parts = ((part, rows_of(disk, part['number'])) for part in run['files'])
            rows = (row for part, rows in parts for row in rows if is_above(row, part))
            found = next((row for row in rows if row[0] == name), None)
            yield
            if found:
                if found[2] is not None:
                    state[key] = found[2]
                break
    elif space == 'k' and key not in named:
        is_met, value = True, value_of(disk, 'kv', name)
        if value is not None:
            state[key] = value
    elif space == 's':
        is_met, file = True, log_file(disk, manifest, name)
        seen = file, () if file is None else disk.files[file]
        yield
        records = records_of_logs(frames).get(name, ())
        base = base_of_log(disk, manifest, marks.get(name), records, name, seen)
        if base is not None:
            state[key] = base
    for frame in frames:
        apply(state, frame.records, frame.lsn)
    return {name: value for name, value in state.items() if name == key}, is_met


def load(disk, loaded):
    """As `begin`, with the layout. What was loaded before stands for as long as its journal is listed."""
    if not disk.has_layouts:
        found = yield from begin(disk)
        return found and found + (layout_of(disk),)
    if loaded is None:
        layout = layout_of(disk)
        yield
        found = yield from begin(disk)
        yield
        if found is None or (layout_of(disk) != layout and 'Y: a reader looks at `format` once' not in BROKEN):
            return None
        loaded = found + (layout,)
        if found[1] == 0:
            return loaded
        yield  # another call
        yield
    listed = numbers(disk)
    yield
    return (listed,) + loaded[1:] if loaded[1] in listed else None


def reading(disk, key=None, once=False):
    """A call that wants everything, or one name: (lsn, state). `once`: it must not be disturbed."""
    believed = loaded = None
    for _ in range(1 if once else TRIES_MAX):
        loaded = yield from load(disk, loaded)
        if loaded is None:
            continue
        listed, number, manifest, file, layout = loaded
        yield
        trouble, is_met, state = None, True, None
        try:
            frames = frames_of(disk.files[file], manifest) if file is not None else []
            yield
            if key is None:
                state = logical((yield from assemble(disk, manifest, frames, layout)), layout)
            else:
                state, is_met = yield from one_of(disk, manifest, frames, key, layout)
        except (Damaged, Gone) as met:
            trouble, loaded = met, None
        yield
        if (is_met or trouble) and not look(disk, listed, number):
            STATISTICS['calls done again'] += 1
            continue
        if trouble is None:
            STATISTICS['calls'] += 1
            return manifest['L'] + len(frames), state
        # Damage is believed when it is seen twice in the same state.
        if believed == listed or once or disk.hook is None:
            raise trouble
        believed = listed
    raise AssertionError('a held copy was disturbed' if once else 'a reader never ends')


# ---- the feed, where journals are kept


def feed(disk, after):
    """([(lsn, records)] behind a cursor, or nothing where some are gone; the lsn known to be durable)."""
    number, manifest, chunks, _ = top(disk)
    found, durable = {}, 0
    for other in reversed(numbers(disk)):
        chunks_of = disk.read('journal', other)
        if other > number or not chunks_of or type(chunks_of[0]) is not Header:
            continue
        # A number may be missing, since a rename was lost: the lsns say whether there is a hole.
        for frame in frames_of(chunks_of, chunks_of[0].manifest):
            found.setdefault(frame.lsn, frame.records)
            durable = max(durable, frame.synced)
        if chunks_of[0].manifest['L'] <= after:
            break
    end = manifest['L'] + len(frames_of(chunks, manifest))
    wanted = range(after + 1, end + 1)
    is_there = all(lsn in found for lsn in wanted)
    return ([(lsn, found[lsn]) for lsn in wanted] if is_there else None), durable


def original_state(disk):
    """What the original sees: plain files, and what their names say."""
    state = {}
    for name in disk.names('kv'):
        state['k', name] = (disk.read('kv', name) or (None,))[0]
    for log in logs_in(disk):
        folder, stem = place_of(log)
        last_seq = disk.read(folder, stem + '.seq')
        state['s', log] = disk.read(folder, stem + '.log'), last_seq[0] if last_seq else None
    for name in disk.names('blobs'):
        state[space_of_blob(name), name] = True
    return state


