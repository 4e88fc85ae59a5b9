//! What a commitment takes off the on-demand price, out of the catalogue.
//!
//! Offers of the same GPU at the same provider and of the same kind of figure are pairs, of the same instance and region
//! where there are such, each with the discount `1 − committed ÷ on-demand`. The median of the chosen provider's pairs counts;
//! where it has none, the median over all providers; and the reference article's pairs only where no others are.

use crate::catalogue::{Basis, Catalogue, Commitment, Offer};
use crate::units::order;

/// The discount, 0 to 1; `None` when no pair is known.
pub(super) fn discount(
    catalogue: &Catalogue,
    gpu: &str,
    provider: Option<&str>,
    commitment: Commitment,
) -> Option<f64> {
    let mut pairs: Vec<(&Offer, f64)> = Vec::new();
    for committed in catalogue.offers_of(gpu).filter(|offer| offer.commitment == commitment) {
        let same_provider = |offer: &&Offer| {
            offer.commitment == Commitment::OnDemand
                && offer.provider == committed.provider
                && offer.basis == committed.basis
        };
        let paired = |offer: &Offer| offer.instance == committed.instance && offer.region == committed.region;
        let mut paid = catalogue.offers_of(gpu).filter(same_provider);
        let first = paid.next();
        let exact = first.into_iter().chain(paid).find(|offer| paired(offer));
        if let Some(paid) = exact.or(first) {
            let discount = 1.0 - committed.price_per_gpu() / paid.price_per_gpu();
            if discount.is_finite() && discount >= 0.0 {
                pairs.push((committed, discount));
            }
        }
    }
    let median = |wanted: &dyn Fn(&Offer) -> bool| {
        let mut found: Vec<f64> =
            pairs.iter().filter(|(offer, _)| wanted(offer)).map(|(_, discount)| *discount).collect();
        order::by_number(&mut found, |discount| *discount);
        found.get(found.len().checked_sub(1)? / 2).copied()
    };
    let quoted = |offer: &Offer| offer.basis != Basis::Article;
    median(&|offer| quoted(offer) && Some(&*offer.provider) == provider)
        .or_else(|| median(&quoted))
        .or_else(|| median(&|_| true))
}
