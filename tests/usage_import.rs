//! Usage exports: the documented forms of others, in pieces of any size, and what they put into a scenario.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine;
use llm_breakeven::engine::demand::Profile;
use llm_breakeven::import::usage::{Grain, Usage, UsageError, UsageReader};
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::units::Hours;
use llm_breakeven::words::views::imports::usage_file;
use proptest::prelude::*;

fn read(file: &str) -> Result<Usage, UsageError> {
    let mut reader = UsageReader::of(file.as_bytes()).expect("a usage file");
    reader.push(file.as_bytes());
    reader.finish()
}

/// The scenario with what the file puts into it.
fn taken(usage: &Usage) -> Scenario {
    let mut scenario = Scenario::default();
    for (field, text) in usage.sets(scenario.hours_per_month(), 0.0) {
        scenario.set_text(field, &text, Catalogue::builtin()).unwrap();
    }
    scenario
}

/// Requests by the minute for so many days from Monday 2026-11-02: `rate` gives their number in an hour.
fn minutes(head: &str, days: usize, rate: impl Fn(usize) -> usize, row: impl Fn(&str) -> String) -> String {
    let mut file = format!("{head}\n");
    for hour in 0..days * 24 {
        for request in 0..rate(hour) {
            let time = format!("2026-11-{:02}T{:02}:{:02}:{:02}Z", 2 + hour / 24, hour % 24, request % 60, 7);
            file += &row(&time);
            file.push('\n');
        }
    }
    file
}

#[test]
fn a_week_of_requests_is_a_workload() {
    // 60 requests in the hours from 9 to 17 of working days, 6 in all others, each 1,500 tokens in and 500 out
    let busy = |hour: usize| hour / 24 % 7 < 5 && (9..17).contains(&(hour % 24));
    let file = minutes(
        "timestamp,model,prompt_tokens,completion_tokens",
        14,
        |hour| if busy(hour) { 60 } else { 6 },
        |time| format!("{time},\"a, model\",1500,500"),
    );
    let usage = read(&file).unwrap();
    let requests = 2.0 * (40.0 * 60.0 + 128.0 * 6.0);
    assert_eq!((usage.requests, usage.input, usage.output), (requests, requests * 1500.0, requests * 500.0));
    assert_eq!((usage.grain, usage.skipped.0), (Grain::Minute, 0));
    // ten to one, as the preset for business hours has it: 35 and 4 of 35 are the nearest weights
    let profile = usage.profile.unwrap();
    let business = Profile::business();
    for hour in 0..168 {
        let expected = if business.weights()[hour] == 10 { 35 } else { 4 };
        assert_eq!(profile.weights()[hour], expected, "hour {hour}");
    }
    let scenario = taken(&usage);
    assert_eq!((scenario.input_share(), scenario.request_tokens()), (0.75, 2000.0));
    let month = usage.tokens() / usage.hours.value() * 730.0;
    assert!((scenario.volume().value() / month - 1.0).abs() < 1e-3);
    assert_eq!(scenario.name(FieldId::Profile), Some("own"));
    // it is answered, and its link gives it back
    assert!(engine::evaluate(&scenario, Catalogue::builtin()).unwrap().plan.is_ok());
    let decoded = link::decode(&link::encode(&scenario), Catalogue::builtin());
    assert_eq!((decoded.scenario, decoded.notices), (scenario, vec![]));
}

