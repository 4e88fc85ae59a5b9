//! The offers that take part, sorted onto a shelf for each GPU and commitment.

use super::Filter;
use crate::catalogue::{Catalogue, Commitment, Offer};
use crate::units::Date;

/// Offers by GPU and commitment; of each size of instance the cheapest.
pub(super) struct Shelf<'a> {
    boards: Vec<Board<'a>>,
}

/// The offers of one GPU under one commitment.
struct Board<'a> {
    gpu: &'a str,
    commitment: Commitment,
    /// Whether they are current; stale ones stand in where none is.
    current: bool,
    offers: Vec<&'a Offer>,
}

impl<'a> Shelf<'a> {
    /// Sorts what the filter lets through; `today` tells what is current.
    pub fn new(catalogue: &'a Catalogue, today: Date, filter: &Filter) -> Self {
        let mut shelf = Self { boards: Vec::new() };
        let named = |name: Option<&str>, wanted: Option<&str>| {
            wanted.is_none_or(|wanted| name.is_some_and(|name| name.starts_with(wanted)))
        };
        for offer in &catalogue.offers {
            if filter.commitment.is_none_or(|wanted| offer.commitment == wanted)
                && filter.provider.is_none_or(|wanted| offer.provider == wanted)
                && named(offer.region.as_deref(), filter.region)
                && offer.can_be_rented()
            {
                shelf.place(offer, !offer.provenance.is_stale(today));
            }
        }
        shelf
    }

    fn place(&mut self, offer: &'a Offer, current: bool) {
        let same = |board: &&mut Board| board.gpu == offer.gpu && board.commitment == offer.commitment;
        let Some(board) = self.boards.iter_mut().find(same) else {
            let (gpu, commitment) = (&*offer.gpu, offer.commitment);
            return self.boards.push(Board { gpu, commitment, current, offers: vec![offer] });
        };
        if board.current != current {
            if current {
                (board.current, board.offers) = (true, vec![offer]);
            }
            return;
        }
        // a price per GPU and an instance of one GPU hold different replicas
        let size = |offer: &Offer| (offer.gpus_per_instance, offer.instance.is_some());
        match board.offers.iter_mut().find(|other| size(other) == size(offer)) {
            Some(other) if offer.price_per_instance < other.price_per_instance => *other = offer,
            Some(_) => {}
            None => board.offers.push(offer),
        }
    }

    /// The offers of a GPU, a list for each commitment.
    pub fn of(&self, gpu: &str) -> Vec<&[&'a Offer]> {
        self.boards.iter().filter(|board| board.gpu == gpu).map(|board| &*board.offers).collect()
    }
}
