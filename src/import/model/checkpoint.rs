//! Exact weights from what a checkpoint says of itself: a safetensors index or a GGUF header.
//!
//! ```
//! let index = r#"{"metadata": {"total_size": 16060522496}, "weight_map": {"lm_head.weight": "model-4.safetensors"}}"#;
//! let size = llm_breakeven::import::model::checkpoint::safetensors_index(index).unwrap();
//! assert_eq!(size.bytes, 16_060_522_496); // 8.03 B parameters of two bytes
//! ```

use super::ImportError;
use crate::import::json;
use crate::import::value::Value;
use crate::units::Bytes;

/// What a checkpoint holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// Bytes of all tensors.
    pub bytes: u64,
    /// Number of all elements, where the file states shapes.
    pub parameters: Option<u64>,
    /// Number of tensors.
    pub tensors: usize,
    /// Numbers of the header, such as `llama.block_count`; empty for safetensors.
    pub figures: Vec<(String, f64)>,
    /// Architecture of the header, such as `qwen2`; empty for safetensors.
    pub architecture: String,
    /// Name of the header; empty for safetensors.
    pub name: String,
    /// Rows and columns of the embedding, where shapes are stated.
    pub embedding: Option<[u64; 2]>,
    /// Whether there is an output head beside the embedding.
    pub head: bool,
    /// Elements of routed experts.
    pub routed: u64,
    /// Whether it is one file of several, so that its size is not that of the model.
    pub part: bool,
}

impl Checkpoint {
    /// Size of all weights; `None` for one file of several.
    #[must_use]
    pub fn size(&self) -> Option<Bytes> {
        (!self.part && self.bytes > 0).then_some(Bytes::new(self.bytes as f64))
    }

    /// Mean bits of a parameter, where the count is known.
    #[must_use]
    pub fn bits(&self) -> Option<f64> {
        let parameters = self.parameters.filter(|count| *count > 0)?;
        Some(self.bytes as f64 * 8.0 / parameters as f64)
    }
}

/// Largest index that is read.
const MOST_BYTES: usize = 64 << 20;

/// Reads a `model.safetensors.index.json`.
///
/// # Errors
/// Where the text stops being JSON, or that it is no such index.
pub fn safetensors_index(text: &str) -> Result<Checkpoint, ImportError> {
    if text.len() > MOST_BYTES {
        return Err(ImportError::TooLarge);
    }
    let (value, stopped) = json::read(text);
    match stopped {
        Some(line) => Err(ImportError::Syntax { line }),
        None => safetensors_index_of(&value),
    }
}

/// As [`safetensors_index`], of a tree of values.
pub(in crate::import) fn safetensors_index_of(value: &Value) -> Result<Checkpoint, ImportError> {
    let metadata = value.at("metadata");
    let stated = metadata.at("total_size");
    // Some writers state it as a float or as text.
    let bytes = stated.whole().or_else(|| stated.number().map(|n| n as u64));
    match (bytes.filter(|bytes| *bytes > 0), value.get("weight_map")) {
        (Some(bytes), Some(Value::Map(map))) => Ok(Checkpoint {
            bytes,
            parameters: metadata.at("total_parameters").whole(),
            tensors: map.len(),
            ..Checkpoint::default()
        }),
        _ => Err(ImportError::NotOfThisKind),
    }
}

