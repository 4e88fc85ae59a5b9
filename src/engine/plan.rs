//! The self-hosted side of a report: the fleet, its month's bill, and where it beats the API.
//!
//! ```text
//! G(V) = GPUs · (1 + infrastructure share) + engineering + infrastructure + storage + egress
//! ```
//!
//! with the GPUs' cost of [`super::fleet`], or of [`super::owned`] where they are bought. *Hardware only* is the first
//! term without its factor. Utilisation = served ÷ servable tokens of all hours that are paid.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, scenario::link};
//! let answer = |text| {
//!     let scenario = link::decode(text, Catalogue::builtin()).scenario;
//!     engine::evaluate(&scenario, Catalogue::builtin()).unwrap().plan.unwrap()
//! };
//! // the peak of a four-hour burst is 2.67 times the mean; only scaling with it saves
//! let (flat, always) = (answer("1;t=500B"), answer("1;t=500B;day=burst"));
//! assert!(always.bill.hardware.value() > 2.5 * flat.bill.hardware.value());
//! let scheduled = answer("1;t=500B;day=burst;fleet=scheduled");
//! assert!((1.0 - scheduled.bill.hardware / always.bill.hardware - 0.625).abs() < 0.01);
//! ```

use super::Infeasible;
use super::breakeven::{Breakeven, StepCost};
use super::choice;
use super::demand::Profile;
use super::fleet::{Billed, Commitments, Fleet, Policy, Purchase};
use super::fleet_discount::discount;
use super::fleet_notice::{self, Notice};
use super::owned::{Owned, OwnedMonth};
use super::provenance::{Band, Tier};
use super::sizing::Replica;
use crate::catalogue::{Catalogue, Commitment, Gpu, Offer};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Hours, Tokens, Usd, UsdPerHour, UsdPerMTok};

/// The self-hosted side.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The offer; `None` when only an own price per GPU-hour is given, or the GPUs are bought.
    pub offer: Option<Offer>,
    /// Among how many providers the offer is the median; `None` when the scenario names it.
    pub median_of: Option<usize>,
    /// The replica.
    pub replica: Replica,
    /// The smallest purchase.
    pub purchase: Purchase,
    /// Tokens a month that one of them could serve at full load.
    pub servable: Tokens,
    /// How many of them the volume needs at its peak.
    pub purchases: f64,
    /// How many of them are paid for the whole month, on average: fewer when the fleet scales.
    pub paid: f64,
    /// The month's bill.
    pub bill: GpuBill,
    /// Served ÷ servable tokens of the hours that are paid.
    pub utilisation: f64,
    /// How the fleet follows demand.
    pub fleet: Fleet,
    /// What the fleet is planned for over the month's mean.
    pub peak_factor: f64,
    /// A month of one bought GPU; `None` when they are rented.
    pub owned: Option<OwnedMonth>,
    /// Cost as a function of volume, with engineering and infrastructure.
    pub full_cost: StepCost,
    /// Cost as a function of volume, GPUs alone.
    pub hardware_only: StepCost,
    /// Crossings with the API at full cost.
    pub breakeven: Breakeven,
    /// Crossings with the API, GPUs alone.
    pub hardware_breakeven: Breakeven,
}

impl Plan {
    /// All GPUs that are paid for at the peak.
    #[must_use]
    pub fn gpus(&self) -> f64 {
        self.purchases * f64::from(self.purchase.gpus)
    }

    /// How far the replica's tokens/s may be off, eight times of ten: a tenth for an own measurement.
    #[must_use]
    pub fn speed_band(&self) -> Band {
        match (self.replica.tier, &self.replica.modelled) {
            (Tier::Own, _) | (_, None) => Band { low: 0.9, high: 1.1 },
            (_, Some(served)) => served.band,
        }
    }

    /// All replicas that run at the peak.
    #[must_use]
    pub fn replicas(&self) -> f64 {
        self.purchases * f64::from(self.purchase.replicas)
    }
}

/// What a self-hosted month is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GpuBill {
    /// GPU instances: what is paid for them.
    pub hardware: Usd,
    /// People.
    pub engineering: Usd,
    /// Infrastructure beside the GPUs: dollars a month and share of the GPU cost.
    pub infrastructure: Usd,
    /// Weights, images, logs.
    pub storage: Usd,
    /// Traffic out.
    pub egress: Usd,
    /// In `hardware`: what start-ups cost that serve nobody.
    pub startups: Usd,
    /// Not in `hardware`: what commitments save against on-demand prices; negative when spot loses more than it saves.
    pub saved: Usd,
}

