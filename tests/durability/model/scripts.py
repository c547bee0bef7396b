"""Random scripts, a style for each part of the protocol. A record is decided in full when it is its turn."""

STREAMS = ('x', 'y')
SEGMENTS = ('a/u', 'a/v', 'b/u')

# Weights of the kinds of records.
KINDS = ('rows', 'keys', 'streams', 'segments', 'small blobs', 'large blobs', 'position', 'entries')
STYLES = {
    'mixed': (2, 2, 4, 3, 1, 2, 1),
    'plain': (0, 3, 4, 3, 1, 1, 1),
    'logs': (0, 1, 9, 3, 0, 0, 0),
    'segments': (0, 1, 1, 9, 0, 0, 0),
    'keys': (0, 9, 1, 0, 1, 0, 1),
    'tables': (12, 1, 1, 0, 0, 0, 0),
    'blobs': (0, 1, 1, 0, 4, 6, 0),
    'original': (0, 2, 9, 1, 0, 0, 0),
    'damage': (0, 1, 6, 4, 0, 0, 0),
    'full': (1, 3, 4, 3, 1, 2, 0),
    'half closed': (0, 2, 9, 1, 0, 0, 0),
}
STYLES = {style: weights + (0,) for style, weights in STYLES.items()}
# Apart from the others, whose scripts it leaves as they are.
STYLES['entries'] = (2, 0, 1, 0, 0, 0, 0, 12)
STYLES['layouts'] = (1, 3, 4, 0, 2, 1, 0, 0)
USUAL = (
    'mixed', 'plain', 'plain', 'logs', 'segments', 'keys', 'tables', 'blobs', 'original', 'damage', 'full',
    'half closed',
)

# What happens besides commits and parts of a checkpoint, as chances in 1,000 of each step of a script.
EVENTS = {
    'flush': 25, 'restart': 30, 'close': 25, 'consume': 15, 'hold': 6, 'fault': 12, 'full': 10,
    'until freed': 6, 'original': 8, 'unclean original': 8, 'rot': 6, 'mend': 6,
}
MORE_EVENTS = {
    'original': {'original': 60, 'unclean original': 90},
    'damage': {'rot': 110, 'mend': 150},
    'full': {'full': 90, 'until freed': 50},
    'layouts': {'hold': 0, 'until freed': 0, 'rot': 0, 'mend': 0, 'fault': 40, 'close': 50, 'full': 20},
}


def record(random, style):
    kind = random.choices(KINDS, STYLES[style])[0]
    if kind == 'rows':
        put, removed = ('put', 't', random.choice('abcdef')), ('remove', 't', random.choice('abcdef'))
        return random.choice((put, put, put, removed))
    if kind == 'keys':
        put, removed = ('put', 'k', random.choice('abc')), ('remove', 'k', random.choice('abc'))
        return random.choice((put, put, put, removed))
    if kind == 'small blobs':
        return random.choice((('put', 'm', 'small'), ('put', 'm', 'small'), ('remove', 'm', 'small')))
    if kind == 'large blobs':
        name = random.choice(('large p', 'large q'))
        return random.choice((('present', name), ('present', name), ('remove', 'b', name)))
    if kind == 'position':
        return ('position',)
    if kind == 'entries':
        return random.choice(('add', 'add', 'add', 'shorten', 'clear')), random.choice('pq')
    is_stream = kind == 'streams'
    log = random.choice(STREAMS if is_stream else SEGMENTS)
    if random.random() < 0.6:
        return 'append', log, random.randint(1, 3)
    # The engine cuts and drops logs of segments alone; now and then it is done to the others, too.
    if style == 'layouts' or is_stream != (random.random() < 0.1):
        return 'truncate', log
    return random.choice((('cut', log), ('cut', log), ('drop', log)))


def commit(random, style):
    """A group of commits, each some records."""
    sizes = (1, 1, 1, 2, 3)
    group = random.choice((1, 1, 1, 1, 2, 3))
    return 'commit', [[record(random, style) for _ in range(random.choice(sizes))] for _ in range(group)]


def event(random, style):
    chances = {**EVENTS, **MORE_EVENTS.get(style, {})}
    at = random.random() * 1000
    for name, chance in chances.items():
        at -= chance
        if at < 0:
            if name == 'fault':
                return name, random.randint(1, 14)
            if name == 'full':
                return name, random.randint(1, 20), random.randint(1, 8)
            return (name,)
    return None


def script(random, style=None):
    """(style, operations)"""
    style = style or random.choice(USUAL)
    if style == 'layouts':
        return style, layouts(random)
    operations = half_closed(random) if style == 'half closed' else []
    for _ in range(random.randint(6, 22) if style not in ('tables', 'entries') else random.randint(12, 36)):
        happens = event(random, style)
        if happens:
            operations.append(happens)
        elif random.random() < 0.55:
            operations.append(commit(random, style))
        else:
            operations += [('work',)] * random.randint(1, 9)
    return style, operations


def half_closed(random):
    """A checkpoint that a failed sync ends, an instance that only opens and closes, and then the original."""
    operations = []
    for _ in range(2):
        operations += [commit(random, 'half closed') for _ in range(3)]
        operations += [('fault', random.randint(4, 14))] + [('work',)] * 25 + [('original',)]
    return operations


def parts(random):
    """Parts of a conversion, seldom with something between them. One that comes to its end takes about a dozen."""
    to = random.choice(('packed', 'plain'))
    for _ in range(random.choice((2, 6, 12, 18))):
        yield 'convert', to
        if random.random() < 0.04:
            yield event(random, 'layouts') or commit(random, 'layouts')


# Syncs of a conversion that come once, and that a failure by number seldom meets.
CONVERTING = ('format of a layout', 'root behind a layout', 'blobs of a layout', 'root behind a layout that is cleared')


def cut_off(random):
    """A conversion that a failure ends, and what may follow."""
    to = random.choice(('packed', 'plain'))
    then = random.choice(([], [('close',)], [commit(random, 'layouts')]))
    happens = random.choice((('fault at', random.choice(CONVERTING)), ('full at', 'announcement of a layout')))
    how = random.random()
    if how < 0.3:  # only the original knows nothing of `format`
        to, happens, then = 'plain', ('fault at', 'root behind a layout'), [('original',), ('original',)]
    elif how < 0.6:  # the file of a blob is gone, and perhaps not for good
        to, happens = 'packed', ('fault at', random.choice(CONVERTING[2:]))
        then = [('commit', [[('remove', 'm', 'small')]])]
    first = [commit(random, 'layouts'), ('commit', [[('put', 'm', 'small')]])]
    first += [('convert whole', 'packed')] if to == 'plain' else []
    return first + [happens, ('convert whole', to)] + then + [commit(random, 'layouts'), ('convert', to)]


def layouts(random):
    operations = cut_off(random) if random.random() < 0.4 else []
    for _ in range(random.randint(2, 4)):
        for _ in range(random.randint(0, 3)):
            operations += [commit(random, 'layouts')] + [('work',)] * random.choice((0, 0, 3, 9))
        operations += parts(random)
        happens = event(random, 'layouts')
        operations += [happens] if happens else []
    return operations


def recovery(random, style):
    """What follows a crash: a few commits, with parts of a checkpoint between them."""
    operations = []
    for _ in range(random.randint(1, 3)):
        operations.append(commit(random, style))
        operations += [('work',)] * random.randint(0, 14)
        if style == 'layouts':
            operations += parts(random)
        if random.random() < 0.15:
            operations.append(('close',))
        if random.random() < 0.08:
            operations.append(('fault', random.randint(1, 10)))
    return operations
