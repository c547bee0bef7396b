"""Runs a script, ends it at every moment, and looks at what is left."""

from collections import namedtuple
from random import Random

import scripts
from disk import GARBAGE, Disk
from merge import Merge
from reader import Gone, drain, feed, reading
from repair import JUMP, repair
from state import STATISTICS, Damaged, Frame, name_of, visible
from world import Moment, Violation, World, large_puts, must, same

Settings = namedtuple('Settings', 'is_always keeps_journals')
# How many of the disks after a crash are looked at: power failures at each moment; the share that is
# recovered from, crashed again at a share of the moments of that; and the share that is damaged.
Effort = namedtuple('Effort', 'failures recovered crashed_again damaged')
FULL = Effort(3, 0.1, 1.0, 0.03)
DAMAGED = Effort(2, 0.01, 1.0, 0.4)
QUICK = Effort(2, 0.03, 0.5, 0.01)


def check(disk, moment):
    """What is found, and the moment of which it is."""
    lsn, found = drain(reading(disk))
    moment = of_ghost(moment, lsn, found)
    last = moment.first + len(moment.states) - 1
    must(moment.floor <= lsn <= last, f'lsn {lsn} of {last}, acknowledged or seen {moment.floor}')
    place = lsn - moment.first
    early = moment.early | large_puts(moment.commits[place + 1 :])
    must(same(found, moment.states[place], early), f'at {lsn}: {found} instead of {moment.states[place]}')
    for log, chunk in moment.strangers:
        must(disk.holds(chunk), f'{chunk} behind {log} is gone')
    return lsn, found, moment


def of_ghost(moment, lsn, found):
    """A commit that was refused, and whose going did not become durable, may be there: nobody was told."""
    if moment.ghost is None or not 0 <= lsn - moment.first < len(moment.ghost[0]):
        return moment
    states, commits = moment.ghost
    place = lsn - moment.first
    early = moment.early | large_puts(commits[place + 1 :]) | large_puts(moment.commits[place + 1 :])
    if place < len(moment.states) and same(found, moment.states[place], early):
        return moment
    return moment._replace(states=states, commits=commits)


def check_feed(disk, moment, lsn, found):
    cursor = max(found.get(('t', 'cursor'), 0), moment.first)
    page, _ = feed(disk, cursor)
    must(page is not None, f'the feed is gone behind {cursor} of {lsn}')
    expected = [(at, moment.commits[at - moment.first]) for at in range(cursor + 1, lsn + 1)]
    must(page == expected, f'the feed behind {cursor}: {page}')