impl GpuBill {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.hardware + self.engineering + self.infrastructure + self.storage + self.egress
    }
}

/// What a scenario says about demand and fleet: how a purchase becomes a cost by volume, whatever GPU it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Hours of the month.
    pub hours: Hours,
    /// Planned share of capacity.
    pub load: f64,
    /// Demand over the week.
    pub profile: Profile,
    /// The fleet, without discounts.
    pub fleet: Fleet,
    /// Hours billed.
    pub billed: Billed,
    /// Whether the GPUs are bought.
    pub bought: bool,
}

impl Terms {
    /// The terms of a scenario, and what contradicts in them.
    #[must_use]
    pub fn of(scenario: &Scenario, notices: &mut Vec<Notice>) -> Self {
        Self::of_hardware(scenario, scenario.name(FieldId::Hardware) == Some("buy"), notices)
    }

    /// The terms of a scenario for rented GPUs, even where its own are bought.
    #[must_use]
    pub fn rented(scenario: &Scenario) -> Self {
        Self::of_hardware(scenario, false, &mut Vec::new())
    }

    fn of_hardware(scenario: &Scenario, bought: bool, notices: &mut Vec<Notice>) -> Self {
        let (profile, problem) = Profile::of_scenario(scenario);
        notices.extend(problem.map(Notice::NoProfile));
        let asked = policy(scenario);
        let minutes = |id| Hours::new(scenario.number(id) / 60.0);
        let mut fleet = Fleet {
            policy: if bought { Policy::AlwaysOn } else { asked },
            startup: minutes(FieldId::Startup),
            minimum: minutes(FieldId::MinimumBilling),
            spare: scenario.number(FieldId::Spare) as u32,
            commitments: Commitments::default(),
        };
        if bought {
            if fleet_notice::bought_otherwise(scenario, asked) {
                notices.push(Notice::BoughtIsAlwaysPaid);
            }
        } else {
            let (reserved, spot) = fleet_notice::shares(scenario, notices);
            let interruptions = scenario.number(FieldId::Interruptions);
            fleet.commitments = Commitments { reserved, spot, interruptions, ..fleet.commitments };
        }
        let billed = fleet.billed(&profile);
        Self {
            hours: scenario.hours_per_month(),
            load: scenario.target_load(),
            profile,
            fleet,
            billed,
            bought,
        }
    }

    /// What a purchase costs by volume, GPUs alone, at on-demand prices whatever the commitments.
    #[must_use]
    pub fn on_demand(&self, purchase: &Purchase) -> StepCost {
        let plain = Fleet { commitments: Commitments::default(), ..self.fleet };
        plain.cost(purchase, self.load, self.hours, &self.profile, &self.billed)
    }

    /// What a purchase costs by volume, GPUs alone, under the fleet's commitments.
    #[must_use]
    pub fn cost(&self, purchase: &Purchase) -> StepCost {
        self.fleet.cost(purchase, self.load, self.hours, &self.profile, &self.billed)
    }

    /// These terms with instances that serve from the first minute.
    fn at_once(self) -> Self {
        let mut fleet = Fleet { startup: Hours::ZERO, ..self.fleet };
        // what interruptions lose is not a start-up of the fleet's own
        fleet.commitments.interruptions = 0.0;
        Self { fleet, billed: fleet.billed(&self.profile), ..self }
    }

    /// The commitments with their discounts: the scenario's, or those of the catalogue.
    fn discounted(
        &mut self,
        scenario: &Scenario,
        catalogue: &Catalogue,
        provider: Option<&str>,
        notices: &mut Vec<Notice>,
    ) {
        let mix = &mut self.fleet.commitments;
        let mut of = |share: f64, id: FieldId, commitment: Commitment| {
            if share <= 0.0 {
                return 0.0;
            }
            let own = scenario.optional(id).map(|percent| percent / 100.0);
            let found = own.or_else(|| discount(catalogue, scenario.gpu(), provider, commitment));
            found.unwrap_or_else(|| {
                notices.push(Notice::NoDiscountKnown(commitment));
                0.0
            })
        };
        mix.reserved_discount = of(mix.reserved, FieldId::ReservedDiscount, Commitment::Reserved1y);
        mix.spot_discount = of(mix.spot, FieldId::SpotDiscount, Commitment::Spot);
    }
}

