//! No input is there for show: for each field there is a scenario in which changing it changes an answer.

use llm_breakeven::catalogue::{Catalogue, model_text};
use llm_breakeven::engine;
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::units::money;
use llm_breakeven::words::verdict;
use llm_breakeven::words::view::Answers;
use llm_breakeven::words::views::{Maker, VIEWS};

/// Whether anything that is said about one scenario is not said about the other: the answer first, then view by view.
/// The list of sources and explanations repeats inputs, so it proves nothing.
fn differ(one: &Scenario, other: &Scenario) -> bool {
    let catalogue = Catalogue::builtin();
    let answer = |scenario: &Scenario| {
        money::show_in(scenario.currency());
        match engine::evaluate(scenario, catalogue) {
            Ok(report) => {
                format!("{} {:?}", verdict::verdict(&report).text(), verdict::small_print(&report, None))
            }
            Err(error) => format!("{error:?}"),
        }
    };
    let view = |scenario: &Scenario, name: &str| {
        Maker::default().show(name, scenario, &Answers::default(), catalogue.newest(), 720.0).encode()
    };
    let shown = VIEWS.iter().filter(|(name, _)| !matches!(*name, "sources" | "explain" | "imports"));
    answer(one) != answer(other) || shown.into_iter().any(|(name, _)| view(one, name) != view(other, name))
}

/// A link in which the field matters, and another value for it.
fn case(id: FieldId) -> (&'static str, String) {
    let (base, value) = plain(id);
    let own = || model_text::encode(Catalogue::builtin().model("llama-3.1-8b").unwrap());
    (base, if id == FieldId::OwnModel { own() } else { value.to_owned() })
}

fn plain(id: FieldId) -> (&'static str, &'static str) {
    use FieldId::*;
    match id {
        Model => ("", "llama-3.1-8b"),
        ApiPrice => ("", "groq~llama-3.3-70b-versatile"),
        ApiInput | ApiOutput => ("", "9"),
        Volume => ("", "900B"),
        InputShare => ("", "20"),
        RequestTokens => ("", "9000"),
        Gpu => ("", "h200-sxm"),
        GpusPerReplica => ("", "8"),
        Throughput => ("", "500"),
        Format => ("", "int4"),
        TargetLoad => ("t=200B", "30"),
        Offer => ("", "crusoe~h100-sxm~any~on-demand"),
        GpuPrice => ("", "1"),
        Engineers | Salary => ("", "3"),
        Infrastructure | Storage | Egress | Migration => ("", "5000"),
        HoursPerMonth => ("", "720"),
        ApiCached => ("cr=50", "0.01"),
        OwnModel => ("", ""),
        KvFormat => ("t=200B", "fp8"),
        Constraints => ("", "private"),
        CachedShare => ("pc=0.1", "50"),
        WrittenShare => ("api=anthropic~claude-sonnet-4-5", "50"),
        CacheLifetime => ("api=anthropic~claude-sonnet-4-5;cw=50", "1h"),
        BatchShare => ("api=openai~gpt-5", "50"),
        ReasoningShare | Retries | Growth | ApiDiscount => ("", "20"),
        Profile => ("t=200B", "burst"),
        Weights => ("t=200B;day=own", "000000009999000000000000"),
        PeakToMean => ("t=200B", "3"),
        TtftLimit => ("t=200B", "300"),
        TpotLimit => ("t=200B", "25"),
        PipelineStages => ("t=200B", "2"),
        ServingEngine => ("", "sglang"),
        DraftTokens => ("", "3"),
        Acceptance => ("sd=3", "20"),
        InstanceGpus => ("pg=2", "8"),
        Fleet => ("t=500B;day=burst", "auto"),
        Startup => ("t=500B;day=burst;fleet=auto", "300"),
        Spare => ("", "2"),
        ReservedShare | SpotShare => ("t=500B", "60"),
        ReservedDiscount => ("t=500B;rsv=60", "77"),
        SpotDiscount => ("t=500B;spot=60", "77"),
        Interruptions => ("t=500B;spot=60", "60"),
        MinimumBilling => ("t=500B;day=burst;fleet=zero", "1400"),
        GpuDiscount => ("", "40"),
        Hardware => ("", "buy"),
        PurchasePrice => ("hw=buy", "90000"),
        HardwareLife => ("hw=buy", "8"),
        Residual | Capital | Maintenance => ("hw=buy", "50"),
        GpuPower => ("hw=buy", "3000"),
        Pue => ("hw=buy", "2"),
        Electricity => ("hw=buy", "1"),
        Colocation => ("hw=buy", "500"),
        RequestFee => ("", "5"),
        ProvisionedPrice => ("ptr=4000", "2"),
        ProvisionedRate => ("ptp=2", "4000"),
        InfrastructureShare => ("", "50"),
        Horizon => ("gr=5", "36"),
        DiscountRate => ("", "40"),
        ApiDrift | GpuDrift => ("", "-30"),
        Currency => ("fx=0.5", "EUR"),
        ExchangeRate => ("cur=EUR", "0.5"),
        Ranges => ("", "volume~0.1~9"),
        Seed => ("", "77"),
        ServiceTier => ("api=openai~gpt-5", "flex"),
        UtcOffset => ("api=deepseek~deepseek-v4-pro;day=business", "8"),
        ApiCacheWrite => ("api=anthropic~claude-sonnet-4-5;cw=50", "9"),
        ApiBatchInput | ApiBatchOutput => ("ba=50", "0.01"),
        // what counts as current follows the day
        WeightSize => ("", "45"),
        AsOf => ("gpu=a100-sxm-80gb", "2024-01-01"),
    }
}

#[test]
fn every_field_changes_an_answer() {
    let catalogue = Catalogue::builtin();
    let mut silent = Vec::new();
    for &id in FieldId::ALL {
        let (base, text) = case(id);
        let decoded = link::decode(&format!("1;{base}"), catalogue);
        assert!(decoded.notices.len() == 1, "{id:?}: {:?}", decoded.notices);
        let mut changed = decoded.scenario.clone();
        changed.set_text(id, &text, catalogue).unwrap_or_else(|error| panic!("{id:?}: {error:?}"));
        assert_ne!(changed, decoded.scenario, "{id:?} has that value already");
        if !differ(&changed, &decoded.scenario) {
            silent.push(id);
        }
    }
    assert!(silent.is_empty(), "these change nothing: {silent:?}");
}
