//! Reads CSV: commas, quoted cells with doubled quotes, any line ends; a table with tabs or semicolons too.

use std::borrow::Cow;

/// The records of a text with the line on which each begins. Empty lines are left out.
pub(super) struct Records<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    separator: u8,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let head = text.lines().next().unwrap_or_default();
        let most = |byte: &u8| head.bytes().filter(|found| found == byte).count();
        let separator = [b',', b';', b'\t'].into_iter().rev().max_by_key(most).unwrap_or(b',');
        Self { text, at: 0, line: 1, separator }
    }

    /// One cell and the byte that ends it.
    fn cell(&mut self) -> (Cow<'a, str>, Option<u8>) {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'"') {
            return self.quoted_cell();
        }
        let start = self.at;
        while bytes.get(self.at).is_some_and(|byte| *byte != self.separator && *byte != b'\n') {
            self.at += 1;
        }
        let cell = self.text.get(start..self.at).unwrap_or_default().trim();
        (Cow::Borrowed(cell), self.end())
    }

    fn quoted_cell(&mut self) -> (Cow<'a, str>, Option<u8>) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        let mut cell = Cow::Borrowed("");
        loop {
            let start = self.at;
            while bytes.get(self.at).is_some_and(|byte| *byte != b'"') {
                self.line += u32::from(bytes[self.at] == b'\n');
                self.at += 1;
            }
            let part = self.text.get(start..self.at).unwrap_or_default();
            if cell.is_empty() {
                cell = Cow::Borrowed(part)
            } else {
                cell.to_mut().push_str(part)
            }
            self.at += 1;
            if bytes.get(self.at) != Some(&b'"') {
                break;
            }
            cell.to_mut().push('"');
            self.at += 1;
        }
        // anything between the closing quote and the separator is dropped
        while bytes.get(self.at).is_some_and(|byte| *byte != self.separator && *byte != b'\n') {
            self.at += 1;
        }
        (cell, self.end())
    }

    fn end(&mut self) -> Option<u8> {
        let end = self.text.as_bytes().get(self.at).copied();
        self.line += u32::from(end == Some(b'\n'));
        self.at = (self.at + 1).min(self.text.len());
        end
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u32, Vec<Cow<'a, str>>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let line = self.line;
            let mut cells = Vec::new();
            loop {
                let (cell, end) = self.cell();
                cells.push(cell);
                if end != Some(self.separator) {
                    break;
                }
            }
            if cells.len() > 1 || cells.first().is_some_and(|cell| !cell.is_empty()) {
                return Some((line, cells));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Records;

    #[test]
    fn reads_quotes_and_line_ends() {
        let text = "a,b,c\r\n1,\"x, \"\"y\"\"\nz\",\n\n\"\",2,3";
        let records: Vec<_> = Records::new(text).map(|(line, cells)| (line, cells.join("|"))).collect();
        let owned = |line: u32, text: &str| (line, text.to_owned());
        assert_eq!(records, [owned(1, "a|b|c"), owned(2, "1|x, \"y\"\nz|"), owned(5, "|2|3")]);
    }

    #[test]
    fn any_bytes_end() {
        for text in ["", "\"", "\"\"\"", "a,\"b", ",,,", "\n\n\n", "a;b;c\n1;2;3", "é\"x"] {
            assert!(Records::new(text).count() <= 3, "{text}");
        }
        assert_eq!(Records::new("a;b;c\n1,5;2;3").nth(1).map(|(_, cells)| cells.len()), Some(3));
    }
}
