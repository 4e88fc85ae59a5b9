//! Reads JSON, as far as it is JSON.

use std::borrow::Cow;

use super::value::{Cursor, DEPTH, Entry, Value};

/// The value of a text, and the line at which it stops being JSON. What stands before that line is kept.
pub(super) fn read(text: &str) -> (Value<'_>, Option<u32>) {
    let mut cursor = Cursor::new(text);
    let mut partial = Value::Null;
    let complete = value(&mut cursor, 0, &mut partial).is_some() && {
        cursor.skip_space();
        cursor.peek().is_none()
    };
    let line = (!complete).then(|| cursor.line());
    (partial, line)
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

#[cfg(test)]
mod tests {
    use super::{Value, read};

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