/// Reads the header of a `.safetensors` file: its beginning is enough, the tensors themselves are not read. Parameters
/// are not counted when tensors are packed several weights to an element.
///
/// # Errors
/// That it is no such file, or that `bytes` end before the header does.
pub fn safetensors_header(bytes: &[u8]) -> Result<Checkpoint, ImportError> {
    let mut reader = Reader { bytes };
    let length = reader.u64().map_err(|_| ImportError::NotOfThisKind)?;
    if length > MOST_BYTES as u64 || reader.bytes.first() != Some(&b'{') {
        return Err(ImportError::NotOfThisKind);
    }
    let text = std::str::from_utf8(reader.take(length)?).map_err(|_| ImportError::NotOfThisKind)?;
    let (value, stopped) = json::read(text);
    if let Some(line) = stopped {
        return Err(ImportError::Syntax { line });
    }
    let mut header = Checkpoint { parameters: Some(0), ..Checkpoint::default() };
    for entry in value.entries().iter().filter(|entry| entry.key != "__metadata__") {
        let tensor = &entry.value;
        let mut ends = tensor.at("data_offsets").items().iter().filter_map(Value::whole);
        let (Some(start), Some(end)) = (ends.next(), ends.next()) else {
            return Err(ImportError::NotOfThisKind);
        };
        let sizes = || tensor.at("shape").items().iter().filter_map(Value::whole);
        let elements = sizes().fold(1_u64, u64::saturating_mul);
        let packed = matches!(tensor.at("dtype").text(), Some("I32" | "U8" | "I64" | "U32"));
        header.parameters = header.parameters.filter(|_| !packed).map(|sum| sum.saturating_add(elements));
        header.bytes = header.bytes.saturating_add(end.saturating_sub(start));
        header.tensors += 1;
        if entry.key.ends_with("embed_tokens.weight") && sizes().count() == 2 {
            header.embedding = sizes().next().zip(sizes().nth(1)).map(|(rows, columns)| [rows, columns]);
        }
        header.head |= entry.key.ends_with("lm_head.weight");
    }
    if header.tensors == 0 { Err(ImportError::NotOfThisKind) } else { Ok(header) }
}

/// Reads the header of a GGUF file: its beginning is enough, the tensors themselves are not read.
///
/// # Errors
/// That it is no GGUF file of a known version, or that `bytes` end before the header does.
pub fn gguf_header(bytes: &[u8]) -> Result<Checkpoint, ImportError> {
    let mut reader = Reader { bytes };
    if reader.take(4).ok() != Some(b"GGUF") {
        return Err(ImportError::NotOfThisKind);
    }
    if !(2..=3).contains(&reader.u32()?) {
        return Err(ImportError::NotOfThisKind);
    }
    let (tensors, pairs) = (reader.u64()?, reader.u64()?);
    // No model has more; a header that claims so is damaged.
    if tensors > 1_000_000 || pairs > 100_000 {
        return Err(ImportError::NotOfThisKind);
    }
    let mut header = Checkpoint::default();
    for _ in 0..pairs {
        let key = reader.string()?;
        let kind = reader.u32()?;
        match reader.value(kind, 0)? {
            Read::Number(number) if number.is_finite() => header.figures.push((key, number)),
            Read::List(first) => header.figures.extend(first.map(|number| (key, number))),
            Read::Text(text) if key == "general.architecture" => header.architecture = text,
            Read::Text(text) if key == "general.name" => header.name = text,
            _ => {}
        }
    }
    let mut parameters = 0_u64;
    for _ in 0..tensors {
        let name = reader.string()?;
        let dimensions = reader.u32()?;
        if dimensions > 8 {
            return Err(ImportError::NotOfThisKind);
        }
        let mut shape = [1_u64; 8];
        for size in shape.iter_mut().take(dimensions as usize) {
            *size = reader.u64()?;
        }
        let elements = shape.iter().fold(1_u64, |product, size| product.saturating_mul(*size));
        match &*name {
            // the fastest dimension comes first
            "token_embd.weight" => header.embedding = Some([shape[1], shape[0]]),
            "output.weight" => header.head = true,
            name if name.contains("_exps.") => header.routed = header.routed.saturating_add(elements),
            _ => {}
        }
        let (block, size) = block(reader.u32()?).ok_or(ImportError::NotOfThisKind)?;
        reader.u64()?;
        parameters = parameters.saturating_add(elements);
        header.bytes = header.bytes.saturating_add((elements / block).saturating_mul(size));
        header.tensors += 1;
    }
    header.parameters = Some(parameters);
    header.part = header.figures.iter().any(|(key, number)| key == "split.count" && *number > 1.0);
    Ok(header)
}

/// Elements and bytes of one block of a tensor type.
fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        24 => (1, 1),
        27 | 28 => (1, 8),
        2 | 20 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 | 21 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 | 35 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        22 => (256, 82),
        23 => (256, 136),
        29 => (256, 56),
        34 => (256, 54),
        39 => (32, 17),
        _ => return None,
    })
}

/// A value of the header.
enum Read {
    Number(f64),
    Text(String),
    /// The largest number of a list of numbers.
    List(Option<f64>),
}

