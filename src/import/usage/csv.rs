//! Usage as CSV, whatever pieces it comes in: commas, semicolons or tabs, quoted cells, any line ends.

use super::columns::{Column, Counts, count, of_name};
use super::{Tally, time};

/// A longer line is skipped: it is kept until its end is there.
const LONGEST_LINE: usize = 1_000_000;

/// A table under way.
pub(super) struct Csv {
    separator: u8,
    /// What each column holds, up to the last that is wanted.
    columns: Vec<Option<Column>>,
    /// The beginning of a line whose end has not come.
    pending: Vec<u8>,
    /// Inside quotes.
    quoted: bool,
    /// Of the line under way, from 1; the heads stand on the first.
    line: u32,
    /// What the last time was, in text and read: rows of one minute repeat it.
    last: (Vec<u8>, Option<time::Moment>),
}

impl Csv {
    /// A table with these heads, if they name a time and tokens.
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let end = head.iter().position(|c| *c == b'\n')?;
        let heads = head.get(..end)?;
        let most = |byte: &u8| heads.iter().filter(|found| *found == byte).count();
        let separator = [b'\t', b';', b','].into_iter().max_by_key(most)?;
        let mut columns: Vec<Option<Column>> = Vec::new();
        cells(heads, separator, usize::MAX, &mut |_, name| {
            // of several times the first counts: the start, not the end
            let column =
                of_name(name).filter(|one| *one != Column::Time || !columns.contains(&Some(Column::Time)));
            columns.push(column);
        });
        let has = |wanted: &[Column]| wanted.iter().any(|one| columns.contains(&Some(*one)));
        if !has(&[Column::Time]) || !has(&[Column::Input, Column::Output, Column::Total]) {
            return None;
        }
        let last = columns.iter().rposition(Option::is_some)?;
        columns.truncate(last + 1);
        Some(Self {
            separator,
            columns,
            pending: Vec::new(),
            quoted: false,
            line: 1,
            last: (Vec::new(), None),
        })
    }

    pub fn push(&mut self, bytes: &[u8], tally: &mut Tally) {
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    if self.pending.is_empty() {
                        self.row(&bytes[start..at], tally);
                    } else {
                        let mut line = std::mem::take(&mut self.pending);
                        line.extend(&bytes[start..at]);
                        self.row(&line, tally);
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        self.pending.extend(&bytes[start..]);
        if self.pending.len() > LONGEST_LINE {
            // a quote that nothing closes must not swallow the rest of the file
            (self.pending, self.quoted) = (Vec::new(), false);
            tally.skip(Some(self.line));
        }
    }

    fn row(&mut self, line: &[u8], tally: &mut Tally) {
        let number = self.line;
        self.line += 1 + line.iter().filter(|c| **c == b'\n').count() as u32;
        if number == 1 || line.trim_ascii().is_empty() {
            return;
        }
        let mut counts = Counts::default();
        let (mut moment, mut good) = (None, true);
        let (columns, last) = (&self.columns, &mut self.last);
        cells(line, self.separator, columns.len(), &mut |at, cell| match columns[at] {
            None => {}
            Some(Column::Time) => {
                if last.0 != cell {
                    *last = (cell.to_vec(), time::moment(cell));
                }
                moment = last.1;
            }
            Some(column) => match count(cell) {
                Some(found) => counts.put(column, found),
                None => good = false,
            },
        });
        match moment.filter(|_| good && counts.any()) {
            Some(moment) => tally.add(moment, &counts),
            None => tally.skip(Some(number)),
        }
    }
}

/// Hands over the first `most` cells of a line.
fn cells(line: &[u8], separator: u8, most: usize, take: &mut dyn FnMut(usize, &[u8])) {
    let mut rest = line.strip_suffix(b"\r").unwrap_or(line);
    for at in 0..most {
        if let Some(inside) = rest.strip_prefix(b"\"") {
            // a doubled quote is part of no name and no number, so the first ends the cell
            let end = inside.iter().position(|c| *c == b'"').unwrap_or(inside.len());
            take(at, &inside[..end]);
            rest = &inside[end..];
            match rest.iter().position(|c| *c == separator) {
                Some(end) => rest = &rest[end + 1..],
                None => return,
            }
            continue;
        }
        match rest.iter().position(|c| *c == separator) {
            Some(end) => {
                take(at, &rest[..end]);
                rest = &rest[end + 1..];
            }
            None => return take(at, rest),
        }
    }
}
