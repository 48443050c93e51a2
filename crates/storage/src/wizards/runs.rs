//! Wizards that clients and visitors take.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::value::{List, Timestamp, Uuid};
use domain::wizards::{
    Decision, KEPT_AFTER_END, Outcome, Procedure, Progress, Run, RunContext, RunLimits, RunState, SentCode, Step,
    StepSetup, WizardRunId,
};
use serde::{Deserialize, Serialize};

use super::additional_information;
use crate::connection::on_each;
use crate::credentials::blocks::{self, CodeOwner};
use crate::one_of::one_of;
use crate::platform::settings;
use crate::schema::wizard_runs as table;
use crate::{DbConnection, Error, PRUNED_AT_ONCE, Tx, json};

/// What a run has collected that has collected nothing.
pub const NO_DATA: &str = "{}";

/// A run that is held, and what its next transition depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRun {
    /// Its id.
    pub id: WizardRunId,
    /// The run.
    pub run: Run,
    /// What its steps have collected, as JSON. Secrets in it are hashed or sealed.
    pub data: String,
    /// The time, the limits, and whether codes are refused.
    pub context: RunContext,
    /// From where the step is taken.
    pub ip: IpAddr,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    kind: Procedure,
    client_id: Option<ClientId>,
    state: RunState,
    steps: String,
    progress: String,
    data: &'a str,
    code_hash: Option<&'a [u8]>,
    code_expires_at: Option<NaiveDateTime>,
    sends: i64,
    wrong_tries: String,
    expires_at: NaiveDateTime,
}

fn row<'a>(run: &'a Run, data: &'a str, context: &RunContext) -> Result<Row<'a>, Error> {
    let code = run.code.as_ref();
    Ok(Row {
        kind: run.procedure,
        client_id: run.client,
        state: run.state(context),
        steps: json(&run.steps)?,
        progress: json(&run.progress)?,
        data,
        code_hash: code.map(|code| code.hash.as_slice()),
        code_expires_at: code.map(|code| code.expires_at.naive()),
        sends: run.sends,
        wrong_tries: json(&run.wrong_tries)?,
        expires_at: run.expires_at.naive(),
    })
}

type Columns = (
    WizardRunId,
    (Procedure, Option<ClientId>),
    (List<StepSetup>, String, String),
    (Option<Vec<u8>>, Option<Timestamp>),
    (i64, List<Timestamp>),
    Timestamp,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        (table::kind, table::client_id),
        (table::steps, table::progress, table::data),
        (table::code_hash, table::code_expires_at),
        (table::sends, table::wrong_tries),
        table::expires_at,
    )
}

fn stored(row: Columns) -> Result<(WizardRunId, Run, String), Error> {
    let (id, (procedure, client), (steps, progress, data), (hash, code_expires_at), (sends, wrong_tries), expires_at) =
        row;
    let progress: Progress = serde_json::from_str(&progress)?;
    let code = hash.zip(code_expires_at).map(|(hash, expires_at)| SentCode { hash, expires_at });
    Ok((id, Run { procedure, steps, client, progress, code, sends, wrong_tries, expires_at }, data))
}

fn context(tx: &mut Tx<'_>, owner_blocked_until: Option<Timestamp>) -> Result<RunContext, Error> {
    let limits = RunLimits::from(&settings::get(tx.conn)?.data);
    Ok(RunContext { now: tx.now, limits, owner_blocked_until })
}

/// Stores a run that begins, with what is known already; who knows its UUID can ask to go on with it.
pub fn begin(tx: &mut Tx<'_>, uuid: &Uuid, run: &Run, data: &str) -> Result<WizardRunId, Error> {
    let context = context(tx, None)?;
    let values = (row(run, data, &context)?, table::uuid.eq(uuid), table::create_time.eq(tx.now.naive()));
    Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?)
}

/// What a run is of, and whose it is, if it is known.
pub fn procedure_of(conn: &mut DbConnection, uuid: &Uuid) -> Result<Option<(Procedure, Option<ClientId>)>, Error> {
    let run = table::table.filter(table::uuid.eq(uuid)).select((table::kind, table::client_id));
    Ok(run.first(conn).optional()?)
}

