"""A root becomes packed, or plain again, in parts: clear, copy, switch, sweep (docs/durability.md, "Layouts")."""

from carry import Carry
from disk import BROKEN, FOLDER, ROOT, NoSpace, SyncFailed
from layout import GUARDS, PACKED, PLAIN, added_events, has_guards, packed_names
from state import STATISTICS, Mark

# What one commit copies or removes, and how many files one part does.
LINES, NAMES, FILES = 2, 3, 3


class Conversion:
    def __init__(self, to, parts):
        self.to, self.parts = to, parts
        self.lsn = None  # as the last part has left it: where it is another, somebody else has written


def convert(world, to):
    """`convert-step`. What it commits changes nothing that anybody sees."""
    store = world.store
    if store.is_held:
        return

    def commit(records):
        world.attempt([tuple(records)], [world.states[-1]], is_copy=True)

    going_on, store.conversion = store.conversion, None
    if going_on is not None and going_on.to != to:
        going_on = None
    if going_on is None and store.layout == to and is_swept(store):
        return
    if not store.is_own:
        store.take_over()
    is_begun = going_on is not None and (going_on.lsn == store.lsn or 'Y: goes on behind a commit' in BROKEN)
    if not is_begun:
        store.checkpoint_closed()
    conversion = going_on if is_begun else Conversion(to, parts(store, to, commit))
    STATISTICS['parts of conversions'] += 1
    if next(conversion.parts, None) is not None:
        conversion.lsn = store.lsn
        store.conversion = conversion


def is_swept(store):
    """Is there nothing of the layout that does not count?"""
    return has_guards(store.disk) if store.layout == PACKED else not packed_names(store.physical())


def parts(store, to, commit):
    """A generator: each `yield` ends a part."""
    other = PLAIN if to == PACKED else PACKED
    if store.layout != to:
        yield from clear(store, to, to, commit)
        yield from (pack(store, commit) if to == PACKED else unpack(store, commit))
        if 'Y: swept before the switch' in BROKEN:
            yield from clear(store, other, to, commit)
        switch(store, to)
        STATISTICS['roots that became ' + to] += 1
        yield to
    yield from clear(store, other, to, commit)


def pieces(items, size):
    return [items[at : at + size] for at in range(0, len(items), size)]


# ---- what does not count


def clear(store, layout, to, commit):
    is_left_out = layout == to and 'Y: what was copied before is not cleared' in BROKEN
    if layout == PACKED:
        for names in pieces(packed_names(store.physical()) if not is_left_out else [], NAMES):
            commit([('remove', 't', name) for name in names])
            yield to
        return
    try:
        for files in pieces(plain_files(store) if not is_left_out else [], FILES):
            for folder, name in files:
                store.disk.remove(folder, name, 'file of a layout')
            if 'Y: blobs/ behind the guards' not in BROKEN:
                sync_blobs(store)
            yield to
        end_clearing(store, to)
        if 'Y: blobs/ behind the guards' in BROKEN:
            sync_blobs(store)
    except NoSpace as met:
        raise SyncFailed('a layout') from met  # a failure that is no refusal: it ends the instance


def sync_blobs(store):
    """A blob that has gone may be removed by a commit now, which would not name its file."""
    if 'blobs' in store.disk.folders:
        store.disk.sync_folder('blobs', 'blobs of a layout')


def plain_files(store):
    disk, state = store.disk, store.physical()
    files = [('blobs', name) for name in sorted(disk.names('blobs')) if ('t', 'm:' + name) in state]
    return files + [(folder, name) for folder in GUARDS for name in sorted(disk.names(folder))]


def end_clearing(store, to):
    """The folders go. Files of their names, the guards, stand there where the root is or stays packed."""
    disk = store.disk
    for name in GUARDS:
        if name in disk.folders:
            disk.sync_folder(name, 'of a layout')
            if not disk.names(name):
                disk.remove_folder(name)
                store.entered.discard(name)
        found = disk.names(ROOT).get(name)
        if to == PACKED and found is None:
            disk.create(ROOT, name, 'guard')
        elif to == PLAIN and found is not None and found != FOLDER:
            disk.remove(ROOT, name, 'guard')
    disk.sync_folder(ROOT, 'root behind a layout that is cleared')


# ---- copies


def pack(store, commit):
    state = store.state()
    for log in sorted(key[1] for key in state if key[0] == 's'):
        lines, last_seq = state['s', log]
        done = 0
        for part in pieces(lines, LINES) or [()]:
            events = list(added_events(log, done, part))
            done += len(part)
            is_end = done == len(lines)
            row = 1, done, last_seq if is_end else part[-1][0], lines[0][3] if lines else 0
            commit(events + [('put', 't', 's:' + log, row)])
            yield PACKED
    for space in ('k', 'm'):
        for keys in pieces(sorted(key for key in state if key[0] == space), NAMES):
            commit([('put', 't', ':'.join(key), state[key]) for key in keys])
            yield PACKED


def unpack(store, commit):
    state = store.state()
    for log in sorted(key[1] for key in state if key[0] == 's'):
        lines, last_seq = state['s', log]
        for part in pieces(lines, LINES):
            if part[0] is lines[0]:
                # There is no file, or none that counts.
                store.first_marks[log] = Mark(0, 0, True)
            commit([('copied', log, part, last_seq)])
            store.first_marks.clear()
            yield PLAIN
        if not lines:
            commit([('cut', log, 0, last_seq)])
            yield PLAIN
    for space in ('k', 'm'):
        for keys in pieces(sorted(key for key in state if key[0] == space), NAMES):
            commit([('put',) + key + (state[key],) for key in keys])
            yield PLAIN


# ---- the moment


def switch(store, to):
    disk = store.disk
    if 'Y: copies are not in the base before the switch' not in BROKEN:
        store.checkpoint_closed()
    try:
        if 'Y: the journal before the switch' in BROKEN:
            begin_journal(store)
        say(disk, to)
        disk.sync_folder(ROOT, 'root behind a layout')
        store.layout = to
        if not any(f'Y: {what} the switch' in BROKEN for what in ('no journal behind', 'the journal before')):
            # A reader finds its journal gone, and looks at `format` again, before anything goes that it reads.
            begin_journal(store)
    except NoSpace as met:
        if 'Y: goes on behind a switch that failed' in BROKEN:
            raise
        raise SyncFailed('a layout') from met


def say(disk, layout):
    if 'format' in disk.names('tmp'):
        disk.remove('tmp', 'format', 'leftover')
    if 'Y: `format` in place' in BROKEN and 'format' in disk.names(ROOT):
        file = disk.names(ROOT)['format']
        disk.cut(file, 0, 'format')
    else:
        file = disk.create('tmp', 'format', 'format')
    disk.append(file, layout, 'format')
    disk.sync(file, 'format of a layout')
    if file != disk.names(ROOT).get('format'):
        disk.rename('tmp', 'format', ROOT, 'format', 'format')


def begin_journal(store):
    store.finish()
    carry = Carry(store)
    carry.secure(is_announced=True)
    for _ in carry.files():
        pass
    carry.folders()
    carry.install()
