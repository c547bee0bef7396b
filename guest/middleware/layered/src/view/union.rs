//! The sorted union of what two stores list, a page at a time.

use std::cmp::Ordering;
use std::collections::VecDeque;
use sx_persist_middleware::hex;
use sx_persist_middleware::limits::{PAGE_BYTES_MAX, PAGE_ITEMS_MAX};
use sx_persist_middleware::types::{
    Direction, Entry, EntryPage, Error, KeyPage, MapItem, MapPage, NamePage, RefEntry, RefPage,
};

/// Items that the lower store is asked for at least: many of them may not be seen.
const LOWER_ITEMS_MIN: u32 = 64;

/// Something that stands in a list under a name.
pub(crate) trait Item {
    type Key: Clone + Ord;

    fn key(&self) -> &Self::Key;

    /// The cursor behind it.
    fn cursor(&self) -> String;

    /// What it counts in a page.
    fn bytes(&self) -> usize;
}

impl Item for String {
    type Key = Self;

    fn key(&self) -> &Self {
        self
    }

    fn cursor(&self) -> String {
        self.clone()
    }

    fn bytes(&self) -> usize {
        self.len()
    }
}

impl Item for Vec<u8> {
    type Key = Self;

    fn key(&self) -> &Self {
        self
    }

    fn cursor(&self) -> String {
        hex(self)
    }

    fn bytes(&self) -> usize {
        self.len()
    }
}

impl Item for Entry {
    type Key = String;

    fn key(&self) -> &String {
        &self.key
    }

    fn cursor(&self) -> String {
        self.key.clone()
    }

    fn bytes(&self) -> usize {
        self.key.len() + self.value.len()
    }
}

impl Item for RefEntry {
    type Key = String;

    fn key(&self) -> &String {
        &self.name
    }

    fn cursor(&self) -> String {
        self.name.clone()
    }

    fn bytes(&self) -> usize {
        self.name.len() + self.hash.len()
    }
}

impl Item for MapItem {
    type Key = Vec<u8>;

    fn key(&self) -> &Vec<u8> {
        &self.key
    }

    fn cursor(&self) -> String {
        hex(&self.key)
    }

    fn bytes(&self) -> usize {
        self.key.len() + self.value.len()
    }
}

/// What every page is.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) through: String,
    pub(crate) done: bool,
}

macro_rules! page {
    ($($page:ident { $items:ident: $item:ty }),*) => {$(
        impl From<$page> for Page<$item> {
            fn from(page: $page) -> Self {
                Self { items: page.$items, through: page.through, done: page.done }
            }
        }

        impl From<Page<$item>> for $page {
            fn from(page: Page<$item>) -> Self {
                Self { $items: page.items, through: page.through, done: page.done }
            }
        }
    )*};
}

page!(
    EntryPage { entries: Entry },
    RefPage { refs: RefEntry },
    NamePage { names: String },
    KeyPage { keys: Vec<u8> },
    MapPage { items: MapItem }
);

/// One store's list, read as it is needed.
struct Side<'a, T: Item> {
    #[expect(clippy::type_complexity, reason = "one function, in one place")]
    fetch: Box<dyn FnMut(Option<&str>, u32) -> Result<Page<T>, Error> + 'a>,
    limit: u32,
    waiting: VecDeque<T>,
    after: Option<String>,
    is_at_end: bool,
}

impl<'a, T: Item> Side<'a, T> {
    fn new(
        fetch: impl FnMut(Option<&str>, u32) -> Result<Page<T>, Error> + 'a,
        limit: u32,
        after: Option<String>,
    ) -> Self {
        Self { fetch: Box::new(fetch), limit, waiting: VecDeque::new(), after, is_at_end: false }
    }

    /// The next item.
    fn peek(&mut self) -> Result<Option<&T>, Error> {
        while self.waiting.is_empty() && !self.is_at_end {
            let page = (self.fetch)(self.after.as_deref(), self.limit)?;
            self.waiting.extend(page.items);
            self.is_at_end = page.done;
            self.after = Some(page.through);
        }
        Ok(self.waiting.front())
    }
}

/// What page is wanted.
pub(crate) struct Wanted {
    pub(crate) after: Option<String>,
    pub(crate) limit: u32,
    pub(crate) direction: Direction,
}

/// A page of the union of two lists: the upper store's items, and those of the lower one that shine through.
pub(crate) fn page<T: Item>(
    wanted: Wanted,
    upper: impl FnMut(Option<&str>, u32) -> Result<Page<T>, Error>,
    lower: impl FnMut(Option<&str>, u32) -> Result<Page<T>, Error>,
    is_tombstoned: impl Fn(&T::Key) -> Result<bool, Error>,
) -> Result<Page<T>, Error> {
    let Wanted { after, limit, direction } = wanted;
    let lower_limit = limit.clamp(LOWER_ITEMS_MIN, PAGE_ITEMS_MAX);
    let mut upper = Side::new(upper, limit, after.clone());
    let mut lower = Side::new(lower, lower_limit, after.clone());
    let items_max = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut page = Page { items: Vec::new(), through: after.unwrap_or_default(), done: true };
    let mut bytes = 0;
    // The upper store first: it says what is wrong with the question.
    while let Some(item) = next(&mut upper, &mut lower, direction, &is_tombstoned)? {
        bytes += item.bytes();
        if page.items.len() >= items_max || (!page.items.is_empty() && bytes > PAGE_BYTES_MAX) {
            page.done = false;
            break;
        }
        page.through = item.cursor();
        page.items.push(item);
    }
    Ok(page)
}

/// Takes the next item that is seen.
fn next<T: Item>(
    upper: &mut Side<'_, T>,
    lower: &mut Side<'_, T>,
    direction: Direction,
    is_tombstoned: impl Fn(&T::Key) -> Result<bool, Error>,
) -> Result<Option<T>, Error> {
    loop {
        let order = match (upper.peek()?, lower.peek()?) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(above), Some(below)) if direction == Direction::Backward => below.key().cmp(above.key()),
            (Some(above), Some(below)) => above.key().cmp(below.key()),
        };
        if order != Ordering::Greater {
            if order == Ordering::Equal {
                lower.waiting.pop_front();
            }
            return Ok(upper.waiting.pop_front());
        }
        if let Some(item) = lower.waiting.pop_front()
            && !is_tombstoned(item.key())?
        {
            return Ok(Some(item));
        }
    }
}
