//! Verification levels.

use domain::clients::{PermissionLevelId, VerificationLevelId};
use domain::identity::Permission;
use domain::ledger::Amount;
use domain::payments::LevelLimits;
use domain::value::{Entity, FaultCode as _, Identified, Set};
use domain::verification::{ClientTestId, LevelTerms, VerificationFault, VerificationLevel, VerificationWizard};
use http::Fault;
use http::request::{
    Boolean, Choice, Decimal, Fields, Id, Input, Integer, Kind as _, ListQuery, NoFilter, Object, SetOf, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::removal::verification_levels;
use storage::verification::levels;
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const LEVELS: &str = "/api/v2/verifications/levels";
    const LEVEL: &str = "/api/v2/verifications/levels/{levelId}";
    routes
        .get("verification-levels.list", LEVELS, P::VerificationLevelsRead)
        .summary("List verification levels.")
        .describe("Clients climb from the default level, which new clients get, along `nextLevel`.")
        .list(list);
    routes
        .get("verification-levels.get", LEVEL, P::VerificationLevelsRead)
        .summary("Read a verification level.")
        .describe("With what it asks of clients and what it lets them do.")
        .record(get);
    routes
        .post("verification-levels.create", LEVELS, P::VerificationLevelsCreate)
        .summary("Add a verification level.")
        .describe(
            "Its index is above 0 and taken by no other level; the next level has a larger one. `options` names \
             the document groups that clients hand in documents for.",
        )
        .example(json!({
            "index": 30, "name": "Professional", "description": "For professional clients",
            "mailDescription": "You are a professional client.", "nextLevel": null, "roleId": 1,
            "wizard": "DocumentsWizard", "default": false, "visible": true, "sustainable": false,
            "options": ["Identity"], "requiredTests": [], "limits": {"depositDaily": "50000", "withdrawalDaily": null},
        }))
        .created(create);
    routes
        .put_and_patch("verification-levels.update", LEVEL, P::VerificationLevelsUpdate)
        .summary("Change a verification level.")
        .describe(
            "Limits and permissions reach the clients of the level at once. A level that is made the default \
             changes places with the one that was; there is no other way to take the mark away.",
        )
        .example_at("/api/v2/verifications/levels/2", json!({"limits": {"withdrawalDaily": "20000"}}))
        .changed(update);
    routes
        .delete("verification-levels.delete", LEVEL, P::VerificationLevelsDelete)
        .summary("Delete a verification level.")
        .describe("Refused for the default level, and while clients have it or other records name it.")
        .example_path("/api/v2/verifications/levels/4")
        .deleted(delete);
}

/// A step of a client's verification.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "VerificationLevel")]
struct LevelAnswer {
    id: VerificationLevelId,
    /// How far up it is: 0 for the default level, more for the others.
    index: i64,
    /// Its name.
    name: String,
    /// What clients are told of it, which may be HTML.
    description: String,
    /// What mails say of it.
    mail_description: String,
    /// The level that may be granted after it.
    next_level: Option<VerificationLevelId>,
    /// The permission level that says what its clients may do.
    role_id: PermissionLevelId,
    /// How clients are checked.
    wizard: VerificationWizard,
    /// Whether new clients get it.
    default: bool,
    /// Whether clients who do not have it are shown it.
    visible: bool,
    /// Always false.
    sustainable: bool,
    /// The names of the document groups that clients hand in documents for.
    options: Set<String>,
    /// The tests to be passed first.
    required_tests: Set<ClientTestId>,
    /// How much money its clients move, in USD.
    limits: LevelLimits,
}

impl Resource<Back> for LevelAnswer {
    const NAME: &'static str = VerificationLevel::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Identified<VerificationLevel>> for LevelAnswer {
    fn from(Identified { id, data: VerificationLevel { role, terms } }: Identified<VerificationLevel>) -> Self {
        Self {
            id,
            index: terms.index,
            name: terms.name,
            description: terms.description,
            mail_description: terms.mail_description,
            next_level: terms.next,
            role_id: role,
            wizard: terms.wizard,
            default: terms.default,
            visible: terms.visible,
            sustainable: false,
            options: terms.groups,
            required_tests: terms.required_tests,
            limits: terms.limits,
        }
    }
}

