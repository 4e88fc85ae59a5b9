//! Scenarios as a JSON file, for those that are too long for a link or have to be kept: written here and read again,
//! field by field, so that a damaged file gives what can still be read of it.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, import::{Imported, read_any, scenario_file}, scenario::link, units::Date};
//! let catalogue = Catalogue::builtin();
//! let kept = link::decode("1;t=20B;gpu=h200-sxm;vs;t=40B", catalogue);
//! let file = scenario_file::write(&kept.scenario, &kept.others, catalogue.newest());
//! let read = read_any("kept.json", file.as_bytes(), Date::EPOCH, catalogue);
//! let Ok(Imported::Scenarios { read, stopped: None }) = read else { panic!("{read:?}") };
//! assert_eq!((&read.scenario, &read.others), (&kept.scenario, &kept.others));
//! ```

use super::json::Writer;
use super::value::Value;
use crate::catalogue::Catalogue;
use crate::scenario::fields::Value as Held;
use crate::scenario::link::{self, Decoded, MOST_SCENARIOS, Notice};
use crate::scenario::{FieldId, Scenario, default_of};
use crate::units::Date;

/// The key that marks the file, with the version of links, whose defaults it shares.
pub(crate) const MARK: &str = "llm_breakeven_scenarios";

/// Scenarios as a file: the fields that differ from their defaults, by name, and the day of their prices.
#[must_use]
pub fn write(scenario: &Scenario, others: &[Scenario], today: Date) -> String {
    let mut json = Writer::default();
    json.object(&mut |json| {
        json.key(MARK).number(Some(1.0));
        json.key("scenarios").list(&mut |json| {
            for one in std::iter::once(scenario).chain(others) {
                json.object(&mut |json| fields(json, one, today));
            }
        });
    });
    json.finish().replace("{\"", "{\n\"").replace(",\"", ",\n\"")
}

fn fields(json: &mut Writer, scenario: &Scenario, today: Date) {
    for &id in FieldId::ALL {
        let name = id.field().name;
        match scenario.get(id) {
            _ if id == FieldId::AsOf => json.key(name).text(&scenario.day().unwrap_or(today).to_string()),
            value if *value == default_of(id) => {}
            Held::Number(number) => json.key(name).number(Some(*number)),
            Held::Name(text) => json.key(name).text(text),
            Held::Automatic => json.key(name).null(),
        }
    }
}

/// The scenarios of a file, as those of a link.
pub(crate) fn read(value: &Value, catalogue: &Catalogue) -> Decoded {
    let version = value.get(MARK).map(Value::shown).unwrap_or_default();
    let mut all = Decoded::default();
    let (mut used, mut given) = (0, 0);
    for (at, one) in value.at("scenarios").items().iter().enumerate() {
        if at == MOST_SCENARIOS {
            all.notices.push(Notice::TooMany);
            break;
        }
        let mut text = version.clone();
        for entry in one.entries() {
            let id = FieldId::ALL.iter().find(|id| id.field().name == entry.key);
            let key = id.map_or(&*entry.key, |id| id.field().key);
            let shown = match &entry.value {
                Value::Null => String::new(),
                value => value.text().map_or_else(|| value.shown(), str::to_owned),
            };
            // a semicolon would begin another field
            text = [&text, ";", &key.replace([';', '='], "?"), "=", &shown.replace(';', "?")].concat();
        }
        let decoded = link::decode(&text, catalogue);
        given += one.entries().len();
        used += one.entries().len();
        for notice in decoded.notices {
            match notice {
                Notice::NoChecksum => {}
                Notice::Used(some, of) => used -= of - some,
                other => all.notices.push(other),
            }
        }
        if at == 0 { all.scenario = decoded.scenario } else { all.others.push(decoded.scenario) }
    }
    if used < given {
        all.notices.push(Notice::Used(used, given));
    }
    all
}