fn policy(scenario: &Scenario) -> Policy {
    match scenario.name(FieldId::Fleet) {
        Some("scheduled") => Policy::Scheduled,
        Some("auto") => Policy::Autoscaled,
        Some("zero") => Policy::ScaleToZero,
        _ => Policy::AlwaysOn,
    }
}

/// The self-hosted side of a scenario with this replica on this GPU, against an API at `api` per token.
///
/// # Errors
/// Why there is nothing to price.
pub fn plan(
    scenario: &Scenario,
    catalogue: &Catalogue,
    gpu: &Gpu,
    replica: Result<Replica, Infeasible>,
    api: UsdPerMTok,
    notices: &mut Vec<Notice>,
) -> Result<Plan, Infeasible> {
    let mut terms = Terms::of(scenario, notices);
    let replica = replica?;
    let own_size = scenario.optional(FieldId::InstanceGpus).map(|gpus| gpus as u32);
    let purchase_at = |offer: Option<&Offer>, price: UsdPerHour| {
        let per_instance = own_size.or(offer.map(|offer| offer.gpus_per_instance)).unwrap_or(1);
        Purchase::new(replica.gpus, replica.tokens_per_second, per_instance, price)
    };
    let (offer, median_of, price, owned) = if terms.bought {
        let month = Owned::of(scenario, gpu).month(terms.hours);
        (None, None, UsdPerHour::new(month.total().value() / terms.hours.value()), Some(month))
    } else {
        let cost_of = |offer: &Offer| {
            terms.on_demand(&purchase_at(Some(offer), offer.price_per_gpu())).at(scenario.volume())
        };
        let (offer, median_of) = choice::offer(scenario, catalogue, replica.parallel, cost_of)
            .map_or((None, None), |(offer, providers)| (Some(offer), providers));
        let none = || choice::no_offer(scenario, catalogue, replica.parallel);
        let price = scenario.gpu_price().or_else(|| offer.map(Offer::price_per_gpu)).ok_or_else(none)?;
        (offer, median_of, price * (1.0 - scenario.share(FieldId::GpuDiscount)), None)
    };
    let purchase = purchase_at(offer, price);
    if !terms.bought {
        terms.discounted(scenario, catalogue, offer.map(|offer| &*offer.provider), notices);
        let mix = &terms.fleet.commitments;
        let hours = mix.spot_hours(purchase.instances, terms.fleet.startup);
        fleet_notice::commitments(scenario, mix, hours, notices);
    }
    let hardware_only = terms.cost(&purchase);
    let bill = bill(scenario, &terms, &purchase, hardware_only);
    let fixed = bill.engineering + scenario.infrastructure() + bill.storage + bill.egress;
    let full_cost = hardware_only.with(fixed, 1.0 + scenario.share(FieldId::InfrastructureShare));
    let counts = hardware_only.counts(scenario.volume());
    let servable = purchase.tokens(1.0, terms.hours);
    Ok(Plan {
        offer: offer.cloned(),
        median_of,
        replica,
        purchase,
        servable,
        purchases: counts.peak,
        paid: counts.paid,
        bill,
        utilisation: scenario.volume() / (servable * counts.paid),
        fleet: terms.fleet,
        peak_factor: terms.profile.peak_factor(),
        owned,
        full_cost,
        hardware_only,
        breakeven: Breakeven::new(api, full_cost),
        hardware_breakeven: Breakeven::new(api, hardware_only),
    })
}

/// The month's bill.
fn bill(scenario: &Scenario, terms: &Terms, purchase: &Purchase, hardware_only: StepCost) -> GpuBill {
    let volume = scenario.volume();
    let hardware = hardware_only.at(volume);
    let scaled = matches!(terms.fleet.policy, Policy::Autoscaled | Policy::ScaleToZero);
    let at_once = |terms: &Terms| terms.at_once().on_demand(purchase).at(volume);
    let mix = &terms.fleet.commitments;
    let committed = mix.reserved > 0.0 || mix.spot > 0.0;
    let on_demand = if scaled || committed { terms.on_demand(purchase).at(volume) } else { hardware };
    GpuBill {
        hardware,
        engineering: scenario.engineering(),
        infrastructure: scenario.infrastructure() + hardware * scenario.share(FieldId::InfrastructureShare),
        storage: Usd::new(scenario.number(FieldId::Storage)),
        egress: Usd::new(scenario.number(FieldId::Egress)),
        startups: if scaled { on_demand - at_once(terms) } else { Usd::ZERO },
        saved: on_demand - hardware,
    }
}
