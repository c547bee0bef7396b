"""A store, what it should hold, and who stands beside it. It may end at each step of its disk."""

from collections import namedtuple

import damage
from backup import backup
from convert import convert
from disk import NoSpace, SyncFailed
from layout import PLAIN
from original import write_after_close, write_unclean
from reader import feed, original_state, reading
from state import LOG_RECORDS, STATISTICS, apply, has_rot, visible
from store import Store

# What must be found on a disk: a state from `floor` on, and everything that others wrote. `ghost`: the states
# and commits with one that was refused and cut back, but not durably: until a takeover it may be there again.
Moment = namedtuple('Moment', 'disk floor first states commits early strangers ghost')
BESIDE = {
    'crash': ('reader 2', 'asker 2', 'backup 2'),
    'beside': tuple(f'{who} {pace}' for who in ('reader', 'asker', 'backup') for pace in (1, 2, 3)),
}
PACES = {'1': (0, 0, 1), '2': (0, 1, 1, 2, 3), '3': (1, 3, 6)}
ASKED = tuple(('t', name) for name in 'abc') + tuple(('k', name) for name in 'ab') + tuple(
    ('s', log) for log in ('x', 'y', 'a/u')
)


class Violation(Exception):
    """Something acknowledged is not there, or something is there that never was."""


def must(condition, what):
    if not condition:
        raise Violation(what)


def same(found, expected, early):
    """Equal, but that a large blob may be there early (I3), never missing."""
    found, expected = visible(found), visible(expected)
    return {key: value for key, value in found.items() if key in expected or key not in early} == expected


def large_puts(group):
    return {('b', record[1]) for records in group for record in records if record[0] == 'present'}


