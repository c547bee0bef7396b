"""A disk after D1 to D6: what a running process sees, and what a power failure may leave of it.

A file is a tuple of chunks, the smallest pieces that are whole or torn: a line, a frame, a value.
A folder is a map of names.
"""

GARBAGE = ('garbage',)
ROOT = ''
FOLDER = 0  # what a name stands for that is a folder; files are numbered from 1
BROKEN = set()  # the rules that a mutant leaves out

# Steps that the reserve makes room for, so that a full disk can be emptied; and folders whose files free
# nothing for good.
IN_RESERVE = ('announcement', 'announcement of a layout', 'next journal', 'frame')
NOT_THE_BASE = ('journal', 'runs', 'tmp', 'quarantine')


class SyncFailed(Exception):
    """A sync failed: the instance is at its end (D5)."""


class NoSpace(Exception):
    """Something could not be written, and nothing else is wrong."""


def parent_of(path):
    return path.rpartition('/')[0]


class Disk:
    def __init__(self):
        self.last_id = 0
        self.files = {}  # what a process sees
        self.durable = {}  # what the last sync left, of files that changed since
        self.versions = {}  # every content since the last sync, of the same files
        self.doomed = {}  # places whose sync failed: readable, and lost all the same (D5)
        self.folders = {ROOT: {}}
        self.folders_durable = {ROOT: {}}
        self.changes = ()  # of names, not synced: (folder, name, file or None, what a rename made of it)
        self.edition = 0  # rises with whatever a process can see
        self.hook = None
        self.omitted = frozenset()
        self.has_layouts = False  # may `format` change?
        self.sync_fails_in = None
        self.sync_fails_at = None
        self.full_in = None
        self.full_at = None
        self.full_left = 0  # how many more writes are refused; below 0: until something is freed

    def copy(self):
        other = Disk.__new__(Disk)
        other.last_id = self.last_id
        other.files = dict(self.files)
        other.durable = dict(self.durable)
        other.versions = dict(self.versions)
        other.doomed = dict(self.doomed)
        other.folders = dict(self.folders)
        other.folders_durable = dict(self.folders_durable)
        other.changes = self.changes
        other.edition = self.edition
        other.hook = None
        other.omitted = self.omitted
        other.has_layouts = self.has_layouts
        other.sync_fails_in = other.sync_fails_at = None
        other.full_in = other.full_at = None
        other.full_left = 0
        return other

    # ---- what is there

    def names(self, folder):
        return self.folders.get(folder, {})

    def read(self, folder, name):
        file = self.folders.get(folder, {}).get(name)
        return None if file is None else self.files[file]

    def is_synced(self):
        return not self.changes and not self.durable

    def holds(self, chunk):
        """Is it in any file that has a name?"""
        files = (file for names in self.folders.values() for file in names.values())
        contents = [self.files[file] for file in files if file != FOLDER]
        return any(chunk in found or any(row[2:] == (chunk,) for row in found if type(row) is tuple)
                   for found in contents)

    # ---- steps

    def step(self, what):
        if self.hook:
            self.hook(what)
        return what not in self.omitted

    def set_full(self, after, times):
        self.full_in, self.full_left = after, times

    def take_space(self, tag):
        if self.full_at == tag:
            self.full_at = None
            raise NoSpace(tag)
        if self.full_in is None:
            return
        if self.full_in > 1:
            self.full_in -= 1
            return
        self.full_in = 1
        if self.full_left < 0 and tag in IN_RESERVE:
            return
        if self.full_left == 0:
            self.full_in = None
            return
        if self.full_left > 0:
            self.full_left -= 1
        raise NoSpace(tag)

    def give_space(self, folder):
        if self.full_left < 0 and folder not in NOT_THE_BASE:
            self.full_in, self.full_left = None, 0

    def name(self, folder, name, file, renamed_to=None):
        names = dict(self.folders[folder])
        if file is None:
            del names[name]
        else:
            names[name] = file
        self.folders[folder] = names
        self.changes += ((folder, name, file, renamed_to),)
        self.edition += 1

    def make_folder(self, path):
        self.step('make folder ' + path)
        self.take_space('folder')
        above, _, name = path.rpartition('/')
        assert name not in self.folders[above], f'{path} is there already'
        self.folders[path] = {}
        if self.folders_durable[above].get(name) != FOLDER:
            # Another of this name, if there was one, is gone for good.
            self.folders_durable[path] = {}
            self.changes = tuple(change for change in self.changes if change[0] != path)
        self.name(above, name, FOLDER)

    def remove_folder(self, path):
        """One that is empty. Where its going is lost, it is back as it was synced last."""
        self.step('remove folder ' + path)
        assert not self.folders[path], f'{path} is not empty'
        del self.folders[path]
        self.name(parent_of(path), path.rpartition('/')[2], None)

    def create(self, folder, name, tag):
        self.step('create ' + tag)
        assert name not in self.folders[folder], f'{folder}/{name} is there already'
        self.take_space(tag)
        self.last_id += 1
        self.files[self.last_id] = ()
        self.name(folder, name, self.last_id)
        return self.last_id

    def change(self, file, chunks, kept):
        """`kept`: how many chunks from the beginning were not written."""
        if file not in self.durable:
            self.durable[file] = self.files[file]
            self.versions[file] = ()
        self.versions[file] += (chunks,)
        self.files[file] = chunks
        if file in self.doomed:
            self.doomed[file] = frozenset(place for place in self.doomed[file] if place < kept)
        self.edition += 1

    def write(self, file, at, chunks, tag):
        """Writes from a place on; what stood there goes."""
        self.step('write ' + tag)
        before = self.files[file][:at]
        try:
            self.take_space(tag)
        except NoSpace:
            self.change(file, before + tuple(chunks[: len(chunks) // 2]) + (GARBAGE,), at)
            raise
        self.change(file, before + tuple(chunks), at)

    def append(self, file, chunk, tag):
        self.write(file, len(self.files[file]), (chunk,), tag)

    def cut(self, file, at, tag, folder='tmp'):
        self.step('cut ' + tag)
        if at < len(self.files[file]):
            self.change(file, self.files[file][:at], at)
            self.give_space(folder)

    def fails(self, tag):
        if self.sync_fails_at == tag:
            self.sync_fails_at = None
            return True
        if self.sync_fails_in is None:
            return False
        self.sync_fails_in -= 1
        if self.sync_fails_in > 0:
            return False
        self.sync_fails_in = None
        return True

    def sync(self, file, tag):
        is_done = self.step('sync ' + tag)
        live = self.files[file]
        durable = self.durable.get(file, live)
        if self.fails(tag):
            lost = {place for place, chunk in enumerate(live) if durable[place : place + 1] != (chunk,)}
            self.doomed[file] = self.doomed.get(file, frozenset()) | lost
            raise SyncFailed(tag)
        if is_done and file in self.durable:
            doomed = self.doomed.get(file)
            if doomed:
                kept = (GARBAGE if at in doomed else chunk for at, chunk in enumerate(live))
                self.durable[file] = tuple(kept)
                self.versions[file] = ()
            else:
                del self.durable[file], self.versions[file]

    def sync_folder(self, path, tag=None):
        is_done = self.step('sync folder ' + (tag or path))
        if self.fails(tag or path):
            raise SyncFailed(path)
        if is_done:
            self.folders_durable[path] = self.folders[path]
            self.changes = tuple(change for change in self.changes if change[0] != path)

    def remove(self, folder, name, tag):
        self.step('remove ' + tag)
        self.name(folder, name, None)
        self.give_space(folder)

    def rename(self, folder, name, to_folder, to_name, tag):
        self.step('rename ' + tag)
        file = self.folders[folder][name]
        if self.folders[to_folder].get(to_name) == file:
            return  # two links to one file: POSIX does nothing
        self.name(to_folder, to_name, file)
        self.name(folder, name, None, (to_folder, to_name, file))

    # ---- a power failure

    def torn(self, file, random):
        """One of the contents that D4 allows."""
        old, versions = self.durable[file], self.versions[file]
        if not versions:
            return old
        how = random.random()
        if how < 0.25:
            return old
        if how < 0.45:
            return versions[-1]
        every = (old,) + versions
        size = len(random.choice(every))
        chunks = []
        for place in range(size):
            options = []
            for version in every:
                if place < len(version) and version[place] not in options:
                    options.append(version[place])
            if len(options) > 1 or any(len(version) <= place for version in every):
                options.append(GARBAGE)  # written since
            chunks.append(options[0] if len(options) == 1 else random.choice(options))
        return tuple(chunks)

    def lose(self, random):
        """The disk as a power failure leaves it."""
        other = Disk()
        other.omitted = self.omitted
        other.has_layouts = self.has_layouts
        other.last_id = self.last_id
        chance = random.choice((0, 0.5, 0.5, 1))
        folders = dict(self.folders_durable)
        changed = set()
        is_done = {}
        for folder, name, file, renamed_to in self.changes:
            happens = random.random() < chance
            if renamed_to is not None:
                happens = happens and is_done.get(renamed_to, True)  # D3: one of the two names is left
            if file is not None:
                is_done[folder, name, file] = happens
            if happens:
                if folder not in changed:
                    folders[folder] = dict(folders[folder])
                    changed.add(folder)
                if file is None:
                    folders[folder].pop(name, None)
                else:
                    folders[folder][name] = file
        # A folder whose name is lost takes along what is in it.
        for path in sorted(folders):
            above, _, name = path.rpartition('/')
            if path != ROOT and other.folders.get(above, {}).get(name) != FOLDER:
                continue
            other.folders[path] = other.folders_durable[path] = folders[path]
            for file in folders[path].values():
                if file != FOLDER and file not in other.files:
                    other.files[file] = self.torn(file, random) if file in self.durable else self.files[file]
        return other
