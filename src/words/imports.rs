//! What an imported file was, what was assumed, and what is wrong with it: each with the field, the reason and what to
//! do.

use super::errors::{self, quoted};
use super::names;
use crate::catalogue::Model;
use crate::catalogue::model::{AttentionKind, NativeDtype};
use crate::engine::invalid::{Invalid, Reason};
use crate::import::benchmark::{Benchmark, Tool};
use crate::import::model::checkpoint::Checkpoint;
use crate::import::model::{ImportError, Notice, Unmodelled};
use crate::import::prices::MAX_BYTES;
use crate::import::runs::NoRun;
use crate::import::{Kind, Seen, Unreadable};
use crate::scenario::link::Decoded;
use crate::units::format;

/// What can be imported, for those whose file is something else.
pub const KINDS: &str = "Choose a price list (LiteLLM, genai-prices, models.dev, a SkyPilot CSV or a file saved here), a \
    model's config.json, safetensors index or GGUF file, a benchmark's result (vLLM, SGLang, GuideLLM, \
    genai-perf or AIPerf, llama-bench), a usage export (CSV or JSON of requests with time, input and output tokens, as from OpenAI, \
    Anthropic or a gateway), or a scenario saved here.";

/// Why nothing of a file was read, and what to do.
#[must_use]
pub fn unreadable(error: &Unreadable) -> String {
    match error {
        Unreadable::TooLarge(bytes) => {
            let [size, most] = [*bytes, MAX_BYTES].map(|bytes| format::exact((bytes as f64 / 1e6).round()));
            format!("The file has {size} MB; up to {most} MB are read. Cut it to the part that matters.")
        }
        Unreadable::NotText(at) => format!("The file is not text from byte {at} on. {KINDS}"),
        Unreadable::Syntax(line) => {
            format!("The file is JSON that breaks off in line {line}. Save it whole and try again. {KINDS}")
        }
        Unreadable::Unknown(seen) => format!("{} {KINDS}", self::seen(seen)),
        Unreadable::Damaged(kind, error) => format!("This is {}. {}", self::kind(*kind), damage(error)),
    }
}

fn seen(seen: &Seen) -> String {
    match seen {
        Seen::Empty => "There is nothing in it.".into(),
        Seen::Html => "This is a web page. Save the file behind it, such as its “raw” form.".into(),
        Seen::Json(keys) if keys.is_empty() => "This is JSON without any known key.".into(),
        Seen::Json(keys) => {
            let keys: Vec<String> = keys.iter().map(|key| quoted(key)).collect();
            format!("This is JSON, but of no known kind: it begins with {}.", keys.join(", "))
        }
        Seen::Text(line) => format!("This is a text of no known kind: it begins with {}.", quoted(line)),
    }
}

/// What a file of scenarios held.
#[must_use]
pub fn scenarios(read: &Decoded, stopped: Option<u32>) -> Vec<String> {
    let mut lines = vec![match read.others.len() {
        0 => "One scenario.".to_owned(),
        others => format!(
            "{} scenarios; the first one is opened, the others stand beside it under Compare.",
            others + 1
        ),
    }];
    lines.extend(
        stopped.map(|line| format!("The file breaks off in line {line}: what stands before that was read.")),
    );
    lines.extend(read.notices.iter().map(|notice| errors::notice(notice).replace("link", "file")));
    lines
}

/// A kind of file with its article.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Config => "a model's config.json",
        Kind::Gguf => "a GGUF file",
        Kind::Safetensors => "a safetensors file",
        Kind::Index => "a safetensors index",
        Kind::Benchmark => "a benchmark's result",
    }
}