class World:
    def __init__(self, random, settings, disk, beside='crash', records_moments=True):
        self.random, self.settings, self.disk = random, settings, disk
        self.inner = type(random)(random.random())  # of those beside, so that they change no script
        self.beside_kind, self.records_moments = beside, records_moments
        self.beside = {}
        self.first, self.states, self.commits = 0, [{}], [None]
        self.acked = self.seen = 0
        self.early = frozenset()  # large blobs whose commit was not taken: there for good, or not
        self.strangers = frozenset()  # (log, chunk) of other programs: in that log, or in quarantine/
        self.ghost = None
        self.ever = {}
        self.moments = []
        self.count = 0
        self.store = None

    @classmethod
    def after_crash(cls, random, settings, disk, moment, lsn):
        world = cls(random, settings, disk, beside='crash', records_moments=True)
        behind = lsn + 1 - moment.first
        world.first = moment.first
        world.states, world.commits = moment.states[:behind], moment.commits[:behind]
        world.acked = lsn if disk.is_synced() else min(moment.floor, lsn)
        found = {('b', name) for name in disk.names('blobs')}
        world.early = moment.early | frozenset(found - set(world.states[-1]))
        world.strangers = moment.strangers
        world.ghost = None if disk.is_synced() else moment.ghost
        world.count = 1000
        return world

    def open(self):
        settings = self.settings
        self.store = Store(self.disk, settings.is_always, settings.keeps_journals)
        # A reader may have met a commit a moment before it was refused.
        for lsn, state in enumerate(self.states, self.first):
            if state not in self.ever.setdefault(lsn, []):
                self.ever[lsn].append(state)

    def run(self, operations):
        self.disk.hook = None
        self.open()
        self.disk.hook = self.hook
        for operation in operations:
            self.perform(operation)
        self.disk.hook = None
        self.disk.set_full(None, 0)
        self.advance(is_last=True)

    # ---- moments

    def hook(self, what):
        self.advance()
        if self.settings.keeps_journals and self.inner.random() < 0.2:
            self.follow_feed()
        if self.records_moments:
            floor = max(self.acked, self.seen)
            self.moments.append(Moment(
                self.disk.copy(), floor, self.first, self.states, self.commits, self.early, self.strangers,
                (self.states, self.commits) if self.store.is_cut_back else self.ghost,
            ))

    def follow_feed(self):
        """A consumer in another process: what it is told is durable must stay."""
        page, durable = feed(self.disk, self.seen)
        for lsn, records in page or ():
            if lsn <= durable:
                must(records == self.commits[lsn - self.first], f'the feed at {lsn}: {records}')
                self.seen = lsn

    def advance(self, is_last=False):
        for who in BESIDE[self.beside_kind] + (('held 2',) if 'held 2' in self.beside else ()):
            role, pace = who.split()
            if role == 'backup' and not self.settings.keeps_journals:
                continue
            steps = self.inner.choice(PACES[pace]) if not is_last else 100000
            while steps:
                steps -= 1
                if who not in self.beside:
                    chance = 0.7 if role != 'backup' else 0.08 if self.beside_kind == 'crash' else 0.4
                    if is_last or self.inner.random() > chance:
                        break
                    self.beside[who] = self.begin(role)
                try:
                    next(self.beside[who][0])
                except StopIteration as end:
                    self.judge(who, end.value)
                    if role == 'held':
                        break

    def begin(self, role):
        asked = self.inner.choice(ASKED) if role == 'asker' else None
        call = backup(self.disk) if role == 'backup' else reading(self.disk, asked, once=role == 'held')
        return call, self.store.manifest['L'] + len(self.store.frames), asked

    def judge(self, who, answer):
        _, lowest, asked = self.beside.pop(who)
        if who.startswith('held'):
            self.store.is_held = False
        if answer is None:
            STATISTICS['backups that came too late'] += 1
            return
        lsn, found = answer
        must(lsn >= lowest, f'{who} is behind: {lsn} < {lowest}')
        early = self.early | large_puts(self.commits[max(lsn, self.first) + 1 - self.first :])
        for state in self.ever.get(lsn, ()):
            expected = {key: value for key, value in state.items() if asked in (None, key)}
            if same(found, expected, early):
                return
        raise Violation(f'{who} at {lsn}: {found} instead of {self.ever.get(lsn)}')

    # ---- operations

    def perform(self, operation):
        name = operation[0]
        if name == 'fault':
            self.disk.sync_fails_in = operation[1]
            return
        if name == 'fault at':
            self.disk.sync_fails_at = operation[1]
            return
        if name == 'full at':
            self.disk.full_at = operation[1]
            return
        if name == 'full':
            self.disk.set_full(operation[1], operation[2])
            return
        if name in ('restart', 'close', 'original', 'unclean original', 'rot', 'mend', 'until freed'):
            self.release()
        try:
            getattr(self, name.replace(' ', '_'))(*operation[1:])
            self.acked = max(self.acked, self.store.synced)
            self.ghost = None if self.store.is_own else self.ghost
        except NoSpace:
            STATISTICS['refused for want of space'] += 1
        except SyncFailed:
            self.end_of_instance()
        self.compare(operation)

    def end_of_instance(self):
        """The host opens it afresh. What the commit in flight wrote may be there or not."""
        STATISTICS['syncs that failed'] += 1
        if self.store.is_cut_back:
            self.ghost = self.states, self.commits
        self.release()
        self.disk.hook, hook = None, self.disk.hook
        self.disk.sync_fails_in = self.disk.sync_fails_at = None
        self.open()
        self.disk.hook = hook
        lsn = self.store.lsn
        must(lsn >= self.acked, f'{lsn} behind a failed sync, {self.acked} acknowledged')
        behind = self.store.lsn + 1 - self.first
        self.early |= large_puts(self.commits[behind:])
        self.states, self.commits = self.states[:behind], self.commits[:behind]

    def release(self):
        self.beside.pop('held 2', None)
        self.store.is_held = False

    def compare(self, operation):
        found = self.store.state()
        must(same(found, self.states[-1], self.early),
             f'the writer behind {operation}: {found} instead of {self.states[-1]}')
        if self.store.is_own and self.store.steps is None:
            orphans = set(self.disk.names('runs')) - self.store.used_numbers() - self.store.numbers_of_merge()
            must(not orphans, f'nobody needs {orphans} of runs/ behind {operation}')

    def commit(self, group):
        state, full = dict(self.states[-1]), []
        states = []
        for at, records in enumerate(group, 1):
            full.append(self.in_full(records, state, self.first + len(self.states) - 1 + at))
            states.append(dict(state))
        self.attempt(full, states)

    def attempt(self, group, states, is_copy=False):
        before = self.states, self.commits
        end = self.first + len(self.states)
        self.states, self.commits = self.states + states, self.commits + group
        for lsn, state in enumerate(states, end):
            self.ever.setdefault(lsn, []).append(state)
        every = [record for records in group for record in records]
        lossy = {record[1] for record in every if record[0] in ('truncate', 'cut', 'drop')}
        self.strangers = frozenset(stranger for stranger in self.strangers if stranger[0] not in lossy)
        try:
            self.store.commit(group, is_copy)
        except NoSpace:
            self.early |= large_puts(group)
            self.states, self.commits = before
            raise
        if self.settings.is_always:
            self.acked = self.store.lsn

    def in_full(self, records, state, lsn):
        """Records as the engine decides them, on the state that they meet, which they change."""
        decided = []
        for record in records:
            self.count += 1
            kind = record[0]
            if kind in ('add', 'shorten', 'clear'):
                changes = self.entries_in_full(kind, record[1], state)
                decided += changes
                apply(state, changes, lsn)
                continue
            if kind == 'put':
                record += (self.count,) if record[1] != 'm' else (True,)
            elif kind == 'position':
                record = 'position', self.count
            elif kind in LOG_RECORDS:
                record = self.log_in_full(record, state.get(('s', record[1]), ((), 0)))
            decided.append(record)
            apply(state, [record], lsn)
        return tuple(decided)

    def entries_in_full(self, kind, name, state):
        """An entry is written anew whenever its number is given; what is taken away is the row alone."""
        count = state.get(('t', name), 0)
        if kind == 'clear' and count:
            return [('remove', 't', name)]
        if kind == 'shorten' and count:
            return [('put', 't', name, self.random.randint(0, count - 1))]
        return [('put', 't', f'{name}{count + 1}', self.count), ('put', 't', name, count + 1)]

    def log_in_full(self, record, found):
        random, (kind, log), (lines, last_seq) = self.random, record[:2], found
        if kind in ('truncate', 'cut') and has_rot(lines):
            kind, record = 'append', ('append', log, 1)
        if kind == 'append':
            steps = (1, 1, 1, 1, 2, 0, -2) if '/' not in log else (0, 1)
            seqs = [max(1, last_seq + random.choice(steps)) for _ in range(record[2])]
            return kind, log, tuple((seq, f'{self.count}.{at}') for at, seq in enumerate(seqs))
        if kind == 'truncate':
            upto = random.choice([line[0] for line in lines]) if lines else random.choice((0, 3))
            if all(line[0] <= upto for line in lines):
                return 'cut', log, 0, max(last_seq, upto)
            return kind, log, upto
        if kind == 'cut':
            return kind, log, random.randint(0, len(lines)), last_seq + 1
        return record

    def work(self):
        self.store.work()

    def convert(self, to):
        convert(self, to)

    def convert_whole(self, to):
        self.convert(to)
        while self.store.conversion is not None:
            self.convert(to)

    def flush(self):
        self.store.flush()
        self.acked = max(self.acked, self.store.lsn)

    def restart(self):
        self.open()

    def close(self):
        """Then the original sees everything, and a power failure takes nothing of it."""
        self.store.close()
        if self.store.is_own:
            self.acked = self.store.lsn
        plain = {key: value for key, value in self.states[-1].items() if key[0] not in ('t', 'position')}
        disks = [self.disk] + ([self.disk.lose(self.random) for _ in range(2)] if self.store.is_own else [])
        for disk in disks if self.store.layout == PLAIN else ():
            found = original_state(disk)
            must(same(found, plain, self.early), f'the original finds {found} instead of {plain}')
            STATISTICS['looks of the original'] += 1
        self.open()

    def consume(self):
        if not self.settings.keeps_journals:
            return
        cursor = self.states[-1].get(('t', 'cursor'), 0)
        page, durable = feed(self.disk, cursor)
        must(page is not None, f'the feed is gone behind {cursor}')
        upto = self.store.synced if self.settings.is_always else max(self.store.synced, durable)
        if upto > cursor:
            record = ('put', 't', 'cursor', upto)
            self.attempt([(record,)], [apply(dict(self.states[-1]), (record,), 0)])

    def hold(self):
        if self.store.is_own and not self.store.has_mend() and 'held 2' not in self.beside:
            self.store.finish()
            self.store.is_held = True
            self.beside['held 2'] = self.begin('held')
            STATISTICS['held copies'] += 1

    def until_freed(self):
        """A disk that is full until something of the base goes: a checkpoint that removes something ends."""
        self.commit([[('put', 'k', 'c')]])
        self.store.checkpoint_whole()
        self.commit([[('put', 'k', 'a'), ('remove', 'k', 'c'), ('append', 'x', 1)]])
        self.disk.set_full(1, -1)
        try:
            self.store.checkpoint_whole()
        except NoSpace as met:
            raise Violation(f'a full disk was not emptied: {met}') from met
        finally:
            self.disk.set_full(None, 0)
        STATISTICS['full disks emptied'] += 1

    def original(self):
        self.close()
        if self.store.layout == PLAIN:
            write_after_close(self)
        self.forget_beside()

    def unclean_original(self):
        """Another program writes behind a kill: what it wrote is not ours to lose."""
        write_unclean(self)
        self.forget_beside()

    def forget_beside(self):
        self.beside.clear()  # they are promised nothing
        self.ever = {}
        self.open()

    def rot(self):
        damage.rot(self)

    def mend(self):
        damage.mend(self)

    def rewrite(self, key, change, begin=None, end=None):
        """Another program, or time, changed a name in the states from one lsn to another."""
        states = []
        for lsn, state in enumerate(self.states, self.first):
            is_in = (begin is None or lsn >= begin) and (end is None or lsn < end)
            value = change(state.get(key)) if is_in and (begin is not None or key in state) else None
            states.append({**state, key: value} if value is not None else state)
        self.states = states
        self.ever = {lsn: [state] for lsn, state in enumerate(states, self.first)}


