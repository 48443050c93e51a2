//! Clients of an earlier system.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::clients::{ClientTypeId, VerificationLevelId};
use domain::content::CountryId;
use domain::identity::UserId;
use domain::imports::{Cells, ImportedUser, ImportsFault, Known, LineFault, UserColumn, UserFacts};
use domain::value::{Email, FaultCode as _};

use super::pass::{Findings, Line, Load, Way};
use crate::bulk::{self, Batch, Counts, NewClient};
use crate::clients::managers::Turns;
use crate::clients::{levels, types};
use crate::content::localizations;
use crate::schema::{clients, countries, erased_emails, verification_levels};
use crate::{DbConnection, Error, Tx};

pub(super) struct Users {
    facts: UserFacts,
    kind: ClientTypeId,
    level: VerificationLevelId,
    managers: Turns,
    /// Where the file has an address first.
    lines: HashMap<String, u64>,
}

impl Load for Users {
    type Column = UserColumn;
    type Row = ImportedUser;
    type New = ImportedUser;

    fn begin(way: &mut Way<'_, '_>) -> Result<Self, Error> {
        if let Way::BringIn(tx) = way {
            let ids: Vec<VerificationLevelId> = verification_levels::table
                .order(verification_levels::id)
                .select(verification_levels::id)
                .load(tx.conn)?;
            tx.hold("verification_levels", &ids)?;
        }
        let today = way.now().day();
        let conn = way.conn();
        Ok(Self {
            facts: UserFacts {
                countries: known_countries(conn)?,
                levels: known_levels(conn)?,
                locale: localizations::default_locale(conn)?,
                today,
            },
            kind: types::default(conn)?,
            level: levels::default(conn)?,
            managers: Turns::load(conn)?,
            lines: HashMap::new(),
        })
    }

    fn read(&self, cells: &mut Cells<'_, UserColumn>) -> Option<ImportedUser> {
        ImportedUser::read(cells, &self.facts)
    }

    /// Whoever has an address is there, whatever else the line says: clients change after they were imported.
    fn sift(
        &mut self,
        way: &mut Way<'_, '_>,
        fingerprint: &dyn Fn(&Email) -> Vec<u8>,
        lines: Vec<Line<ImportedUser>>,
        findings: &mut Findings<'_>,
    ) -> Result<Vec<ImportedUser>, Error> {
        let (mut fresh, mut keys) = (Vec::new(), Vec::new());
        for Line { number, row } in lines {
            let key = row.email.key();
            if let Some(first) = self.lines.get(&key) {
                let first = i64::try_from(*first).unwrap_or(i64::MAX);
                let fault = ImportsFault::RepeatedLine.with("first", first);
                findings.fault(&LineFault { line: Some(number), column: Some("email"), fault });
                continue;
            }
            self.lines.insert(key.clone(), number);
            keys.push(key);
            fresh.push(row);
        }
        let there = there(way.conn(), &keys)?;
        let erased = erased(way.conn(), fresh.iter().map(|row| &row.email), fingerprint)?;
        let mut new = Vec::new();
        for (row, key) in fresh.into_iter().zip(keys) {
            if there.contains(&key) || erased.contains(&key) {
                findings.existing();
            } else {
                findings.added();
                new.push(row);
            }
        }
        Ok(new)
    }

    fn write(&mut self, tx: &mut Tx<'_>, new: Vec<ImportedUser>, _: Option<UserId>) -> Result<(), Error> {
        let ids = bulk::reserve(tx, Counts { clients: new.len(), ..Counts::default() })?;
        let client = |(id, user): (_, ImportedUser)| NewClient {
            id,
            manager: self.managers.assign(user.profile.country),
            email: user.email,
            profile: user.profile,
            kind: self.kind,
            level: user.level.unwrap_or(self.level),
            phone: user.phone,
            address: user.address,
            create_time: tx.now,
        };
        let clients = ids.clients.into_iter().zip(new).map(client).collect();
        // Somebody who registered meanwhile: at the next attempt they are there.
        bulk::load(tx, &Batch { clients, ..Batch::default() }).map_err(|error| match error {
            Error::Taken => Error::Contended("an e-mail address was taken meanwhile".into()),
            error => error,
        })
    }

    fn end(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.managers.save(tx)
    }
}

fn known_countries(conn: &mut DbConnection) -> Result<Known<CountryId>, Error> {
    let columns = (countries::id, countries::alpha2_code, countries::alpha3_code, countries::name, countries::enabled);
    let rows: Vec<(CountryId, String, String, String, bool)> = countries::table.select(columns).load(conn)?;
    let mut known = Known::default();
    for (id, alpha2, alpha3, name, enabled) in &rows {
        known.add(*id, &[alpha2, alpha3, name], *enabled);
    }
    Ok(known)
}

fn known_levels(conn: &mut DbConnection) -> Result<Known<VerificationLevelId>, Error> {
    let rows: Vec<(VerificationLevelId, String)> =
        verification_levels::table.select((verification_levels::id, verification_levels::name)).load(conn)?;
    let mut known = Known::default();
    for (id, _) in &rows {
        known.add(*id, &[], true);
    }
    // A name of digits alone must not hide an id.
    for (id, name) in &rows {
        known.add(*id, &[name], true);
    }
    Ok(known)
}

/// Which of the addresses clients have, removed ones included.
fn there(conn: &mut DbConnection, keys: &[String]) -> Result<HashSet<String>, Error> {
    let same = clients::table.filter(clients::email_key.eq_any(keys.to_vec()));
    Ok(same.select(clients::email_key).load::<String>(conn)?.into_iter().collect())
}

/// Which of the addresses clients had whose data was removed.
fn erased<'a>(
    conn: &mut DbConnection,
    emails: impl Iterator<Item = &'a Email>,
    fingerprint: &dyn Fn(&Email) -> Vec<u8>,
) -> Result<HashSet<String>, Error> {
    if !diesel::select(diesel::dsl::exists(erased_emails::table.select(erased_emails::fingerprint)))
        .get_result::<bool>(conn)?
    {
        return Ok(HashSet::new());
    }
    let keys: HashMap<Vec<u8>, String> = emails.map(|email| (fingerprint(email), email.key())).collect();
    let found =
        erased_emails::table.filter(erased_emails::fingerprint.eq_any(keys.keys().cloned().collect::<Vec<_>>()));
    let found: Vec<Vec<u8>> = found.select(erased_emails::fingerprint).load(conn)?;
    Ok(found.iter().filter_map(|fingerprint| keys.get(fingerprint).cloned()).collect())
}
