//! What is counted and what is priced: `input_tokens`, `cache_read_mtok`, `web_searches_kcount`.
//!
//! A key is words joined by `_`, ending in what is counted. The words are traits, and a unit with more traits is part
//! of every unit with fewer: `cache_audio_read_tokens` are part of `cache_read_tokens`, of `input_audio_tokens` and of
//! `input_tokens`. The key is read by its words, so a combination that no list names yet is understood too.

/// What is counted, and which part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The key under which usage reports it, such as `cache_read_tokens`.
    pub usage_key: String,
    /// The traits, one bit each.
    traits: u16,
    family: Family,
}

/// Families: units of different families never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Tokens,
    Characters,
    Pixels,
    Pages,
    Seconds,
    /// Things counted one by one; each name is a family of its own.
    Things,
}

const INPUT: u16 = 1;
const OUTPUT: u16 = 2;

/// Words of a key and the traits they stand for.
const WORDS: [(&str, u16); 17] = [
    ("input", INPUT),
    ("output", OUTPUT),
    // what is read from or written to a cache is input
    ("cache", INPUT),
    ("read", 1 << 2),
    ("write", 1 << 3),
    ("5m", 1 << 4),
    ("1h", 1 << 5),
    ("text", 1 << 6),
    ("audio", 1 << 7),
    ("image", 1 << 8),
    ("video", 1 << 9),
    ("tool", 1 << 10),
    ("reasoning", 1 << 11),
    ("citation", 1 << 12),
    ("document", 1 << 13),
    ("annotated", 1 << 14),
    ("prediction", 1 << 15),
];

/// Price suffix, usage suffix, family, and how many of them a price is for.
const SUFFIXES: [(&str, &str, Family, u32); 5] = [
    ("_mtok", "_tokens", Family::Tokens, 1_000_000),
    ("_mchars", "_characters", Family::Characters, 1_000_000),
    ("_gpixels", "_pixels", Family::Pixels, 1_000_000_000),
    ("_kpages", "_pages", Family::Pages, 1_000),
    ("_hours", "_seconds", Family::Seconds, 3_600),
];

/// The suffix of a price per thousand things.
const THOUSAND: &str = "_kcount";

impl Unit {
    /// The unit of a usage key; `None` when the key is not made of known words. A key without one of the known
    /// endings counts things.
    ///
    /// ```
    /// use llm_breakeven::engine::api_bill::Unit;
    /// let input = Unit::of_usage("input_tokens").unwrap();
    /// assert!(input.includes(&Unit::of_usage("cache_write_1h_tokens").unwrap()));
    /// assert!(!input.includes(&Unit::of_usage("output_tokens").unwrap()));
    /// assert!(Unit::of_usage("total_tokens").is_none());
    /// ```
    #[must_use]
    pub fn of_usage(key: &str) -> Option<Self> {
        for (_, suffix, family, _) in SUFFIXES {
            if let Some(stem) = key.strip_suffix(suffix) {
                return Some(Self { usage_key: key.to_owned(), traits: traits(stem)?, family });
            }
        }
        Some(Self::thing(key))
    }

    /// The unit of a price key, and how many of it the price is for.
    #[must_use]
    pub fn of_price(key: &str) -> Option<(Self, u32)> {
        if let Some(name) = key.strip_suffix(THOUSAND) {
            return (!name.is_empty()).then(|| (Self::thing(name), 1_000));
        }
        for (suffix, usage_suffix, family, per) in SUFFIXES {
            if let Some(stem) = key.strip_suffix(suffix) {
                let unit = Self { usage_key: format!("{stem}{usage_suffix}"), traits: traits(stem)?, family };
                return Some((unit, per));
            }
        }
        None
    }

    fn thing(name: &str) -> Self {
        // the direction still says on which side of the bill it stands
        let direction = name.split('_').next().and_then(trait_of).unwrap_or_default();
        Self { usage_key: name.to_owned(), traits: direction, family: Family::Things }
    }

    /// Whether every one of `other` is also one of these.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        match self.family {
            Family::Things => self.usage_key == other.usage_key,
            family => family == other.family && self.traits & other.traits == self.traits,
        }
    }

    /// Whether it is what two others, of which neither contains the other, have in common.
    #[must_use]
    pub fn is_overlap(&self, one: &Self, other: &Self) -> bool {
        one.includes(self)
            && other.includes(self)
            && !one.includes(other)
            && !other.includes(one)
            && one.traits | other.traits == self.traits
    }

    /// How many traits it has: the more, the more special.
    #[must_use]
    pub const fn depth(&self) -> u32 {
        self.traits.count_ones()
    }

    /// Whether it stands on the input side of a bill.
    #[must_use]
    pub const fn is_input(&self) -> bool {
        self.traits & INPUT != 0
    }

    /// Whether it stands on the output side of a bill.
    #[must_use]
    pub const fn is_output(&self) -> bool {
        self.traits & OUTPUT != 0
    }

    /// Whether it counts requests, of which a bill always has at least the one.
    #[must_use]
    pub fn is_requests(&self) -> bool {
        self.usage_key == "requests"
    }
}

fn traits(stem: &str) -> Option<u16> {
    stem.split('_').map(trait_of).try_fold(0, |all, one| Some(all | one?))
}

fn trait_of(word: &str) -> Option<u16> {
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, bit)| *bit)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Unit;

    #[test]
    fn a_price_key_and_its_usage_key_are_one_unit() {
        for (price, usage, per) in [
            ("input_mtok", "input_tokens", 1_000_000),
            ("cache_image_write_1h_mtok", "cache_image_write_1h_tokens", 1_000_000),
            ("web_searches_kcount", "web_searches", 1_000),
            ("audio_hours", "audio_seconds", 3_600),
            ("input_annotated_document_kpages", "input_annotated_document_pages", 1_000),
            ("input_gpixels", "input_pixels", 1_000_000_000),
        ] {
            assert_eq!(Unit::of_price(price), Some((Unit::of_usage(usage).unwrap(), per)), "{price}");
        }
        for key in ["input", "input_tokens", "total_mtok", "_kcount", ""] {
            assert_eq!(Unit::of_price(key), None, "{key}");
        }
    }

    #[test]
    fn special_units_are_part_of_general_ones() {
        let unit = |key| Unit::of_usage(key).unwrap();
        let special = unit("cache_audio_read_tokens");
        for general in ["cache_read_tokens", "input_audio_tokens", "input_tokens", "cache_audio_read_tokens"]
        {
            assert!(unit(general).includes(&special), "{general}");
        }
        for other in ["cache_write_tokens", "output_tokens", "input_characters", "web_searches"] {
            assert!(!unit(other).includes(&special), "{other}");
        }
        assert!(unit("audio_seconds").includes(&unit("input_audio_seconds")));
        assert!(!unit("web_searches").includes(&unit("code_executions")));
        assert!(unit("input_text_messages").is_input() && !unit("web_searches").is_input());
    }
}