/// What spoils a file, and what to do.
#[must_use]
pub fn damage(error: &ImportError) -> String {
    match error {
        ImportError::Syntax { line } => {
            format!("It breaks off in line {line}: copy or save it whole and try again.")
        }
        ImportError::TooLarge => "It is larger than any real one. Choose the original file.".into(),
        ImportError::NotOfThisKind => {
            "It has none of the fields that one must have. Choose the original file.".into()
        }
        ImportError::Truncated => {
            "It ends before its own header does: choose a longer piece of it, or the whole file.".into()
        }
        ImportError::Field(invalid) => self::invalid(invalid),
        ImportError::Unmodelled(kind, name) => {
            let why = match kind {
                Unmodelled::Encoder => "writes no text, so there are no tokens/s to size",
                Unmodelled::EncoderDecoder => "encodes its input first, which is not modelled",
                Unmodelled::OtherLayers => "has layers whose memory and speed are not modelled",
            };
            format!(
                "{} {why}. Choose a model that writes text token by token, or a similar one of the list.",
                quoted(name)
            )
        }
    }
}

/// A refused field: which, why, what to do.
#[must_use]
pub fn invalid(invalid: &Invalid) -> String {
    let field = quoted(invalid.field);
    match invalid.reason {
        Reason::NotFinite => format!("{field} is no number. Write a plain number such as 4096."),
        Reason::OutOfRange { min, max } => {
            format!("{field} is out of range. Write {} to {}.", format::exact(min), format::exact(max))
        }
        Reason::Unknown => format!("{field} is missing, and nothing else in the file tells it. Add it."),
        Reason::MustDivide { dimension } => {
            format!("{field} must divide {dimension}, or be a multiple of it. Correct one of them.")
        }
        Reason::Contradicts { other } => {
            format!("{field} contradicts {}. Correct the one that is wrong.", quoted(other))
        }
        Reason::Unsupported => format!(
            "{field} describes something that is not modelled. Choose the model's config.json instead, or a similar \
             model of the list."
        ),
    }
}

/// What was assumed about a model or left out of it.
#[must_use]
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Assumed { field, value } => {
            format!(
                "{} is not stated: {value} is assumed. Add it to the file if that is wrong.",
                quoted(field)
            )
        }
        Notice::Format(taken) => {
            format!(
                "The quantisation is none that is modelled: {taken} is taken. Choose another format if that is wrong."
            )
        }
        Notice::Counted(count) => {
            format!("{} parameters, as counted in the checkpoint.", format::grouped(*count as f64))
        }
        Notice::UnknownArchitecture(name) if name.is_empty() => {
            "The file does not name its architecture: counted as a plain decoder. Its parameters may be off."
                .into()
        }
        Notice::UnknownArchitecture(name) => format!(
            "The architecture {} is not known by name: counted as a plain decoder. Its parameters may be off; a GGUF file \
             or safetensors index has the exact count.",
            quoted(name)
        ),
        Notice::NotCounted(part) => {
            format!("{} is left out of the count: it needs a little more memory than shown.", quoted(part))
        }
        Notice::PredictionLayers(layers) => format!(
            "The checkpoint has {layers} more layer{} for multi-token prediction, which are not counted.",
            if *layers == 1 { "" } else { "s" }
        ),
    }
}

/// A model's shape in one sentence.
#[must_use]
pub fn shape(model: &Model) -> String {
    let count = |number: u64| [&format::compact(number as f64), " parameters"].concat();
    let mut parts = vec![model.parameters.total.map_or("unknown size".into(), count)];
    if let Some(moe) = model.moe {
        parts.push(format!("{} experts of which {} work on a token", moe.experts, moe.active_experts));
    }
    let kind = match model.attention.kind {
        AttentionKind::Mha => "multi-head attention",
        AttentionKind::Gqa => "grouped-query attention",
        AttentionKind::Mqa => "multi-query attention",
        AttentionKind::Mla => "multi-head latent attention",
    };
    parts.push(format!("{} layers, {} wide", model.layers, format::grouped(model.hidden_size.into())));
    parts.push(match model.attention.kind {
        AttentionKind::Mla => kind.to_owned(),
        _ => format!("{kind} with {} of {} heads kept", model.kv_heads, model.attention_heads),
    });
    let some = |layers: u32, what: &str| (layers > 0).then(|| format!("{layers} {what} layers"));
    parts.extend(some(model.attention.sliding_layers, "sliding-window"));
    parts.extend(some(model.attention.linear_layers, "recurrent"));
    if let Some(context) = model.max_context {
        parts.push(format!("context of {} tokens", format::grouped(context.into())));
    }
    parts.push(format!("published in {}", dtype(model.native_dtype)));
    format!("{}: {}.", names::model(model), parts.join(", "))
}

