//! A tree of values, from JSON or from the Python literals of a package's data file.
//!
//! Read by hand rather than with a crate: it keeps the line of every entry for messages, keeps what stands before a
//! syntax error, shares its text with the file, and is small in the page.

use std::borrow::Cow;

use crate::units::number;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Map(Vec<Entry<'a>>),
}

/// One entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry<'a> {
    pub key: Cow<'a, str>,
    pub line: u32,
    pub value: Value<'a>,
}

impl<'a> Value<'a> {
    /// The value of a key; `None` when it is missing or null.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let found = self.entries().iter().find(|entry| entry.key == key)?;
        (found.value != Self::Null).then_some(&found.value)
    }

    pub fn entries(&self) -> &[Entry<'a>] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number, or a text that is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(text) | Self::Text(text) => {
                number::parse(text.trim()).filter(|number| number.is_finite())
            }
            _ => None,
        }
    }

    /// A whole number that is not negative, all digits kept.
    pub fn whole(&self) -> Option<u64> {
        let Self::Number(text) = self else { return None };
        text.parse().ok().or_else(|| {
            let number = self.number()?;
            (number.fract() == 0.0 && (0.0..1e15).contains(&number)).then_some(number as u64)
        })
    }

    /// The value of a key, null when it is missing: for chains of keys.
    pub fn at(&self, key: &str) -> &Self {
        self.get(key).unwrap_or(&Self::Null)
    }

    pub fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    pub fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The value as a person would write it, at most 40 characters of it.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) | Self::Text(text) => text.chars().take(40).collect(),
            Self::List(_) => "[…]".to_owned(),
            Self::Map(_) => "{…}".to_owned(),
        }
    }
}

/// Characters of a text, with the line.
pub(in crate::import) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
    counted: usize,
    line: u32,
}

/// Deepest nesting that is read.
pub(in crate::import) const DEPTH: u32 = 40;

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0, counted: 0, line: 1 }
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Steps over a byte if it is next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Steps over a word if it is next.
    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    pub fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The bytes from here for which `belongs` holds.
    pub fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The line of the place that is read, from 1.
    pub fn line(&mut self) -> u32 {
        let end = self.at.min(self.text.len());
        let fresh = self.text.as_bytes().get(self.counted..end).unwrap_or_default();
        self.line += u32::try_from(fresh.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
        self.counted = end;
        self.line
    }

    /// A quoted text with backslash escapes; the cursor stands on the quote.
    pub fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let quote = self.peek()?;
        self.at += 1;
        let start = self.at;
        let end = loop {
            match self.peek()? {
                byte if byte == quote => break self.at,
                b'\\' => return self.escaped(start, quote).map(Cow::Owned),
                _ => self.at += 1,
            }
        };
        self.at += 1;
        self.text.get(start..end).map(Cow::Borrowed)
    }

    /// The rest of a quoted text from its first backslash on.
    fn escaped(&mut self, start: usize, quote: u8) -> Option<String> {
        let mut out = self.text.get(start..self.at)?.to_owned();
        loop {
            let next = self.rest().chars().next()?;
            self.at += next.len_utf8();
            match next {
                '\\' => self.escape(&mut out)?,
                end if u32::from(end) == u32::from(quote) => return Some(out),
                other => out.push(other),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Option<()> {
        let kind = self.peek()?;
        self.at += 1;
        let digits = match kind {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => {
                // control letters, line ends that are not part of the text, and characters that stand for themselves
                out.extend(match kind {
                    b'n' => Some('\n'),
                    b't' => Some('\t'),
                    b'r' => Some('\r'),
                    b'b' | b'f' | b'\n' => None,
                    other => Some(char::from_u32(other.into()).filter(char::is_ascii)?),
                });
                return Some(());
            }
        };
        let mut code = self.hex(digits)?;
        if (0xD800..0xDC00).contains(&code) && self.take_word("\\u") {
            code = 0x10000 + ((code - 0xD800) << 10) + (self.hex(4)?.wrapping_sub(0xDC00) & 0x3FF);
        }
        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
        Some(())
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let code = number::hexadecimal(self.text.get(self.at..self.at + digits)?)?;
        self.at += digits;
        Some(code)
    }
}
