"""K0 to K4: the frozen part is carried to the base, while commits go on."""

from disk import BROKEN, GARBAGE, ROOT
from merge import Merge
from reader import base_of_log, log_file, place_of
from state import ROT, STATISTICS, Mark, apply, base_needed, is_plain, name_of, records_of_logs


def checkpoint(store, room_first=False):
    """A generator: each `yield` ends a part."""
    carry = Carry(store, room_first)
    carry.secure()
    yield
    yield from carry.files()
    carry.folders()
    yield
    carry.install()


def thaw(store):
    """The frozen part and the new one are one again. Files with new numbers go: they may fill the disk."""
    store.merge = None
    STATISTICS['thawed'] += 1
    if 'thaw: orphans are left' not in BROKEN:
        store.remove_orphans(store.disk.names('runs'))


def makes_room(records):
    return records[-1][0] in ('remove', 'drop') or any(record[0] == 'cut' for record in records)


class Carry:
    def __init__(self, store, room_first=False, salvage=(), others=()):
        self.store = store
        self.disk = store.disk
        self.frozen = list(store.frames)  # K0
        self.F = store.lsn
        self.room_first = room_first
        self.salvage = salvage  # logs whose files are damaged: `repair` keeps what is whole
        self.others = others  # logs that no frozen record names, to be carried all the same
        self.pending, self.marks = {}, {}
        self.due = set()
        self.run = None
        self.announced = None
        self.records = {}
        for frame in self.frozen:
            for record in frame.records:
                self.records.setdefault(name_of(record), []).append(record)
        changed = [record for frame in self.frozen for record in frame.records]
        self.has_plain = bool(others) or any(is_plain(record) for record in changed)

    def is_left_out(self, rule, *kinds):
        """Some mutants leave a rule out where the frozen part has one kind of record alone."""
        if rule in BROKEN:
            return True
        for kind, matches in kinds:
            found = [record for records in self.records.values() for record in records if is_plain(record)]
            if f'{rule}: {kind} alone' in BROKEN and all(matches(record) for record in found):
                return True
        return False

    def secure(self, is_announced=False):
        """K1, K2."""
        store, disk = self.store, self.disk
        kinds = (
            ('cuts', lambda record: record[0] in ('cut', 'drop')),
            ('keys', lambda record: record[0] in ('put', 'remove')),
            ('logs', lambda record: record[0] in ('append', 'truncate')),
        )
        is_needed = (self.has_plain and not self.is_left_out('K1', *kinds)) or (
            store.keeps_journals and 'K1: not for kept journals' not in BROKEN
        )
        if not store.is_always and store.synced < self.F and is_needed:
            disk.sync(store.journal, 'frozen')
            store.synced = max(store.synced, self.F)
        if is_announced or (self.has_plain and not self.is_left_out('K2', *kinds)):
            announced = store.above_all()
            if 'thaw: the old announcement stands' in BROKEN and announced > store.number + 1:
                return
            self.announced = announced
            disk.create('journal', announced, 'announcement of a layout' if is_announced else 'announcement')

    # ---- K3

    def files(self):
        def order(item):
            name, records = item
            is_left_out = 'thaw: room is not made first' in BROKEN
            return not (self.room_first and makes_room(records) and not is_left_out), name

        for (space, *name), records in sorted(self.records.items(), key=order):
            if space == 's':
                yield from self.log(name[0], records)
            elif space in 'km':
                self.value(space, name[0], records[-1])
            elif space == 'b' and records[-1][0] == 'remove':
                self.unlink_large(name[0])
            else:
                continue
            yield
        for log in self.others:
            if ('s', log) not in self.records:
                yield from self.log(log, [])
        yield from self.rows()

    def use(self, folder):
        self.store.enter(folder)
        self.due.add(folder)

    def final_lines(self, log, records):
        """(the part of the base that may stay, all lines, last-seq). Of a dropped log there are no lines."""
        store = self.store
        mark = store.marks.get(log)
        base = self.store_base(log, mark, records)
        state = {} if base is None else {('s', log): base}
        for frame in self.frozen:
            apply(state, [record for record in frame.records if name_of(record) == ('s', log)], frame.lsn)
        needed = base_needed(0 if base is None else len(base[0]), records)
        kept = () if base is None else base[0][:needed]
        lines, last_seq = state.get(('s', log), (None, 0))
        return kept, lines, last_seq

    def store_base(self, log, mark, records):
        if log in self.salvage:
            return self.salvage[log]
        return base_of_log(self.disk, self.store.manifest, mark, records, log)

    def log(self, log, records):
        kept, lines, last_seq = self.final_lines(log, records)
        folder, stem = place_of(log)
        self.use(folder)
        if lines is None:
            for suffix in ('.log', '.seq'):
                if stem + suffix in self.disk.names(folder):
                    self.disk.remove(folder, stem + suffix, 'log')
            self.marks[log] = Mark(0, 0, False)
            STATISTICS['logs dropped'] += 1
            return
        if lines[: len(kept)] == kept and log not in self.salvage:
            yield from self.in_place(log, records, len(kept), lines)
        else:
            yield from self.anew(log, lines)
        if log in self.salvage:
            last_seq = max([last_seq] + [line[0] for line in lines if line[0] != ROT])
        seq = self.disk.names(folder).get(stem + '.seq') or self.disk.create(folder, stem + '.seq', 'seq')
        self.disk.cut(seq, 0, 'seq')
        self.disk.append(seq, last_seq, 'seq')
        self.disk.sync(seq, 'seq')
        self.marks[log] = Mark(len(lines), last_seq, True)

    def in_place(self, log, records, kept, lines):
        """K3a. Behind the mark stands ours, half done; what another program wrote is set aside first."""
        disk, store = self.disk, self.store
        folder, stem = place_of(log)
        file = log_file(disk, store.manifest, log)
        if file is None:
            file = disk.create(folder, stem + '.log', 'log')
        length = store.marks[log].length if log in store.marks else len(disk.files[file])
        beyond = disk.files[file][length:]
        lost_none = all(record[0] not in ('truncate', 'cut', 'drop') for record in records)
        if lost_none and any(chunk not in lines and chunk != GARBAGE for chunk in beyond):
            if 'quarantine: nothing is copied' not in BROKEN:
                store.set_aside(beyond, 'behind a log')
                STATISTICS['bytes set aside'] += 1
        if kept < len(disk.files[file]) and 'K3a: not cut to the mark' not in BROKEN:
            disk.cut(file, kept, 'log', folder)
            STATISTICS['logs cut below their mark'] += kept < length
        for line in lines[kept:]:
            disk.append(file, line, 'log')
            if len(lines) > 2:
                yield
        disk.sync(file, 'log')

    def anew(self, log, lines):
        """K3b: the old journal needs the old file until K6, so the log's own name is not touched."""
        disk, store = self.disk, self.store
        self.use('runs')
        number = store.number_for_file()
        file = disk.create('runs', number, 'new log')
        for line in lines:
            disk.append(file, line, 'new log')
        disk.sync(file, 'new log')
        self.pending[log] = number
        STATISTICS['logs written anew'] += 1
        if 'K3b: renamed at once' in BROKEN:
            folder, stem = place_of(log)
            disk.rename('runs', number, folder, stem + '.log', 'new log')
        yield

    def value(self, space, name, record):
        """K3c."""
        disk, folder = self.disk, {'k': 'kv', 'm': 'blobs'}[space]
        self.use(folder)
        if record[0] == 'remove':
            if name in disk.names(folder):
                disk.remove(folder, name, 'value')
            return
        if 'value' in disk.names('tmp') and 'K3c: a leftover is opened' in BROKEN:
            file = disk.names('tmp')['value']
            disk.cut(file, 0, 'value')
        else:
            if 'value' in disk.names('tmp'):
                disk.remove('tmp', 'value', 'leftover')
            file = disk.create('tmp', 'value', 'value')
        disk.append(file, record[3], 'value')
        disk.sync(file, 'value of a key' if space == 'k' else 'value of a blob')
        disk.rename('tmp', 'value', folder, name, 'value')

    def unlink_large(self, name):
        """Unless the new part has put it again: its put wrote the file, and no checkpoint will."""
        disk, store = self.disk, self.store
        self.use('blobs')
        behind = (record for frame in store.frames if frame.lsn > self.F for record in frame.records)
        is_put_again = any(record == ('present', name) for record in behind)
        if name in disk.names('blobs') and (not is_put_again or 'K3c: unlinked though put again' in BROKEN):
            disk.remove('blobs', name, 'large blob')
            store.put_here.discard(name)

    def rows(self):
        """The run of what the frozen part has of tables, and a piece of a merge."""
        store, disk = self.store, self.disk
        rows = sorted(
            (name, self.F, records[-1][3] if records[-1][0] == 'put' else None)
            for (space, *names), records in self.records.items() if space == 't' for name in names
        )
        # A removal is an entry where there are older runs, and nothing where there are none.
        if not store.manifest['runs'] or 'K3d: a removal is left out above a run' in BROKEN:
            rows = [row for row in rows if row[2] is not None]
        if rows:
            self.use('runs')
            number = store.number_for_file()
            file = disk.create('runs', number, 'run')
            for row in rows:
                disk.append(file, row, 'run')
                yield
            disk.append(file, ('end', number, len(rows)), 'run')
            disk.sync(file, 'run')
            self.run = {'files': [{'number': number, 'lower': None}]}
        for _ in range(4):
            if store.merge is None:
                store.merge = Merge.of(store)
            if store.merge is None or not store.merge.step():
                break
            self.use('runs')
            yield

    # ---- K4

    def folders(self):
        store, disk = self.store, self.disk
        due = self.due - {'runs'}
        if 'K4: the folders of pending logs' not in BROKEN:
            due |= {place_of(log)[0] for log in store.manifest['pending']}
        for path in due:
            store.enter(path)
        if 'K4: runs/ before plain folders' in BROKEN and 'runs' in disk.folders:
            disk.sync_folder('runs')
        for path in sorted(due):
            disk.sync_folder(path, 'session' if path.startswith('sessions/') else path)
        is_new = 'format' not in disk.names(ROOT)
        is_root_left_out = 'K4: the root for `format`' in BROKEN
        if is_new and is_root_left_out:
            store.settle_parents()
        if is_new:
            if 'format' in disk.names('tmp'):
                disk.remove('tmp', 'format', 'leftover')
            file = disk.create('tmp', 'format', 'format')
            disk.append(file, store.layout, 'format')
            disk.sync(file, 'format')
            disk.rename('tmp', 'format', ROOT, 'format', 'format')
        store.settle_parents(besides=(ROOT,) if is_new else ())
        if is_new and not is_root_left_out:
            disk.sync_folder(ROOT, 'root for format')
        if 'runs' in self.due and 'K4: runs/ behind K6' not in BROKEN:
            disk.sync_folder('runs')

    # ---- K5 to K8

    def install(self, jump=None):
        store, disk = self.store, self.disk
        runs, gone = store.manifest['runs'], []
        if store.merge is not None:
            runs, gone = store.merge.install(runs)
            if store.merge.is_over():
                store.merge = None
        if self.run is not None:
            runs = [self.run] + runs
        if 'K7 before K6: runs' in BROKEN:
            for number in gone:
                disk.remove('runs', number, 'old run')
            gone = []
        tail = [frame for frame in store.frames if frame.lsn > self.F]
        named = records_of_logs(tail)
        # The first record of a log in this journal was a frozen one, so no frame of the tail has its mark.
        marks = {log: mark for log, mark in self.marks.items() if log in named}
        if 'K5: marks as they were' in BROKEN:
            marks = {log: store.marks[log] for log in marks}
        if 'K5: marks are left out' in BROKEN:
            marks = {}
        manifest = {
            'L': self.F if jump is None else jump, 'next': store.next_file, 'runs': runs,
            'pending': {} if 'K5: pending is left out' in BROKEN else self.pending, 'marks': marks,
            'position': self.position(), 'carried': True,
        }
        if 'K5: the tail is left out' in BROKEN:
            tail = []
        number = store.above_all() if self.announced is None else self.announced
        store.switch(number, manifest, tail)
        for old in gone:
            disk.remove('runs', old, 'old run')
        if 'K4: runs/ behind K6' in BROKEN and 'runs' in disk.folders:
            disk.sync_folder('runs')
        STATISTICS['checkpoints'] += 1
        STATISTICS['frames copied'] += len(tail)

    def position(self):
        """Of a replica: as of L. The frames behind have their own."""
        store = self.store
        frames = store.frames if 'K5: position of the end' in BROKEN else self.frozen
        state = {('position',): store.manifest['position']}
        for frame in frames:
            apply(state, [record for record in frame.records if record[0] == 'position'], frame.lsn)
        return None if 'K5: position is left out' in BROKEN else state['position',]