class Checks:
    def __init__(self, seed, effort, settings, style):
        self.random = Random(seed * 7919 + 1)
        self.effort, self.settings, self.style = effort, settings, style
        self.cases = 0
        self.known = None  # the edition that was looked at last, and what was found

    def look(self, disk, moment):
        self.cases += 1
        lsn, found, moment = check(disk, moment)
        if self.settings.keeps_journals:
            check_feed(disk, moment, lsn, found)
        return lsn, moment

    def of_moments(self, moments, cases_max=None):
        for moment in moments:
            if cases_max is not None and self.cases > cases_max:
                return
            # A kill leaves what a process sees, which a sync does not change.
            known = moment.disk.edition, moment.states, moment.strangers
            if self.known is None or known[0] != self.known[0] or known[1] is not self.known[1]:
                self.known = known + self.look(moment.disk, moment)[:1]
            must(self.known[3] >= moment.floor, f'{self.known[3]} behind a kill, acknowledged {moment.floor}')
            self.go_on(moment.disk, moment, self.known[3])
            if not moment.disk.is_synced():
                for _ in range(self.effort.failures):
                    disk = moment.disk.lose(self.random)
                    lsn, found_in = self.look(disk, moment)
                    self.go_on(disk, found_in, lsn)

    def go_on(self, disk, moment, lsn):
        if self.random.random() < self.effort.recovered:
            self.recover(disk.copy(), moment, lsn)
        if self.random.random() < self.effort.damaged:
            self.damage(disk.copy(), moment, lsn)

    def recover(self, disk, moment, lsn):
        """I5: it takes writes, and these survive the next crash."""
        world = World.after_crash(self.random, self.settings, disk, moment, lsn)
        world.run(scripts.recovery(self.random, self.style))
        for again in world.moments:
            if self.random.random() < self.effort.crashed_again:
                if not again.disk.is_synced():
                    self.look(again.disk.lose(self.random), again)
                if self.random.random() < 0.3:
                    self.look(again.disk, again)

    # ---- damage

    def damage(self, disk, moment, lsn):
        """A frame that was durable changes. A later one says so, and `repair` keeps what precedes it."""
        numbers = sorted(number for number in disk.names('journal') if disk.read('journal', number))
        if not numbers or not disk.is_synced():
            return
        file = disk.names('journal')[numbers[-1]]
        chunks = disk.files[file]
        places = [at for at in range(1, len(chunks)) if type(chunks[at]) is Frame]
        surest = max([chunks[at].synced for at in places], default=0)
        places = [at for at in places if chunks[at].lsn <= surest and any(
            type(other) is Frame and other.synced >= chunks[at].lsn for other in chunks[at + 1:])]
        if not places:
            return
        place = self.random.choice(places)
        lost = moment.commits[chunks[place].lsn - moment.first : lsn + 1 - moment.first]
        disk.files[file] = chunks[:place] + (GARBAGE,) + chunks[place + 1 :]
        self.must_be_damaged(disk)
        STATISTICS['damaged journals'] += 1
        moments = []
        prefix = moment._replace(floor=chunks[place].lsn - 1)
        before = disk.copy()
        disk.hook = lambda what: moments.append(disk.copy())
        repair(disk, self.settings.is_always)
        disk.hook = None
        self.repaired(disk, prefix, lost, before)
        for again in moments:
            if self.random.random() < 0.5:
                self.repaired_again(again.lose(self.random), prefix, lost, before)

    def must_be_damaged(self, disk):
        try:
            drain(reading(disk))
        except Damaged:
            return
        raise Violation('a damaged journal was read as if it were torn')

    def repaired_again(self, disk, prefix, lost, before):
        try:
            drain(reading(disk))
        except Damaged:
            repair(disk, self.settings.is_always)
        self.repaired(disk, prefix, lost, before)

    def repaired(self, disk, prefix, lost, before):
        self.cases += 1
        lsn, found = drain(reading(disk))
        highest = prefix.floor + len(lost)
        must(lsn >= highest + JUMP, f'lsns go on at {lsn} behind {highest}')
        changed = {name_of(record) for records in lost for record in records}
        place = prefix.floor - prefix.first
        expected, early = prefix.states[place], prefix.early | large_puts(prefix.commits[place + 1 :])
        shown, expected = visible(found), visible(expected)
        for key in set(shown) | set(expected):
            if key not in changed and not (key in early and key not in expected):
                must(found.get(key) == expected.get(key),
                     f'repaired, {key} is {found.get(key)} instead of {expected.get(key)}')
        numbers = sorted(before.names('journal'), reverse=True)
        chunks = next(filter(None, (before.read('journal', number) for number in numbers)))
        must(any(disk.read('quarantine', number) == chunks for number in disk.names('quarantine')),
             'the damaged journal is nowhere')
        moment = Moment(disk, lsn, lsn, [found], [None], prefix.early, frozenset(), None)
        if not self.settings.keeps_journals and self.random.random() < 0.3:
            self.recover(disk.copy(), moment, lsn)


def run(seed, style=None, mode='crash', effort=FULL, omitted=(), cases_max=None):
    """The crash cases of a script. Whatever is wrong is raised, with `cases` as they were by then."""
    random = Random(seed)
    style, operations = scripts.script(random, style)
    with_rows = style in ('mixed', 'tables', 'full')
    settings = Settings(random.random() < 0.5, with_rows and random.random() < 0.6)
    Merge.RUNS_MIN = random.choice((2, 3))
    disk = Disk()
    disk.omitted = frozenset(omitted)
    disk.has_layouts = style == 'layouts'
    world = World(random, settings, disk, beside=mode, records_moments=mode == 'crash')
    checks = Checks(seed, effort, settings, style)
    try:
        world.run(operations)
        checks.of_moments(world.moments, cases_max)
    except WRONG as met:
        met.cases = checks.cases
        raise
    return checks.cases


WRONG = (Violation, Damaged, Gone, AssertionError, KeyError, IndexError, TypeError, ValueError)
