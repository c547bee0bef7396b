"""The writer: takeover, commit, flush, the switch to the next journal (K5 to K8), close."""

from disk import BROKEN, ROOT, NoSpace, parent_of
from layout import PACKED, has_guards, layout_of, logical, packed_records
from reader import assemble, base_of_log, drain, mark_of, numbers, place_of, top
from state import (
    LOG_RECORDS, STATISTICS, Frame, Header, frames_of, is_plain, marks_of, records_of_logs,
)


class Store:
    def __init__(self, disk, is_always, keeps_journals=False, upto_damage=False):
        self.disk = disk
        self.is_always = is_always
        self.keeps_journals = keeps_journals
        self.number, self.manifest, chunks, self.journal = top(disk)
        self.learn(frames_of(chunks, self.manifest, upto_damage) if chunks else [])
        self.synced = 0
        self.is_cut_back = False  # was a commit refused, and is the journal without it not synced?
        self.is_own = False  # has this instance made a journal of its own?
        self.is_held = False  # a copy is being made: no checkpoint begins
        self.steps = None  # of the checkpoint that is going on
        self.is_second_try = False  # behind a thaw
        self.merge = None
        self.next_file = self.manifest['next']
        self.entered = set()  # folders of which this instance knows that their names are durable, or due
        self.parents = set()  # folders in which a folder was made, or may have been
        self.put_here = set()  # large blobs of this instance (D5: nothing is known of others)
        self.layout = layout_of(disk)
        self.conversion = None  # that is going on
        self.first_marks = {}  # of logs that a conversion begins

    def learn(self, frames):
        self.frames = list(frames)
        self.marks = marks_of(self.frames, self.manifest)
        self.lsn = self.manifest['L'] + len(self.frames)

    def state(self):
        return logical(self.physical(), self.layout)

    def physical(self):
        return drain(assemble(self.disk, self.manifest, self.frames, self.layout))

    # ---- folders

    def enter(self, path):
        """Makes a folder where it is missing. Its parent is due, whoever made it."""
        if path == ROOT or path in self.entered:
            return
        self.enter(parent_of(path))
        if path not in self.disk.folders:
            self.disk.make_folder(path)
        self.entered.add(path)
        self.parents.add(parent_of(path))

    def settle_parents(self, besides=()):
        parents, self.parents = self.parents, set()
        for path in sorted(parents - set(besides)):
            if 'K4: the parent of a made folder' not in BROKEN:
                self.disk.sync_folder(path, 'parent')

    # ---- the next journal

    def above_all(self):
        return max(numbers(self.disk), default=0) + 1

    def switch(self, number, manifest, frames):
        """K5 to K8. `frames` are copied as they are, with `synced` 0."""
        disk = self.disk
        if 'journal' in disk.names('tmp'):
            disk.remove('tmp', 'journal', 'leftover')
        if 'K6: the next journal in place' in BROKEN:
            journal = disk.names('journal').get(number) or disk.create('journal', number, 'next journal')
        else:
            journal = disk.create('tmp', 'journal', 'next journal')
        disk.append(journal, Header(number, manifest), 'next journal')
        copied = [Frame(frame.lsn, self.lsn if 'K5: copied frames say synced' in BROKEN else 0, *frame[2:])
                  for frame in frames]
        for frame in copied:
            disk.append(journal, frame, 'next journal')
        disk.sync(journal, 'next journal')
        if 'K8 before K6' in BROKEN:
            self.settle(manifest)
        if 'K7 before K6: journals' in BROKEN:
            self.remove_older(number)
        if 'K7 before K6: trimmed' in BROKEN and self.keeps_journals:
            self.trim(number)
        if 'K6: the next journal in place' not in BROKEN:
            disk.rename('tmp', 'journal', 'journal', number, 'next journal')
        disk.sync_folder('journal')  # the moment
        self.number, self.journal, self.manifest = number, journal, manifest
        self.learn(copied)  # as a recovery would
        self.synced = self.lsn
        self.retire(number)
        if self.is_own or 'K8: not in a takeover' not in BROKEN:
            self.settle(manifest)

    def retire(self, number):
        """K7: older journals, and what is left in tmp/."""
        disk = self.disk
        if self.keeps_journals:
            self.trim(number)
        else:
            self.remove_older(number)
        for name in sorted(disk.names('tmp')):
            disk.remove('tmp', name, 'leftover')

    def remove_older(self, number):
        for other in numbers(self.disk):
            if other < number:
                self.disk.remove('journal', other, 'older journal')

    def trim(self, number):
        """Announcements, and journals behind the durable cursor: the lowest first, so that no hole comes."""
        disk = self.disk
        cursor = self.state().get(('t', 'cursor'), 0)
        for other in numbers(disk):
            if other >= number:
                break
            chunks = disk.read('journal', other)
            if chunks and type(chunks[0]) is Header:
                manifest = chunks[0].manifest
                if manifest['L'] + len(frames_of(chunks, manifest)) > cursor:
                    break
                STATISTICS['journals trimmed'] += 1
            disk.remove('journal', other, 'older journal')

    def settle(self, manifest):
        """K8: new files of logs take their names. No sync: the manifest has them until a K4 syncs folders."""
        disk = self.disk
        for log, number in sorted(manifest['pending'].items()):
            if number in disk.names('runs'):
                folder, stem = place_of(log)
                disk.rename('runs', number, folder, stem + '.log', 'new log')
                if number in disk.names('runs'):
                    disk.remove('runs', number, 'second link')

    def used_numbers(self):
        parts = {part['number'] for run in self.manifest['runs'] for part in run['files']}
        return parts | set(self.manifest['pending'].values())

    def numbers_of_merge(self):
        return set() if self.merge is None else self.merge.numbers()

    def remove_orphans(self, numbers_there):
        used = self.used_numbers()
        for number in sorted(numbers_there):
            if number not in used and number in self.disk.names('runs'):
                self.disk.remove('runs', number, 'orphan')

    def take_over(self, commit=()):
        """The first write: the frames as found, durable in a journal of its own, and its commit behind them. No checkpoint follows."""
        disk = self.disk
        for folder in ('journal', 'tmp'):
            if folder not in disk.folders:
                disk.make_folder(folder)
        disk.sync_folder(ROOT, 'root')
        if self.layout == PACKED and not has_guards(disk) and 'blobs' in disk.folders:
            # A conversion that has ended half-way may have removed blobs there that are in the runs, too.
            disk.sync_folder('blobs', 'blobs of a takeover')
        there = set(disk.names('runs'))
        self.next_file = max([self.manifest['next']] + [number + 1 for number in there])
        manifest = dict(self.manifest, next=self.next_file)
        if 'takeover: marks are left out' in BROKEN:
            manifest['marks'] = {}
        frames = [] if 'takeover: frames are left out' in BROKEN else self.frames
        commit = [] if 'takeover: its commit is left out' in BROKEN else list(commit)
        self.switch(self.above_all(), manifest, frames + commit)
        self.is_own = True
        if 'takeover: orphans are left' not in BROKEN:
            self.remove_orphans(there)
        if 'takeover: numbers as the manifest has them' in BROKEN:
            self.next_file = manifest['next'] = self.manifest['next']

    def before_commit(self):
        if not self.is_own:
            self.take_over()
        self.end_mend()

    def end_mend(self):
        # A mend says nothing of which lines: what rots from here on must not go with it.
        if self.has_mend() and 'takeover: a mend waits' not in BROKEN:
            self.checkpoint_whole()

    def has_mend(self):
        return any(record[0] == 'mend' for frame in self.frames for record in frame.records)

    # ---- commits

    def put_large(self, name):
        disk = self.disk
        is_there = name in self.put_here and name in disk.names('blobs')
        if is_there:
            return
        self.enter('blobs')
        if 'blob' in disk.names('tmp'):
            disk.remove('tmp', 'blob', 'leftover')
        file = disk.create('tmp', 'blob', 'large blob')
        disk.append(file, True, 'large blob')
        disk.sync(file, 'large blob')
        disk.rename('tmp', 'blob', 'blobs', name, 'large blob')
        disk.sync_folder('blobs', 'blobs of a large one')
        self.settle_parents()
        self.put_here.add(name)

    def mark_now(self, log):
        of_log = records_of_logs(self.frames).get(log, ())
        return mark_of(base_of_log(self.disk, self.manifest, self.marks.get(log), of_log, log))

    def commit(self, group, is_copy=False):
        """Commits that wait at the same time share one write and one sync. Those of a first write stand in the journal of the takeover."""
        if self.layout == PACKED and not is_copy:
            state = self.physical()
            group = [packed_records(records, state, self.lsn + at) for at, records in enumerate(group, 1)]
        if self.may_come_with_takeover(group):
            self.take_over(self.frames_for(group)[0])
            self.end_mend()
            return
        self.before_commit()
        for records in group:
            for record in records:
                if record[0] == 'present':
                    self.put_large(record[1])
        frames, fresh = self.frames_for(group)
        disk, end = self.disk, len(self.disk.files[self.journal])
        try:
            disk.write(self.journal, end, frames, 'frame')
        except NoSpace:
            self.is_cut_back = True
            disk.cut(self.journal, end, 'frame')
            disk.sync(self.journal, 'frame that was cut back')
            self.is_cut_back = False
            self.synced = self.lsn
            raise
        if self.is_always:
            disk.sync(self.journal, 'frame')
            self.synced = self.lsn + len(frames)
        self.frames += frames
        self.marks.update(fresh)
        self.lsn += len(frames)
        if self.keeps_journals and 'K7 at any time: trimmed' in BROKEN:
            self.trim(self.number)

    def may_come_with_takeover(self, group):
        """A root without a journal has none that the commit could be put into, and a large blob is to be there before its commit."""
        is_large = any(record[0] == 'present' for records in group for record in records)
        return not self.is_own and self.journal is not None and not is_large and not self.has_mend()

    def frames_for(self, group):
        """Their frames, and the marks of logs that they name first."""
        frames, fresh = [], {}
        for at, records in enumerate(group, 1):
            marks = {}
            for record in records:
                if record[0] in LOG_RECORDS and record[1] not in self.marks and record[1] not in fresh:
                    mark = self.first_marks.pop(record[1], None) or self.mark_now(record[1])
                    marks[record[1]] = fresh[record[1]] = mark
            frames.append(Frame(self.lsn + at, self.said_synced(at), tuple(records), marks))
        return frames, fresh

    def said_synced(self, at):
        return self.lsn + at if 'J4: synced is the lsn of the frame' in BROKEN else self.synced

    def flush(self):
        if not self.is_own:
            self.take_over()
        else:
            self.disk.sync(self.journal, 'flush')
            self.synced = self.lsn

    # ---- the checkpoint, in parts

    def number_for_file(self):
        self.next_file += 1
        return self.next_file - 1

    def is_due(self):
        return self.is_own and not self.is_held and len(self.frames) >= 3

    def work(self):
        """One part. Where it meets a full disk: thaw, and once more with what makes room first."""
        from carry import checkpoint, thaw  # each needs the other

        if self.steps is None:
            if not self.is_due():
                return
            self.steps = checkpoint(self)
        try:
            next(self.steps)
        except StopIteration:
            self.steps, self.is_second_try = None, False
        except NoSpace:
            thaw(self)
            if self.is_second_try:
                self.steps, self.is_second_try = None, False
                raise
            self.steps, self.is_second_try = checkpoint(self, room_first=True), True

    def finish(self):
        while self.steps is not None:
            self.work()

    def checkpoint_whole(self):
        from carry import checkpoint

        self.finish()
        if self.frames:
            self.steps = checkpoint(self)
            self.finish()

    def checkpoint_closed(self):
        """As `close`, and no frame is left."""
        self.checkpoint_whole()
        self.sync_renamed()

    def close(self):
        """No frame names a plain file, and the new files of logs have their names for good."""
        self.finish()
        if not self.is_own and (self.manifest['pending'] or self.frames):
            self.take_over()
        if any(is_plain(record) for frame in self.frames for record in frame.records):
            self.checkpoint_whole()
        if not self.is_own and 'journal' in self.disk.folders:
            # K6 may have been left half done: what counts here must count after a power failure.
            self.disk.sync_folder('journal', 'closed journal')
            if self.disk.has_layouts:
                # So may a switch of the layout.
                self.disk.sync_folder(ROOT, 'closed root')
        if self.is_own and self.synced < self.lsn and 'close: not flushed' not in BROKEN:
            self.flush()
        if self.is_own:
            self.sync_renamed()

    def sync_renamed(self):
        if self.manifest['pending']:
            for folder in sorted({place_of(log)[0] for log in self.manifest['pending']}):
                self.disk.sync_folder(folder, 'closed')
            self.disk.sync_folder('runs', 'closed runs')

    # ---- damage

    def set_aside(self, chunks, note):
        """A copy in quarantine/, durable before what it is of goes."""
        disk = self.disk
        self.enter('quarantine')
        number = max(disk.names('quarantine'), default=0) + 1
        file = disk.create('quarantine', number, note)
        disk.write(file, 0, chunks, 'quarantine')
        disk.sync(file, 'quarantine')
        if 'quarantine: its folder' not in BROKEN:
            disk.sync_folder('quarantine')
        self.settle_parents()

    def mend(self, log):
        """`repair` of one log: damaged lines are set aside, and go."""
        self.before_commit()
        lines = self.state().get(('s', log), ((), 0))[0]
        self.set_aside([line for line in lines if line[0] == 'rot'], 'damage')
        self.commit([[('mend', log)]])
        if 'takeover: a mend waits' not in BROKEN:
            self.checkpoint_whole()


