//! The article's GPU prices beside today's.

use super::state::State;
use crate::catalogue::{Basis, Catalogue, Commitment, Offer};
use crate::scenario::FieldId;
use crate::scenario::fields::Value;
use crate::units::format;
use crate::words::names;
use leptos::prelude::*;

/// Every price that the reference article prints, and what today's sources say instead.
#[component]
pub fn Prices() -> impl IntoView {
    let state = State::get();
    let catalogue = Catalogue::builtin();
    let rows = catalogue.offers.iter().filter(|offer| offer.basis == Basis::Article);
    let rows = rows.map(|offer| price_row(state, catalogue, offer)).collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">"GPU"</th>
                    <th scope="col">"Provider"</th>
                    <th scope="col">"Article, 2026-03"</th>
                    <th scope="col">"Today's source"</th>
                    <th scope="col" class="wide-only">"Difference"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="fine">
            "Dollars per GPU-hour. A click on a price puts it into the scenario. Dates and sources: the newest one of the same provider, \
             GPU and commitment; a dash where no source lists one."
        </p>
    }
}

fn price_row(state: State, catalogue: &'static Catalogue, article: &'static Offer) -> impl IntoView {
    let today = catalogue.today_instead(article);
    let gpu = catalogue
        .gpu(&article.gpu)
        .map_or(article.gpu.to_string(), |gpu| format!("{}, {:.0} GB", names::gpu(gpu), gpu.nominal_gb));
    let difference = today.map(|offer| (offer.price_per_gpu() / article.price_per_gpu() - 1.0) * 100.0);
    let signed =
        |percent: f64| format!("{}{}", if percent > 0.0 { "+" } else { "" }, format::percent(percent));
    view! {
        <tr>
            <th scope="row">{gpu}</th>
            <td>{names::provider(&article.provider)} " " <small>{commitment(article.commitment)}</small></td>
            <td>{price(state, article)}</td>
            <td>
                {today.map(|offer| view! { {price(state, offer)} " " <small>{offer.provenance.as_of.to_string()}</small> })}
                {today.is_none().then_some("–")}
            </td>
            <td class="wide-only">{difference.map_or("–".into(), signed)}</td>
        </tr>
    }
}

fn commitment(commitment: Commitment) -> &'static str {
    if commitment == Commitment::OnDemand { "" } else { names::commitment(commitment) }
}

/// A price that can be taken into the scenario.
fn price(state: State, offer: &'static Offer) -> impl IntoView {
    let take = move |_| {
        state.set(FieldId::Gpu, Value::Name(offer.gpu.clone()));
        state.set(FieldId::Offer, Value::Name(offer.id.clone()));
        state.say("Price taken into the scenario");
    };
    view! {
        <button type="button" class="plain" title=names::offer(offer) on:click=take>
            {format::usd(offer.price_per_gpu().value())}
        </button>
    }
}
