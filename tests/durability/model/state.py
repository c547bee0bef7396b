"""What commits do: records, frames, marks. The reference uses the same `apply`, and never sees a disk.

A state maps ('s', log) to (lines, last-seq), ('k', key), ('m', small blob), ('b', large blob) and
('t', row of a table) to a value, and ('position',) to that of a replica. A line is (seq, nth, text, cut).
A record is one of these:

    ('append', log, ((seq, text), ...))    ('truncate', log, upto)    ('cut', log, lines that stay, last-seq)
    ('mend', log)                          ('drop', log)              ('present', large blob)
    ('put', space, name, value)            ('remove', space, name)    ('position', value)
    ('copied', log, lines, last-seq): what a conversion adds to a log
"""

from collections import Counter, namedtuple

from disk import BROKEN

STATISTICS = Counter()
UNKNOWN = ('?', 0, '?', 0)  # a line of the base that a later cut takes: its bytes may be gone already
ROT = 'rot'  # the seq of a line whose bits changed long after it was synced
LOG_RECORDS = ('append', 'copied', 'truncate', 'cut', 'mend', 'drop')
ROWS_OF_ENTRIES = 'pq'  # rows of tables that say how many entries there are: p1, p2, ... are those of p

# `synced`: the lsn that was known to be durable. `marks`: of logs whose first record in the journal it has.
Frame = namedtuple('Frame', 'lsn synced records marks')
Header = namedtuple('Header', 'number manifest')
# What a log's file held when the base of a journal became true.
Mark = namedtuple('Mark', 'length last_seq exists')

NO_MANIFEST = {
    'L': 0, 'next': 1, 'runs': [], 'pending': {}, 'marks': {}, 'position': None, 'carried': False,
}


class Damaged(Exception):
    """What was durable once is not what it was."""


def change_log(state, record, lsn):
    kind, log = record[:2]
    lines, last_seq = state.get(('s', log), ((), 0))
    if kind == 'append':
        nth = lines[-1][1] if lines else 0
        new = tuple((seq, nth + at, text, 0) for at, (seq, text) in enumerate(record[2], 1))
        lines, last_seq = lines + new, max([last_seq] + [line[0] for line in new])
    elif kind == 'copied':
        lines, last_seq = lines + record[2], record[3]
    elif kind == 'truncate':
        upto = record[2]
        kept = tuple(line for line in lines if line[0] in ('?', ROT) or line[0] > upto)
        if kept and len(kept) < len(lines):
            kept = (kept[0][:3] + (lsn,),) + kept[1:]
        lines, last_seq = kept, max(last_seq, upto)
    elif kind == 'cut':
        lines, last_seq = lines[: record[2]], record[3]
    elif kind == 'mend':
        lines = tuple(line for line in lines if line[0] != ROT)
    elif kind == 'drop':
        state.pop(('s', log), None)
        return
    state['s', log] = lines, last_seq


def has_rot(lines):
    return any(line[0] == ROT for line in lines)


def apply(state, records, lsn):
    for record in records:
        kind = record[0]
        if kind == 'put':
            state[record[1], record[2]] = record[3]
        elif kind == 'remove':
            state.pop((record[1], record[2]), None)
        elif kind == 'present':
            state['b', record[1]] = True
        elif kind == 'position':
            state['position',] = record[1]
        else:
            change_log(state, record, lsn)
    return state


def entry_of(name):
    """(the row that counts an entry, its number); none of a row that is no entry."""
    if name.startswith('e:'):
        _, log, nth = name.split(':')
        return 's:' + log, int(nth)
    return (name[0], int(name[1:])) if name[0] in ROWS_OF_ENTRIES and name[1:] else None


def is_counted(row, nth):
    """Does a row say that there is an entry of this number? That of a stream has the first one and the last one."""
    first, last = row[:2] if type(row) is tuple else (1, row or 0)
    return first <= nth <= last


def visible(state):
    """What counts: of the entries of a row as many as that says. Others may be there, or have gone in a merge."""
    def counts(key):
        entry = entry_of(key[1]) if key[0] == 't' else None
        return entry is None or is_counted(state.get(('t', entry[0])), entry[1])

    return {key: value for key, value in state.items() if counts(key)}


def name_of(record):
    """What a record changes, as the key of a state."""
    if record[0] in ('put', 'remove'):
        return record[1:3]
    if record[0] == 'position':
        return ('position',)
    return ('b' if record[0] == 'present' else 's'), record[1]


def is_plain(record):
    """Does the base have a file of its own for it, which a checkpoint changes?"""
    return name_of(record)[0] not in ('t', 'position') and record[0] != 'present'


def named_by(frames):
    return {name_of(record) for frame in frames for record in frame.records}


def records_of_logs(frames):
    found = {}
    for frame in frames:
        for record in frame.records:
            if record[0] in LOG_RECORDS:
                found.setdefault(record[1], []).append(record)
    return found


def marks_of(frames, manifest):
    """For logs of copied frames the manifest says it, else the first record."""
    marks = dict(manifest['marks'])
    for frame in frames:
        for log, mark in frame.marks.items():
            marks.setdefault(log, mark)
    return marks


def base_needed(length, records):
    """How many lines of its file a log rests on behind these records. A cut in place takes the others."""
    needed, is_shifted = length, False
    if 'K3a: all up to the mark is needed' in BROKEN:
        return length
    for record in records:
        if record[0] == 'drop' or (record[0] == 'cut' and record[2] == 0):
            return 0
        if record[0] == 'cut' and not is_shifted:
            needed = min(needed, record[2])
        if record[0] in ('truncate', 'mend'):
            is_shifted = True  # such a log gets a new file, and what follows counts the lines of that
    return needed


def frames_of(chunks, manifest, upto_damage=False):
    """The frames behind the header, until the first that is not the next. J4: was that one durable once?"""
    frames, due = [], manifest['L'] + 1
    for at in range(1, len(chunks)):
        chunk = chunks[at]
        if type(chunk) is not Frame or chunk.lsn != due:
            behind = (other for other in chunks[at:] if type(other) is Frame)
            if not upto_damage and 'J4: damage is not looked for' not in BROKEN:
                if any(frame.synced >= due for frame in behind):
                    raise Damaged(f'the frame {due} was durable')
            break
        frames.append(chunk)
        due += 1
    return frames

