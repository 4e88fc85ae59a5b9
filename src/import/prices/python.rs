//! Reads a Python file whose data are literals and constructor calls, such as the price list inside the genai-prices
//! package: `name: type = [Provider(id='x', prices=ModelPrice(input_mtok=Decimal('8')), …)]`.
//!
//! A call becomes a map of its keyword arguments; `Decimal('8')` is a number, `datetime.date(2026, 10, 14)` and
//! `datetime.time(0, 30, tzinfo=…)` are texts, and names of one-argument clauses become the key of that argument.
//! Nothing is executed.

use std::borrow::Cow;

use super::super::value::{Cursor, DEPTH, Entry, Value};

/// The first list that a variable is set to, and the line at which reading stopped.
pub(super) fn read(text: &str) -> (Value<'_>, Option<u32>) {
    let mut cursor = Cursor::new(text);
    let Some(start) = list_start(text) else { return (Value::Null, Some(1)) };
    cursor.at = start;
    let mut items = Vec::new();
    let complete = list(&mut cursor, 0, &mut items).is_some();
    let line = (!complete).then(|| cursor.line());
    (Value::List(items), line)
}

/// Where the value of the longest assignment of a list begins: after ` = [` at the end of a line.
fn list_start(text: &str) -> Option<usize> {
    text.find(" = [\n").or_else(|| text.find(" = [\r\n")).map(|at| at + 3)
}

fn value<'a>(cursor: &mut Cursor<'a>, depth: u32) -> Option<Value<'a>> {
    space(cursor);
    if depth > DEPTH {
        return None;
    }
    Some(match cursor.peek()? {
        b'[' | b'(' => {
            let mut items = Vec::new();
            list(cursor, depth, &mut items)?;
            Value::List(items)
        }
        b'{' => map(cursor, depth)?,
        b'\'' | b'"' => Value::Text(strings(cursor)?),
        b'-' | b'0'..=b'9' => Value::Number(Cow::Borrowed(
            cursor.take_while(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)),
        )),
        _ => named(cursor, depth)?,
    })
}

/// White space and comments.
fn space(cursor: &mut Cursor) {
    loop {
        cursor.skip_space();
        if cursor.peek() != Some(b'#') {
            return;
        }
        cursor.take_while(|byte| byte != b'\n');
    }
}

/// Texts that stand side by side are one.
fn strings<'a>(cursor: &mut Cursor<'a>) -> Option<Cow<'a, str>> {
    let mut text = cursor.quoted()?;
    loop {
        space(cursor);
        match cursor.peek() {
            Some(b'\'' | b'"') => text.to_mut().push_str(&cursor.quoted()?),
            _ => return Some(text),
        }
    }
}

fn list<'a>(cursor: &mut Cursor<'a>, depth: u32, items: &mut Vec<Value<'a>>) -> Option<()> {
    let close = if cursor.take(b'[') { b']' } else { cursor.take(b'(').then_some(b')')? };
    loop {
        space(cursor);
        if cursor.take(close) {
            return Some(());
        }
        items.push(value(cursor, depth + 1)?);
        space(cursor);
        cursor.take(b',');
    }
}

fn map<'a>(cursor: &mut Cursor<'a>, depth: u32) -> Option<Value<'a>> {
    cursor.take(b'{');
    let mut entries = Vec::new();
    loop {
        space(cursor);
        if cursor.take(b'}') {
            return Some(Value::Map(entries));
        }
        let line = cursor.line();
        let key = strings(cursor)?;
        space(cursor);
        cursor.take(b':').then_some(())?;
        entries.push(Entry { key, line, value: value(cursor, depth + 1)? });
        space(cursor);
        cursor.take(b',');
    }
}

/// A name, a dotted name, or a call of one.
fn named<'a>(cursor: &mut Cursor<'a>, depth: u32) -> Option<Value<'a>> {
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte));
    if name.is_empty() {
        return None;
    }
    space(cursor);
    if !cursor.take(b'(') {
        return Some(match name {
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            "None" => Value::Null,
            other => Value::Text(Cow::Borrowed(other)),
        });
    }
    let (plain, keyed) = arguments(cursor, depth)?;
    Some(call(name, &plain, keyed))
}

type Arguments<'a> = (Vec<Value<'a>>, Vec<Entry<'a>>);

fn arguments<'a>(cursor: &mut Cursor<'a>, depth: u32) -> Option<Arguments<'a>> {
    let (mut plain, mut keyed) = (Vec::new(), Vec::new());
    loop {
        space(cursor);
        if cursor.take(b')') {
            return Some((plain, keyed));
        }
        let (line, start) = (cursor.line(), cursor.at);
        let key = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !key.is_empty() && cursor.take(b'=') {
            keyed.push(Entry { key: Cow::Borrowed(key), line, value: value(cursor, depth + 1)? });
        } else {
            cursor.at = start;
            plain.push(value(cursor, depth + 1)?);
        }
        space(cursor);
        cursor.take(b',');
    }
}

fn call<'a>(name: &str, plain: &[Value<'a>], keyed: Vec<Entry<'a>>) -> Value<'a> {
    let whole = |at: usize| plain.get(at).and_then(Value::number).unwrap_or(0.0);
    match name.rsplit('.').next() {
        Some("Decimal") => Value::Number(Cow::Owned(plain.first().map(Value::shown).unwrap_or_default())),
        Some("date") => Value::Text(Cow::Owned(format!("{:04}-{:02}-{:02}", whole(0), whole(1), whole(2)))),
        Some("time") => Value::Text(Cow::Owned(format!("{:02}:{:02}:{:02}", whole(0), whole(1), whole(2)))),
        _ => Value::Map(keyed),
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};

    #[test]
    fn reads_calls_as_maps() {
        let text = "import x\n\nproviders: list[Provider] = [\n    Provider(\n        id='a',  # first\n        models=[\n            ModelInfo(id=\"m\", prices=ModelPrice(input_mtok=Decimal('0.15')), start=datetime.date(2026, 1, 2)),\n            ModelInfo(id='it\\'s', at=datetime.time(16, 30, tzinfo=datetime.UTC), ok=True, none=None),\n        ],\n    ),\n]\n";
        let (value, error) = read(text);
        assert_eq!(error, None);
        let provider = value.items().first();
        let models =
            provider.and_then(|provider| provider.get("models")).map(Value::items).unwrap_or_default();
        let field =
            |model: usize, key: &str| models.get(model).and_then(|model| model.get(key)).map(Value::shown);
        assert_eq!(models.first().and_then(|m| m.get("prices")?.get("input_mtok")?.number()), Some(0.15));
        assert_eq!(field(0, "start").as_deref(), Some("2026-01-02"));
        assert_eq!(field(1, "id").as_deref(), Some("it's"));
        assert_eq!(field(1, "at").as_deref(), Some("16:30:00"));
        assert_eq!(field(1, "none"), None);
    }

    #[test]
    fn keeps_what_stands_before_an_error() {
        let (value, line) = read("x = [\n A(id='a'),\n B(id=),\n]");
        assert_eq!((value.items().len(), line), (1, Some(3)));
        assert_eq!(read("no data").1, Some(1));
    }
}