/// A limit by its name in the interface, and where it is kept.
type Limit = (&'static str, fn(&mut LevelLimits) -> &mut Option<Amount>);

const LIMITS: [Limit; 7] = [
    ("depositDaily", |limits| &mut limits.deposit_daily),
    ("depositMonthly", |limits| &mut limits.deposit_monthly),
    ("withdrawalDaily", |limits| &mut limits.withdrawal_daily),
    ("withdrawalMonthly", |limits| &mut limits.withdrawal_monthly),
    ("transferDaily", |limits| &mut limits.transfer_daily),
    ("transferMonthly", |limits| &mut limits.transfer_monthly),
    ("automaticWithdrawal", |limits| &mut limits.automatic_withdrawal),
];

/// The limits that are sent; the others stay.
type SentLimits = Vec<(usize, Option<Amount>)>;

fn limits_schema() -> Value {
    let amount = Decimal::NonNegative.schema();
    let nullable = json!({"description": "In USD; null: no limit.", "anyOf": [amount, {"type": "null"}]});
    let properties: Map<String, Value> =
        LIMITS.iter().map(|(name, _)| ((*name).to_owned(), nullable.clone())).collect();
    json!({"title": "NewLevelLimits", "type": "object", "properties": properties})
}

fn read_limits(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentLimits> {
    let before = faults.len();
    let mut sent = Vec::new();
    for (place, (name, _)) in LIMITS.iter().enumerate() {
        match object.get(*name) {
            None => {}
            Some(Value::Null) => sent.push((place, None)),
            Some(value) => {
                let amount = Decimal::NonNegative.parse(value, &format!("{at}.{name}"), faults);
                sent.extend(amount.map(|amount| (place, Some(amount))));
            }
        }
    }
    (faults.len() == before).then_some(sent)
}

const SENT_LIMITS: Object<SentLimits> = Object { schema: limits_schema, read: read_limits };

fn read_terms(fields: &mut Fields<'_, LevelTerms>) -> Option<LevelTerms> {
    let index = fields.required("index", &Integer::FROM_ZERO, |level| &level.index);
    let name = fields.required("name", &Text::NAME, |level| &level.name);
    let description = fields.or("description", &Text::LONG, |level| &level.description, String::new);
    let mail = fields.or("mailDescription", &Text::LONG, |level| &level.mail_description, String::new);
    let next = fields.nullable("nextLevel", &Id::of(), |level| &level.next);
    let wizard = fields.or("wizard", &Choice::of(), |level| &level.wizard, || VerificationWizard::Documents);
    let default = fields.or("default", &Boolean, |level| &level.default, || false);
    let visible = fields.or("visible", &Boolean, |level| &level.visible, || true);
    let sustainable = match fields.optional("sustainable", &Boolean) {
        Some(Some(true)) => fields.fault("sustainable", VerificationFault::SustainableUnsupported.fault()),
        Some(Some(false) | None) => Some(()),
        None => None,
    };
    let groups = fields.or("options", &SetOf(Text::NAME), |level| &level.groups, Set::default);
    let tests = fields.or("requiredTests", &SetOf(Id::of()), |level| &level.required_tests, Set::default);
    let sent_limits = fields.optional("limits", &SENT_LIMITS);
    // Where both are sent, or nothing is stored yet, they must agree by themselves.
    let is_told = fields.current().is_none() || fields.has("index") && fields.has("default");
    let agreement = match index.zip(default) {
        Some((index, default)) if is_told && default != (index == 0) => {
            fields.fault("index", VerificationFault::DefaultIndexMismatch.fault())
        }
        _ => Some(()),
    };
    let mut limits = fields.current().map(|level| level.limits).unwrap_or_default();
    for (place, amount) in sent_limits?.unwrap_or_default() {
        if let Some((_, limit)) = LIMITS.get(place) {
            *limit(&mut limits) = amount;
        }
    }
    agreement.and(sustainable)?;
    Some(LevelTerms {
        index: index?,
        name: name?,
        description: description?,
        mail_description: mail?,
        next: next?,
        wizard: wizard?,
        default: default?,
        visible: visible?,
        groups: groups?,
        required_tests: tests?,
        limits,
    })
}

/// A new level; without a permission level it gets the default one.
struct NewLevel {
    role: Option<PermissionLevelId>,
    terms: LevelTerms,
}

impl Input<Back> for NewLevel {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let role = fields.optional("roleId", &Id::of());
        let terms = read_terms(&mut fields.fresh());
        Some(Self { role: role?, terms: terms? })
    }
}

impl Input<Back> for VerificationLevel {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let role = fields.required("roleId", &Id::of(), |level| &level.role);
        let terms = read_terms(&mut fields.part(|level| &level.terms));
        Some(Self { role: role?, terms: terms? })
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<LevelAnswer>, Problem> {
    Ok(levels::list(reading.conn, &query.paging)?.map(LevelAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (VerificationLevelId,)) -> Result<LevelAnswer, Problem> {
    Ok(levels::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewLevel>) -> Result<LevelAnswer, Problem> {
    let NewLevel { role, terms } = body.create()?;
    Ok(levels::insert(writing.tx, role, &terms)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (VerificationLevelId,),
    body: &Body<'_, VerificationLevel>,
) -> Result<Change<LevelAnswer>, Problem> {
    let before = levels::lock(writing.tx, id)?;
    Ok(writing.change(before, body, levels::update)?.map(LevelAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (VerificationLevelId,)) -> Result<LevelAnswer, Problem> {
    Ok(verification_levels::delete(writing.tx, id)?.into())
}