/// Little-endian reading that ends in [`ImportError::Truncated`], never beyond the slice.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, length: u64) -> Result<&[u8], ImportError> {
        let length = usize::try_from(length).map_err(|_| ImportError::Truncated)?;
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(ImportError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ImportError> {
        self.take(N as u64)?.try_into().map_err(|_| ImportError::Truncated)
    }

    fn u32(&mut self) -> Result<u32, ImportError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, ImportError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn string(&mut self) -> Result<String, ImportError> {
        let length = self.u64()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn value(&mut self, kind: u32, depth: u8) -> Result<Read, ImportError> {
        Ok(match kind {
            0 | 7 => Read::Number(f64::from(self.array::<1>()?[0])),
            1 => Read::Number(f64::from(i8::from_le_bytes(self.array()?))),
            2 => Read::Number(f64::from(u16::from_le_bytes(self.array()?))),
            3 => Read::Number(f64::from(i16::from_le_bytes(self.array()?))),
            4 => Read::Number(f64::from(self.u32()?)),
            5 => Read::Number(f64::from(i32::from_le_bytes(self.array()?))),
            6 => Read::Number(f64::from(f32::from_le_bytes(self.array()?))),
            8 => Read::Text(self.string()?),
            9 => return self.list(depth),
            10 => Read::Number(self.u64()? as f64),
            11 => Read::Number(i64::from_le_bytes(self.array()?) as f64),
            12 => Read::Number(f64::from_le_bytes(self.array()?)),
            _ => return Err(ImportError::NotOfThisKind),
        })
    }

    /// Of lists only the largest number is kept: some files state a figure per layer, zero where there is none.
    fn list(&mut self, depth: u8) -> Result<Read, ImportError> {
        let (kind, length) = (self.u32()?, self.u64()?);
        if depth > 4 {
            return Err(ImportError::NotOfThisKind);
        }
        let mut largest = None;
        for _ in 0..length {
            if let Read::Number(number) = self.value(kind, depth + 1)? {
                largest = Some(largest.unwrap_or(number).max(number));
            }
        }
        Ok(Read::List(largest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(tensors: &[(&str, &[u64], u32)]) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        let text = |bytes: &mut Vec<u8>, text: &str| {
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text.as_bytes());
        };
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend((tensors.len() as u64).to_le_bytes());
        bytes.extend(3_u64.to_le_bytes());
        text(&mut bytes, "general.architecture");
        bytes.extend(8_u32.to_le_bytes());
        text(&mut bytes, "llama");
        text(&mut bytes, "llama.block_count");
        bytes.extend(4_u32.to_le_bytes());
        bytes.extend(2_u32.to_le_bytes());
        text(&mut bytes, "tokenizer.ggml.tokens");
        bytes.extend(9_u32.to_le_bytes());
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend(2_u64.to_le_bytes());
        text(&mut bytes, "a");
        text(&mut bytes, "bc");
        for (name, dimensions, kind) in tensors {
            text(&mut bytes, name);
            bytes.extend((dimensions.len() as u32).to_le_bytes());
            dimensions.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(0_u64.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn adds_up_tensors() {
        let bytes = header(&[("token_embd.weight", &[256, 10], 12), ("output_norm.weight", &[256], 0)]);
        let read = gguf_header(&bytes).unwrap();
        assert_eq!((read.bytes, read.parameters, read.tensors), (10 * 144 + 1024, Some(2816), 2));
        assert_eq!(read.architecture, "llama");
        assert_eq!(read.figures, [("llama.block_count".to_owned(), 2.0)]);
    }

    #[test]
    fn every_shorter_file_is_truncated() {
        let bytes = header(&[("token_embd.weight", &[256, 10], 12)]);
        for end in 4..bytes.len() {
            assert_eq!(gguf_header(&bytes[..end]), Err(ImportError::Truncated), "{end}");
        }
        assert_eq!(gguf_header(b"PK\x03\x04...."), Err(ImportError::NotOfThisKind));
        assert_eq!(gguf_header(&header(&[("odd", &[1], 99)])), Err(ImportError::NotOfThisKind));
    }

    #[test]
    fn an_index_must_state_its_size() {
        assert_eq!(safetensors_index("{}"), Err(ImportError::NotOfThisKind));
        assert!(matches!(safetensors_index("{"), Err(ImportError::Syntax { .. })));
        let odd = r#"{"metadata": {"total_size": "12"}, "weight_map": {}}"#;
        assert_eq!(safetensors_index(odd).unwrap().bytes, 12);
    }
}