/// Holds a run of this procedure until the transaction ends, and reads it, for a step from this address. Its client is
/// held first, so that codes that are tried in several runs at once are all counted.
///
/// # Errors
/// [`Error::NotFound`] where it is finished or expired, of another procedure, or of somebody else.
pub fn lock(
    tx: &mut Tx<'_>,
    procedure: impl Into<Procedure>,
    uuid: &Uuid,
    caller: Option<ClientId>,
    ip: IpAddr,
) -> Result<HeldRun, Error> {
    let named = || table::table.filter(table::uuid.eq(uuid));
    let (id, client): (WizardRunId, Option<ClientId>) = named().select((table::id, table::client_id)).first(tx.conn)?;
    if let Some(client) = client {
        tx.lock("clients", client)?;
    }
    tx.lock("wizard_runs", id)?;
    let (id, run, data) = stored(named().select(columns()).first(tx.conn)?)?;
    run.check_open_to(procedure.into(), caller, tx.now).map_err(|_| Error::NotFound)?;
    if run.client != client {
        return Err(Error::Contended(format!("the client of run {id} has become known")));
    }
    let awaits_code = run.next().is_some_and(Step::is_confirmation);
    let blocked_until = match code_owner(&run, &data).filter(|_| awaits_code) {
        Some(owner) => blocks::codes_refused_until(tx, &owner, ip)?,
        None => None,
    };
    Ok(HeldRun { id, run, data, context: context(tx, blocked_until)?, ip })
}

/// What a recovery has collected that is for somebody who is no client.
#[derive(Serialize, Deserialize)]
struct OfStranger {
    /// Tells them from others.
    stranger: String,
}

/// The data of a recovery that is for somebody who is no client, and that nobody can tell from another one.
///
/// # Errors
/// None that can be met: a text is always JSON.
pub fn data_of_stranger(name: &str) -> Result<String, Error> {
    json(&OfStranger { stranger: name.to_owned() })
}

/// Whose wrong codes count beyond the run: those of a client, and of a recovery for somebody who is none.
fn code_owner(run: &Run, data: &str) -> Option<CodeOwner> {
    match (run.client, run.procedure) {
        (Some(client), _) => Some(CodeOwner::Client(client)),
        (None, Procedure::PasswordRecovery) => {
            let named: Option<OfStranger> = serde_json::from_str(data).ok();
            named.map(|named| CodeOwner::Nobody(named.stranger))
        }
        (None, _) => None,
    }
}

/// Writes a run as it is after a transition, with what its steps have collected, and counts a wrong code of a client.
/// When it is finished, the answers to fields of the broker's own are kept with the client, and nothing personal stays
/// in the run.
///
/// # Errors
/// Those of the database.
pub fn advance(tx: &mut Tx<'_>, held: &HeldRun, decision: &Decision, data: &str) -> Result<(), Error> {
    let (mut after, mut context) = (decision.run.clone(), held.context.clone());
    if let (Outcome::WrongCode, Some(owner)) = (decision.outcome, code_owner(&after, data)) {
        context.owner_blocked_until = blocks::count_wrong_code(tx, &owner, held.ip)?;
    }
    let is_finished = after.next().is_none();
    if is_finished {
        let answers = std::mem::take(&mut after.progress.answers);
        if let Some(client) = after.client {
            additional_information::keep(tx, client, &answers)?;
        }
    }
    let data = if is_finished { NO_DATA } else { data };
    diesel::update(table::table.find(held.id)).set(row(&after, data, &context)?).execute(tx.conn)?;
    Ok(())
}

/// Forgets runs that ended a while ago, some of them at a time; answers how many.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let ended = table::table.filter(table::expires_at.lt(tx.now.plus(-KEPT_AFTER_END).naive()));
    let ids: Vec<WizardRunId> =
        ended.order((table::expires_at, table::id)).limit(PRUNED_AT_ONCE).select(table::id).load(tx.conn)?;
    let rows = table::table.filter(one_of(table::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}
