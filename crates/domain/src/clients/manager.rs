use super::{ClientsFault, ManagerId, RestrictionMode};
use crate::content::CountryId;
use crate::value::{Email, Entity, FaultCode as _, Refusal, Set};

/// A user to whom clients are assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// The user's address. Fixed.
    pub email: Email,
    /// The full name.
    pub name: String,
    /// The phone that clients are told.
    pub phone: Option<String>,
    /// Such as `mr.`.
    pub title: Option<String>,
    /// Whether clients can be assigned.
    pub enabled: bool,
    /// Whether new clients go to them before all others.
    pub default: bool,
}

impl Entity for Manager {
    type Id = ManagerId;
    const RESOURCE: &'static str = "client_manager";
}

impl Manager {
    /// The default manager can be assigned clients.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check(&self) -> Result<(), Refusal> {
        if self.default && !self.enabled { Err(ClientsFault::DefaultManagerDisabled.conflict()) } else { Ok(()) }
    }
}

/// The countries from which clients are assigned to a manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryRestriction {
    /// The listed ones only, or all but those.
    pub mode: RestrictionMode,
    /// The listed countries.
    pub countries: Set<CountryId>,
}

/// A manager, as far as the assignment of clients needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The manager.
    pub id: ManagerId,
    /// Whether clients can be assigned.
    pub enabled: bool,
    /// Whether new clients go to them before all others.
    pub default: bool,
    /// Their turn: whoever was assigned a client last has the largest.
    pub turn: i64,
    /// The countries whose clients they are assigned.
    pub countries: CountryRestriction,
}

impl Candidate {
    fn fits(&self, country: Option<CountryId>) -> bool {
        let matches = country.is_some_and(|country| self.countries.countries.contains(&country));
        self.enabled && self.countries.mode.admits(matches)
    }
}

/// The manager of a new client: the default manager, else the one whose turn is longest ago, as far as
/// countries allow.
#[must_use]
pub fn assigned(candidates: &[Candidate], country: Option<CountryId>) -> Option<ManagerId> {
    let fitting = || candidates.iter().filter(|candidate| candidate.fits(country));
    let default = fitting().find(|candidate| candidate.default);
    default.or_else(|| fitting().min_by_key(|candidate| (candidate.turn, candidate.id))).map(|chosen| chosen.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: i64, turn: i64) -> Candidate {
        let countries = CountryRestriction { mode: RestrictionMode::Deny, countries: Set::default() };
        Candidate { id: ManagerId::new(id), enabled: true, default: false, turn, countries }
    }

    #[test]
    fn clients_go_round() {
        let candidates = [candidate(1, 5), candidate(2, 3), candidate(3, 3)];
        assert_eq!(assigned(&candidates, None), Some(ManagerId::new(2)));
    }

    #[test]
    fn the_default_comes_first_where_their_countries_allow() {
        let mut default = candidate(1, 9);
        default.default = true;
        default.countries.countries = [CountryId::new(33)].into_iter().collect();
        let candidates = [default, candidate(2, 0)];
        assert_eq!(assigned(&candidates, None), Some(ManagerId::new(1)));
        assert_eq!(assigned(&candidates, Some(CountryId::new(33))), Some(ManagerId::new(2)));
    }

    #[test]
    fn a_client_for_whom_nobody_fits_has_nobody() {
        let disabled = Candidate { enabled: false, ..candidate(1, 0) };
        assert_eq!(assigned(&[disabled], None), None);
    }
}
