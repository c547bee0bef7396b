"""Sorted runs that stand beside each other are merged into one, from the lowest key on, a few pieces in each checkpoint."""

from reader import is_above, rows_of
from state import STATISTICS, entry_of, is_counted

from disk import BROKEN


class Merge:
    RUNS_MIN = 3
    ROWS_IN_PIECE = 2

    def __init__(self, store, runs, has_oldest):
        self.store = store
        self.inputs = {part['number'] for run in runs for part in run['files']}
        rows = {}
        for run in reversed(runs):
            for part in run['files']:
                found = rows_of(store.disk, part['number'])
                rows.update({row[0]: row for row in found if is_above(row, part)})
        # Where there is an older run, a removal still hides what that says.
        is_dropped = has_oldest or 'runs: a removal is dropped above a run' in BROKEN
        self.left = [row for _, row in sorted(rows.items()) if row[2] is not None or not is_dropped]
        self.piece = None  # (number, file)
        self.done = []  # pieces that no manifest names yet: (number, highest key)
        self.first = None  # the first piece that a manifest names: others go behind it

    @classmethod
    def of(cls, store):
        """All runs, or the two newest, by turns."""
        runs = store.manifest['runs']
        if len(runs) < cls.RUNS_MIN:
            return None
        is_whole = store.next_file % 2 == 0
        return cls(store, runs if is_whole else runs[:2], is_whole)

    def numbers(self):
        """Of files that no manifest names yet."""
        return {number for number, _ in self.done + ([self.piece] if self.piece else [])}

    def is_over(self):
        return not self.left and self.piece is None and not self.done

    def step(self):
        disk = self.store.disk
        if self.piece is None:
            self.drop_dead()
            if not self.left:
                return False
            number = self.store.number_for_file()
            self.piece = number, disk.create('runs', number, 'run')
            return True
        number, file = self.piece
        rows = disk.files[file]
        if rows:
            self.drop_dead()
        if self.left and len(rows) < self.ROWS_IN_PIECE:
            disk.append(file, self.left.pop(0), 'run')
            return True
        disk.append(file, ('end', number, len(rows)), 'run')
        disk.sync(file, 'run')
        self.done.append((number, rows[-1][0]))
        self.piece = None
        return True

    def drop_dead(self):
        while self.left and self.is_dead(self.left[0][0]):
            self.left.pop(0)
            STATISTICS['entries dropped'] += 1

    def is_dead(self, name):
        """Does the row of an entry say that it is no longer there? The rows of the base are asked, and no frame."""
        entry = entry_of(name)
        if entry is None:
            return False
        runs = self.store.manifest['runs']
        if 'runs: an entry is dropped by an older row' in BROKEN:
            runs = runs[::-1]
        for run in runs:
            for part in run['files']:
                for row in rows_of(self.store.disk, part['number']):
                    is_believed = is_above(row, part) or 'runs: an entry is dropped by a trimmed row' in BROKEN
                    if row[0] == entry[0] and is_believed:
                        return not is_counted(row[2], entry[1])
        return True

    def install(self, runs):
        """(the runs with what is done, the numbers that are gone). Of an input in both, the rest is read."""
        is_last = not self.left and self.piece is None
        if not self.done and not is_last:
            return runs, []
        border = self.done[-1][1] if self.done else None
        merged, gone, place = [], [], None
        for run in runs:
            if not any(part['number'] in self.inputs for part in run['files']):
                merged.append(run)
                continue
            place = len(merged) if place is None else place
            kept = []
            for part in run['files']:
                rows = rows_of(self.store.disk, part['number'])
                highest = rows[-1][0] if rows else None
                if is_last or highest is None or (border is not None and highest <= border):
                    gone.append(part['number'])
                else:
                    lower = max([key for key in (part['lower'], border) if key is not None], default=None)
                    is_trimmed = 'runs: an input is not trimmed' not in BROKEN
                    kept.append({'number': part['number'], 'lower': lower if is_trimmed else part['lower']})
            if kept:
                merged.append({'files': kept})
        outputs = [{'number': number, 'lower': None} for number, _ in self.done]
        if self.first is not None:
            merged = [
                {'files': run['files'] + outputs} if run['files'][0]['number'] == self.first else run
                for run in merged
            ]
        elif outputs:
            merged.insert(len(merged) if place is None else place, {'files': outputs})
            self.first = outputs[0]['number']
        self.done = []
        return merged, gone