const fn dtype(dtype: NativeDtype) -> &'static str {
    match dtype {
        NativeDtype::Fp32 => "32 bit",
        NativeDtype::Bf16 | NativeDtype::Fp16 => "16 bit",
        NativeDtype::Fp8 => "FP8",
        NativeDtype::Int8 => "8 bit",
        NativeDtype::Int4 => "4 bit",
        NativeDtype::Mxfp4Experts => "MXFP4",
        NativeDtype::Int4Experts => "4 bit experts",
        NativeDtype::Nvfp4 => "NVFP4",
    }
}

/// A checkpoint's size in one sentence.
#[must_use]
pub fn weights(checkpoint: &Checkpoint) -> String {
    let size = format::grouped(checkpoint.bytes as f64 / 1e9);
    let size = if checkpoint.bytes < 10_000_000_000 {
        format!("{:.2}", checkpoint.bytes as f64 / 1e9)
    } else {
        size
    };
    let counted = match (checkpoint.parameters, checkpoint.bits()) {
        (Some(count), Some(bits)) => {
            format!(", {} parameters at {bits:.1} bits each", format::compact(count as f64))
        }
        _ => String::new(),
    };
    let tensors = format::grouped(checkpoint.tensors as f64);
    if checkpoint.part {
        return format!(
            "This is one file of several: its weights take {size} GB in {tensors} tensors{counted}. Import \
             model.safetensors.index.json for the size of all, or type it as “Size of the weights”."
        );
    }
    format!("The weights take {size} GB in {tensors} tensors{counted}.")
}

/// Where a benchmark's result comes from.
#[must_use]
pub const fn tool(tool: Tool) -> &'static str {
    match tool {
        Tool::BenchServing => "vllm bench serve or sglang.bench_serving",
        Tool::GuideLlm => "GuideLLM",
        Tool::AiPerf => "genai-perf or AIPerf",
        Tool::LlamaBench => "llama-bench",
    }
}

/// What is taken from a run.
#[must_use]
pub fn taken(run: &Benchmark, total: f64) -> String {
    let load = run.concurrency.map_or("at the rate that was sent".into(), |load| {
        let plural = if load == 1.0 { "" } else { "s" };
        format!("with {} request{plural} in flight", format::exact((load * 10.0).round() / 10.0))
    });
    format!(
        "{} tokens/s for one replica, of which {} output, {load}, at {} tokens in and {} out. It stands instead of the \
         estimate for this model on this GPU; remove it when you change either of them or the requests.",
        format::grouped(total),
        format::grouped(run.output.value()),
        format::grouped(run.isl),
        format::grouped(run.osl)
    )
}

/// Why no run is taken.
#[must_use]
pub const fn no_run(why: NoRun) -> &'static str {
    match why {
        NoRun::Limits => {
            "No run keeps your limits on TTFT and TPOT, or states them. Relax the limits, or measure at less load."
        }
        NoRun::None => "There is no run in the file.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let reasons = [
            Reason::NotFinite,
            Reason::OutOfRange { min: 1.0, max: 2000.0 },
            Reason::Unknown,
            Reason::MustDivide { dimension: 8 },
            Reason::Contradicts { other: "layers" },
            Reason::Unsupported,
        ];
        for reason in reasons {
            let text = invalid(&Invalid::new("kv_heads", reason));
            assert!(text.starts_with("“kv_heads”") && text.ends_with('.') && text.contains(". "), "{text}");
        }
        let text = unreadable(&Unreadable::Damaged(Kind::Config, ImportError::Syntax { line: 7 }));
        assert_eq!(
            text,
            "This is a model's config.json. It breaks off in line 7: copy or save it whole and try again."
        );
        let text = unreadable(&Unreadable::TooLarge(80_000_000));
        assert!(text.starts_with("The file has 80 MB; up to 64 MB are read."), "{text}");
    }
}
