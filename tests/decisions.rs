//! The three worked decisions of `docs/decisions.md`: each link opens, and every figure that stands beside it is what the
//! engine answers today. Their prices stand in the links, so that a new row of the catalogue changes nothing.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::guide::guide;
use llm_breakeven::engine::horizon::outlook::outlook;
use llm_breakeven::engine::portfolio::{Hybrid, Source, hybrid};
use llm_breakeven::engine::uncertainty::{DRAWS, Study};
use llm_breakeven::engine::{Plan, Report, evaluate};
use llm_breakeven::scenario::{Scenario, link};
use llm_breakeven::units::{Tokens, Usd, format};

/// A decision: its text, its scenario, and what the engine says.
struct Decision {
    text: String,
    scenario: Scenario,
    report: Report,
}

fn decisions() -> Vec<Decision> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/decisions.md");
    let text = std::fs::read_to_string(file).unwrap();
    let sections = text.split("\n## ").skip(1).map(|section| {
        let link = section.split('`').find(|part| part.starts_with("#1;")).expect("a link");
        let decoded = link::decode(&link[1..], Catalogue::builtin());
        assert_eq!(decoded.notices, [], "{link}: it should be {}", link::encode(&decoded.scenario));
        let report = evaluate(&decoded.scenario, Catalogue::builtin()).unwrap();
        // the text is broken into lines anywhere
        let text = section.split_whitespace().collect::<Vec<_>>().join(" ");
        Decision { text, scenario: decoded.scenario, report }
    });
    sections.collect()
}

impl Decision {
    fn plan(&self) -> &Plan {
        self.report.plan.as_ref().unwrap()
    }

    fn mix(&self) -> Hybrid {
        hybrid(&self.scenario, Catalogue::builtin(), &self.report, false).unwrap()
    }

    /// The text says this.
    #[track_caller]
    fn says(&self, figure: &str) {
        assert!(self.text.contains(figure), "“{figure}” does not stand in: {}", self.text);
    }

    #[track_caller]
    fn says_usd(&self, amount: Usd) {
        self.says(&format::usd(amount.value()));
    }

    #[track_caller]
    fn says_tokens(&self, volume: Option<Tokens>) {
        self.says(&format::compact(volume.expect("a volume").value()));
    }

    #[track_caller]
    fn says_percent(&self, share: f64) {
        self.says(&format::percent(share * 100.0));
    }

    /// The chance that self-hosting is cheaper.
    fn chance(&self) -> f64 {
        Study::new(&self.scenario, Catalogue::builtin()).unwrap().draw(0..DRAWS).summary().probability
    }

    fn common(&self) {
        let plan = self.plan();
        self.says_usd(self.report.api.bill);
        self.says_usd(plan.bill.total());
        self.says_percent(plan.utilisation);
        self.says_tokens(plan.breakeven.durable());
        let found = guide(&self.scenario, &self.report);
        println!("{:?} forced by {:?}", found.advice, found.forced_by);
    }
}

#[test]
fn there_are_three() {
    assert_eq!(decisions().len(), 3);
}

#[test]
fn the_trial_says_what_the_engine_says() {
    let trial = &decisions()[0];
    trial.common();
    let plan = trial.plan();
    trial.says_usd(plan.bill.hardware);
    trial.says_usd(plan.bill.engineering);
    trial.says_tokens(plan.hardware_breakeven.durable());
    let first = plan.breakeven.winning().next().unwrap();
    trial.says_tokens(Some(first.from));
    trial.says_tokens(first.to);
    trial.says(&format!("in {} of 10,000 draws", format::percent(trial.chance() * 100.0)));
}

#[test]
fn business_hours_say_what_the_engine_says() {
    let business = &decisions()[1];
    business.common();
    let (plan, mix) = (business.plan(), business.mix());
    business.says(&format!("{} × H100", format::compact(plan.gpus())));
    business.says(&format!("{} times the mean", format::compact(plan.peak_factor)));
    business.says_usd(mix.total);
    business.says_percent((mix.all_api - mix.total) / mix.all_api);
    let gpus = |source: Source| {
        let units = mix.stack.parts().iter().find(|part| part.source == source).unwrap().units;
        format::compact(units * f64::from(plan.purchase.gpus))
    };
    business.says(&format!("{} GPUs reserved", gpus(Source::Reserved)));
    business.says(&format!("{} on demand", gpus(Source::OnDemand)));
    business.says_tokens(mix.breakeven.first());
    let months = outlook(&business.scenario, &business.report, Catalogue::builtin()).unwrap().horizon;
    business.says_usd(months.saving());
    business.says_usd(months.npv);
    business.says(&format!("{} of the draws", format::percent(business.chance() * 100.0)));
}

#[test]
fn bought_hardware_says_what_the_engine_says() {
    let bought = &decisions()[2];
    bought.common();
    let plan = bought.plan();
    bought.says(&format!("{} GPUs are bought", format::compact(plan.gpus())));
    bought.says(&format!("{} × H200", plan.replica.gpus));
    bought.says(&format!("{} per GPU-hour", format::usd(plan.purchase.price.value())));
    bought.says_tokens(plan.hardware_breakeven.durable());
    assert_eq!(guide(&bought.scenario, &bought.report).extra, None);
}

/// `cargo test --no-default-features --features tools --test decisions -- --ignored --nocapture`: what to write.
#[test]
#[ignore = "for whoever writes the text"]
fn figures() {
    for one in decisions() {
        let (plan, mix) = (one.plan(), one.mix());
        let compact = |volume: Option<Tokens>| volume.map(|volume| format::compact(volume.value()));
        let usd = |amount: Usd| format::usd(amount.value());
        println!("{}", link::encode(&one.scenario));
        println!(
            "api {} gpu {} hardware {} people {}",
            usd(one.report.api.bill),
            usd(plan.bill.total()),
            usd(plan.bill.hardware),
            usd(plan.bill.engineering)
        );
        println!(
            "gpus {} a replica {} used {} price {} peak {}",
            plan.gpus(),
            plan.replica.gpus,
            format::percent(plan.utilisation * 100.0),
            usd(Usd::new(plan.purchase.price.value())),
            format::compact(plan.peak_factor)
        );
        println!(
            "durable {:?} alone {:?} windows {:?}",
            compact(plan.breakeven.durable()),
            compact(plan.hardware_breakeven.durable()),
            plan.breakeven
                .winning()
                .take(4)
                .map(|i| (compact(Some(i.from)), compact(i.to)))
                .collect::<Vec<_>>()
        );
        println!(
            "mix {} first {:?} parts {:?}",
            usd(mix.total),
            compact(mix.breakeven.first()),
            mix.stack.parts().map(|part| (
                part.source,
                part.units * f64::from(plan.purchase.gpus),
                part.tokens.value()
            ))
        );
        println!("saved {}", format::percent((mix.all_api - mix.total) / mix.all_api * 100.0));
        let months = outlook(&one.scenario, &one.report, Catalogue::builtin()).unwrap().horizon;
        println!(
            "months {} npv {} chance {}",
            usd(months.saving()),
            usd(months.npv),
            format::percent(one.chance() * 100.0)
        );
        println!("{:?}", guide(&one.scenario, &one.report));
    }
}