#[test]
fn bursts_inside_the_hour_are_found() {
    // 600 requests an hour, half of them in its first minute
    let file = minutes("time,input_tokens,output_tokens", 2, |_| 600, |time| format!("{time},10,10"));
    let flat = read(&file).unwrap();
    assert_eq!(flat.peak_to_mean, Some(1.0));
    let burst: String = file
        .lines()
        .enumerate()
        .map(|(at, line)| {
            if at > 0 && at % 2 == 0 {
                format!("{}:00:07Z,10,10\n", &line[..13])
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    let peak = read(&burst).unwrap().peak_to_mean.unwrap();
    assert!((25.0..=32.0).contains(&peak), "{peak}");
    // too few requests say nothing about minutes
    let few = minutes("time,input_tokens,output_tokens", 2, |_| 3, |time| format!("{time},10,10"));
    assert_eq!(read(&few).unwrap().peak_to_mean, None);
}

#[test]
fn forms_of_others_are_read() {
    // OpenAI: hourly and daily buckets of its usage export and API; Anthropic: its console's export and API
    let cases = [
        (
            "start_time,end_time,num_model_requests,input_tokens,output_tokens,input_cached_tokens\n\
             1793491200,1793494800,4,1000,300,200\n1793494800,1793498400,6,3000,700,0\n",
            (10.0, 4000.0, 1000.0, 200.0),
        ),
        (
            r#"{"object":"page","data":[{"object":"bucket","start_time":1793491200,"end_time":1793494800,"results":[
             {"object":"organization.usage.completions.result","input_tokens":1000,"output_tokens":300,"input_cached_tokens":200,"num_model_requests":4},
             {"object":"organization.usage.completions.result","input_tokens":3000,"output_tokens":700,"num_model_requests":6}]}]}"#,
            (10.0, 4000.0, 1000.0, 200.0),
        ),
        (
            "aggregation_timestamp,n_requests,snapshot_id,n_context_tokens_total,n_generated_tokens_total\n\
             1793491200,4,m,1000,300\n1793494800,6,m,3000,700\n",
            (10.0, 4000.0, 1000.0, 0.0),
        ),
        (
            "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,\
             usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count\n\
             2026-11-02,m,3000,500,300,200,1000,0\n",
            (1.0, 4000.0, 1000.0, 200.0),
        ),
        (
            r#"{"data":[{"starting_at":"2026-11-02T00:00:00Z","ending_at":"2026-11-03T00:00:00Z","results":[{"uncached_input_tokens":3000,
             "cache_creation":{"ephemeral_1h_input_tokens":300,"ephemeral_5m_input_tokens":500},"cache_read_input_tokens":200,
             "output_tokens":1000,"server_tool_use":{"web_search_requests":10}}]}]}"#,
            (1.0, 4000.0, 1000.0, 200.0),
        ),
        // gateways' logs, a request a line, the time before or after the usage, cached tokens deeper inside
        (
            "{\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":300,\"total_tokens\":1300,\"prompt_tokens_details\":{\"cached_tokens\":200}},\"created\":1793491200,\"choices\":[{\"text\":\"a \\\"quote\\\", {\"}]}\n\
             {\"startTime\":\"2026-11-01T14:59:59.5Z\",\"prompt_tokens\":3000,\"completion_tokens\":700}\n",
            (2.0, 4000.0, 1000.0, 200.0),
        ),
        // public traces: times as text, and as seconds from the start
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,1000,300\n2023-11-16 19:17:04.0000000,3000,700\n",
            (2.0, 4000.0, 1000.0, 0.0),
        ),
        (
            "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,1000,300,1300,API log\n4000.5,GPT-4,3000,700,3700,API log\n",
            (2.0, 4000.0, 1000.0, 0.0),
        ),
        // a spreadsheet of another country
        (
            "Datum;Date;Prompt tokens;Completion tokens\r\nx;2026-11-02 00:30;\"1,000\";300\r\nx;2026-11-02 05:30;3000;700",
            (2.0, 4000.0, 1000.0, 0.0),
        ),
    ];
    for (file, expected) in cases {
        let usage = read(file).unwrap_or_else(|error| panic!("{error:?}: {file}"));
        let found = (usage.requests, usage.input, usage.output, usage.cached);
        assert_eq!(found, expected, "{file}");
        assert_eq!(usage.skipped.0, 0, "{file}");
        assert!(usage_file::summary(&usage, 0.0).ends_with('.'));
        taken(&usage);
    }
}

#[test]
fn days_make_a_profile_of_the_week() {
    let rows: String = (0..14)
        .map(|day| format!("2026-11-{:02},{}\n", 2 + day, if day % 7 < 5 { "3500,0" } else { "700,0" }))
        .collect();
    let usage = read(&format!("date,input_tokens,output_tokens\n{rows}")).unwrap();
    assert_eq!((usage.grain, usage.hours.value()), (Grain::Day, 14.0 * 24.0));
    let profile = usage.profile.unwrap();
    assert_eq!(profile.text(), ["z".repeat(120), "7".repeat(48)].concat());
    // six days do not make a week
    let six: String = rows.lines().take(6).map(|line| format!("{line}\n")).collect();
    assert_eq!(read(&format!("date,input_tokens,output_tokens\n{six}")).unwrap().profile, None);
}

#[test]
fn bad_rows_are_counted_and_named() {
    let file = "timestamp,input_tokens,output_tokens\n2026-11-02T00:00:00Z,10,5\nyesterday,10,5\n2026-11-02T03:00:00Z,many,5\n\n2026-11-02T05:00:00Z,10,5\n";
    let usage = read(file).unwrap();
    assert_eq!((usage.requests, usage.skipped), (2.0, (2, Some(3))));
    assert_eq!(
        read("timestamp,input_tokens,output_tokens\nx,1,2\n").unwrap_err(),
        UsageError::NoRows(1, Some(2))
    );
    assert_eq!(
        read("timestamp,input_tokens,output_tokens\n2026-11-02T00:00:01Z,1,2\n").unwrap_err(),
        UsageError::TooShort
    );
    for error in [UsageError::NoRows(3, Some(2)), UsageError::TooShort, UsageError::TooLong] {
        let said = usage_file::refused(error);
        assert!(said.ends_with('.') && said.len() > 60, "{said}");
    }
}

