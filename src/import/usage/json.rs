//! Usage as JSON, whatever pieces it comes in: one document, or one a line. It is not checked for being JSON: what looks
//! like a request is counted, and a piece that is cut off spoils one request only.
//!
//! Tokens in an object without a time belong to the object around it: `usage` in a request, `results` in a bucket.

use super::columns::{Column, Counts, FOREIGN, count, of_name};
use super::{Tally, time};

/// Longer texts are no times, numbers or names of columns.
const LONGEST_TEXT: usize = 64;

/// Objects inside one another, at most; deeper ones are passed over.
const DEEPEST: usize = 64;

/// An object or a list under way.
#[derive(Clone, Copy, Default)]
struct Frame {
    list: bool,
    moment: Option<time::Moment>,
    own: Counts,
    /// Sums of the objects inside.
    parts: Counts,
}

/// A document under way.
#[derive(Default)]
pub(super) struct Json {
    frames: Vec<Frame>,
    deeper: usize,
    in_text: bool,
    escaped: bool,
    text: Vec<u8>,
    /// What the value to come is; `None` for keys that say nothing.
    key: Option<Column>,
    /// Names that were met, and what they are.
    known: Vec<(Vec<u8>, Option<Column>)>,
    line: u32,
    seen_time: bool,
    seen_tokens: bool,
    foreign: bool,
}

impl Json {
    /// Whether keys of a usage export were met, and none of another kind of file.
    pub fn is_usage(&self) -> bool {
        self.seen_time && self.seen_tokens && !self.foreign
    }

    pub fn push(&mut self, bytes: &[u8], tally: &mut Tally) {
        for byte in bytes {
            if self.in_text {
                self.letter(*byte);
                continue;
            }
            match byte {
                b'"' => {
                    self.in_text = true;
                    self.text.clear();
                }
                b':' => self.name(),
                b'{' | b'[' => self.open(*byte == b'['),
                b'}' | b']' => {
                    self.value();
                    self.close(tally);
                }
                b',' => self.value(),
                b'\n' => {
                    self.value();
                    self.line += 1;
                }
                b' ' | b'\t' | b'\r' => {}
                other if self.text.len() < LONGEST_TEXT => self.text.push(*other),
                _ => {}
            }
        }
    }

    fn letter(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_text = false,
            other if self.text.len() < LONGEST_TEXT => self.text.push(other),
            _ => {}
        }
    }

    /// What was read was a key.
    fn name(&mut self) {
        self.key = match self.known.iter().find(|(name, _)| *name == self.text) {
            Some((_, column)) => *column,
            None => {
                let column = of_name(&self.text);
                self.foreign |= FOREIGN.contains(&&self.text[..]);
                if self.known.len() < 256 {
                    self.known.push((self.text.clone(), column));
                }
                column
            }
        };
        self.seen_time |= self.key == Some(Column::Time);
        self.seen_tokens |= matches!(self.key, Some(Column::Input | Column::Output | Column::Total));
        self.text.clear();
    }

    /// What was read was a value, if anything was.
    fn value(&mut self) {
        if let (Some(column), Some(frame)) = (self.key.take(), self.frames.last_mut())
            && self.deeper == 0
            && !self.text.is_empty()
        {
            if column == Column::Time {
                frame.moment = frame.moment.or_else(|| time::moment(&self.text));
            } else if let Some(count) = count(&self.text) {
                frame.own.put(column, count);
            }
        }
        self.text.clear();
    }

    fn open(&mut self, list: bool) {
        self.key = None;
        self.text.clear();
        if self.frames.len() == DEEPEST {
            self.deeper += 1;
        } else {
            self.frames.push(Frame { list, ..Frame::default() });
        }
    }

    fn close(&mut self, tally: &mut Tally) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        let mut counts = frame.own.or(&frame.parts);
        if frame.list {
            counts = frame.parts;
        }
        match frame.moment {
            Some(moment) if counts.any() => tally.add(moment, &counts),
            _ if !counts.any() && counts.cached.is_none() && counts.reasoning.is_none() => {}
            _ => match self.frames.last_mut() {
                Some(around) => {
                    around.parts.add(&counts);
                    if let Some(requests) = counts.requests {
                        around.parts.put(Column::Requests, requests);
                    }
                }
                None => tally.skip(Some(self.line + 1)),
            },
        }
    }
}
