//! Reads JSON, as far as it is JSON, and writes it.

use std::borrow::Cow;

use super::value::{Cursor, DEPTH, Entry, Value};

/// The value of a text, and the line at which it stops being JSON. What stands before that line is kept.
pub(crate) fn read(text: &str) -> (Value<'_>, Option<u32>) {
    let mut cursor = Cursor::new(text);
    let mut partial = Value::Null;
    let complete = value(&mut cursor, 0, &mut partial).is_some() && {
        cursor.skip_space();
        cursor.peek().is_none()
    };
    let line = (!complete).then(|| cursor.line());
    (partial, line)
}

/// The values of a text with one after the other, such as one per line; else the line of the first mistake.
pub(crate) fn read_all(text: &str) -> Result<Vec<Value<'_>>, u32> {
    let mut cursor = Cursor::new(text);
    let mut values = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.peek().is_none() {
            return Ok(values);
        }
        let mut next = Value::Null;
        if value(&mut cursor, 0, &mut next).is_none() {
            return Err(cursor.line());
        }
        values.push(next);
    }
}

/// Reads into `into`; when it returns `None`, `into` holds what could be read.
fn value<'a>(cursor: &mut Cursor<'a>, depth: u32, into: &mut Value<'a>) -> Option<()> {
    cursor.skip_space();
    if depth > DEPTH {
        return None;
    }
    match cursor.peek()? {
        b'{' => return map(cursor, depth, into),
        b'[' => return list(cursor, depth, into),
        b'"' => *into = Value::Text(cursor.quoted()?),
        // Python writes these, and JSON forbids them: numbers that are none
        _ if ["NaN", "Infinity", "-Infinity"].iter().any(|word| cursor.take_word(word)) => {
            *into = Value::Number(Cow::Borrowed("NaN"));
        }
        b'-' | b'0'..=b'9' => {
            let number = cursor.take_while(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            *into = Value::Number(Cow::Borrowed(number));
        }
        _ if cursor.take_word("true") => *into = Value::Bool(true),
        _ if cursor.take_word("false") => *into = Value::Bool(false),
        _ if cursor.take_word("null") => *into = Value::Null,
        _ => return None,
    }
    Some(())
}

fn map<'a>(cursor: &mut Cursor<'a>, depth: u32, into: &mut Value<'a>) -> Option<()> {
    cursor.take(b'{');
    *into = Value::Map(Vec::new());
    let Value::Map(entries) = into else { return None };
    cursor.skip_space();
    if cursor.take(b'}') {
        return Some(());
    }
    loop {
        cursor.skip_space();
        let line = cursor.line();
        if cursor.peek()? != b'"' {
            return None;
        }
        let key = cursor.quoted()?;
        cursor.skip_space();
        if !cursor.take(b':') {
            return None;
        }
        entries.push(Entry { key, line, value: Value::Null });
        let read = value(cursor, depth + 1, &mut entries.last_mut()?.value);
        if read.is_none() {
            // half an entry is none, unless whole ones stand inside it
            if !entries.last().is_some_and(|entry| holds_maps(&entry.value)) {
                entries.pop();
            }
            return None;
        }
        cursor.skip_space();
        if cursor.take(b'}') {
            return Some(());
        }
        if !cursor.take(b',') {
            return None;
        }
    }
}

fn holds_maps(value: &Value) -> bool {
    let is_container = |value: &Value| matches!(value, Value::Map(_) | Value::List(_));
    value.entries().iter().any(|entry| is_container(&entry.value)) || value.items().iter().any(is_container)
}

fn list<'a>(cursor: &mut Cursor<'a>, depth: u32, into: &mut Value<'a>) -> Option<()> {
    cursor.take(b'[');
    *into = Value::List(Vec::new());
    let Value::List(items) = into else { return None };
    cursor.skip_space();
    if cursor.take(b']') {
        return Some(());
    }
    loop {
        let mut item = Value::Null;
        let read = value(cursor, depth + 1, &mut item);
        if read.is_some() || holds_maps(&item) {
            items.push(item);
        }
        read?;
        cursor.skip_space();
        if cursor.take(b']') {
            return Some(());
        }
        if !cursor.take(b',') {
            return None;
        }
    }
}

/// JSON under construction. Fields of nothing are written as null, so that a reader finds them.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// The text.
    pub fn finish(self) -> String {
        self.text
    }

    /// A comma, unless something has just begun.
    fn part(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }

    /// The key of the next value.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.part();
        self.quoted(key);
        self.text.push(':');
        self
    }

    /// An object with the fields that `fields` writes.
    pub fn object(&mut self, fields: &mut dyn FnMut(&mut Self)) {
        self.part();
        self.text.push('{');
        fields(self);
        self.text.push('}');
    }

    /// A list with the values that `items` writes.
    pub fn list(&mut self, items: &mut dyn FnMut(&mut Self)) {
        self.part();
        self.text.push('[');
        items(self);
        self.text.push(']');
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.part();
        self.quoted(text);
    }

    /// A text, or null.
    #[cfg(any(feature = "module", feature = "importer"))]
    pub fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A number, or null for none and for what is not finite.
    pub fn number(&mut self, number: Option<f64>) {
        match number.filter(|number| number.is_finite()) {
            Some(number) => {
                self.part();
                self.text.push_str(&number.to_string());
            }
            None => self.null(),
        }
    }

    /// True or false.
    pub fn flag(&mut self, flag: bool) {
        self.part();
        self.text.push_str(if flag { "true" } else { "false" });
    }

    /// Null.
    pub fn null(&mut self) {
        self.part();
        self.text.push_str("null");
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        for one in text.chars() {
            match one {
                '"' | '\\' => self.text.extend(['\\', one]),
                control if control < ' ' => self.text.push(' '),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, Writer, read};

    #[test]
    fn writes_what_it_reads() {
        let mut json = Writer::default();
        json.object(&mut |json| {
            json.key("a").text("x \"\\\n");
            json.key("b").list(&mut |json| {
                json.number(Some(0.5));
                json.number(None);
                json.object(&mut |_| {});
            });
        });
        let text = json.finish();
        assert_eq!(text, r#"{"a":"x \"\\ ","b":[0.5,null,{}]}"#);
        assert_eq!(read(&text).1, None);
    }

    #[test]
    fn reads_json() {
        let (value, error) =
            read(r#"{"a": [1, -2.5e3, "x\n\u00e9\ud83d\ude00"], "b": {"c": null, "d": true}}"#);
        assert_eq!(error, None);
        let a = value.get("a").map(Value::items).unwrap_or_default();
        assert_eq!(a.iter().map(Value::number).collect::<Vec<_>>(), [Some(1.0), Some(-2500.0), None]);
        assert_eq!(a.get(2).and_then(Value::text), Some("x\né😀"));
        assert_eq!(value.get("b").and_then(|b| b.get("d")).and_then(Value::bool), Some(true));
        assert_eq!(value.get("b").and_then(|b| b.get("c")), None);
    }

    #[test]
    fn keeps_what_stands_before_an_error_and_names_its_line() {
        let (value, line) = read("{\n \"a\": {\"x\": 1},\n \"b\": {\"x\": 2},\n \"c\": {\"x\": oops}\n}");
        assert_eq!(line, Some(4));
        assert_eq!(
            value.entries().iter().map(|entry| (&*entry.key, entry.line)).collect::<Vec<_>>(),
            [("a", 2), ("b", 3)]
        );
        assert_eq!(read("").1, Some(1));
        assert_eq!(read("{} x").1, Some(1));
        assert!(read(&"[".repeat(100_000)).1.is_some());
    }
}