#[test]
fn other_files_are_not_usage() {
    for other in [
        "",
        "{}",
        "[1, 2]",
        "InstanceType,AcceleratorName,Price\np5,H100,5\n",
        r#"{"date": "20261102", "total_input_tokens": 5, "request_throughput": 2, "output_tokens": 7}"#,
        r#"{"benchmarks": [{"start_time": 1, "prompt_tokens": 5, "output_tokens": 5}]}"#,
        "timestamp,temperature\n1,2\n",
    ] {
        assert!(UsageReader::of(other.as_bytes()).is_none(), "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(11), ..Default::default() })]

    #[test]
    fn pieces_do_not_matter(cuts in prop::collection::vec(1usize..90, 1..60), json in any::<bool>()) {
        let file = if json {
            (0..40).map(|hour| format!("{{\"id\": \"a\\\"b\", \"created_at\": \"2026-11-{:02}T{:02}:00:00Z\", \"usage\": {{\"input_tokens\": {}, \"output_tokens\": 3}}}}\n", 2 + hour / 24, hour % 24, 10 + hour)).collect::<String>()
        } else {
            minutes("created_at,\"a \"\"b\"\"\",tokens_in,tokens_out", 2, |hour| hour % 5 + 1, |time| format!("{time},\"x,\n{time}\",12,3"))
        };
        let whole = read(&file).unwrap();
        let mut reader = UsageReader::of(file.as_bytes()).unwrap();
        let mut rest = file.as_bytes();
        for cut in cuts.iter().cycle() {
            let (piece, left) = rest.split_at((*cut).min(rest.len()));
            reader.push(piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(reader.finish().unwrap(), whole);
    }

    #[test]
    fn any_bytes_end(head in prop::sample::select(vec!["timestamp,input_tokens,output_tokens\n", "{\"timestamp\":1793491200,\"input_tokens\":", "[{\"time\": \"2026-11-02\", \"prompt_tokens\": 1}, "]), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Some(mut reader) = UsageReader::of(head.as_bytes()) {
            reader.push(head.as_bytes());
            reader.push(&bytes);
            let _ = reader.finish();
        }
    }
}

/// `cargo test --release --no-default-features --features tools --test usage_import -- --ignored --nocapture`
#[test]
#[ignore = "a figure, not a check: run it in release"]
fn how_fast_a_hundred_megabytes_are_read() {
    let head = "timestamp,model,user,prompt_tokens,completion_tokens\n";
    let mut piece = Vec::new();
    for row in 0..60_000 {
        let (hour, minute, second) = (row / 3_600 % 24, row / 60 % 60, row % 60);
        piece.extend(
            format!(
                "2026-11-02T{hour:02}:{minute:02}:{second:02}.{:03}Z,llama-3.3-70b,user-{row},{},{}\n",
                row % 1_000,
                row % 4_000,
                row % 900
            )
            .bytes(),
        );
    }
    let mut reader = UsageReader::of(head.as_bytes()).unwrap();
    reader.push(head.as_bytes());
    let start = std::time::Instant::now();
    let mut bytes = 0;
    while bytes < 100_000_000 {
        reader.push(&piece);
        bytes += piece.len();
    }
    let took = start.elapsed();
    let usage = reader.finish().unwrap();
    println!(
        "{} MB, {} requests in {took:?}: {:.0} MB/s",
        bytes / 1_000_000,
        usage.requests,
        bytes as f64 / 1e6 / took.as_secs_f64()
    );
    assert!(usage.month(Hours::new(730.0)).value() > 0.0);
}

#[test]
fn times_without_a_zone_keep_their_clock_and_those_with_one_do_not() {
    let file = |zone: &str| {
        let rows = (0..24).map(|hour| {
            format!("2026-11-02T{hour:02}:00:00{zone},{},100\n", if hour == 10 { 2_000 } else { 200 })
        });
        read(&format!("timestamp,prompt_tokens,completion_tokens\n{}", rows.collect::<String>())).unwrap()
    };
    let busiest = |usage: &Usage| {
        let weights = *usage.profile.as_ref().unwrap().weights();
        (0..24).max_by_key(|hour| weights[*hour]).unwrap()
    };
    let month = Hours::new(730.0);
    let ahead = |usage: &Usage, given| {
        let sets = usage.sets(month, given);
        sets.into_iter().find(|(field, _)| *field == FieldId::UtcOffset).unwrap().1
    };
    let own = file("");
    assert!(own.unzoned && busiest(&own) == 10);
    assert_eq!((ahead(&own, 5.5).as_str(), ahead(&own, 0.0).as_str()), ("5.5", "0"));
    assert!(usage_file::summary(&own, 5.5).contains("(UTC+5:30)"), "{}", usage_file::summary(&own, 5.5));
    assert!(usage_file::summary(&own, -3.0).contains("(UTC−3)"));
    // the same hours said with their offset are taken to UTC, whatever is answered
    let named = file("+02:00");
    assert!(!named.unzoned && busiest(&named) == 8);
    assert_eq!(ahead(&named, 5.5), "0");
    assert!(usage_file::summary(&named, 5.5).contains("(UTC)"));
    assert!(!file("Z").unzoned);
}
