//! The client adds and removes addresses of their whitelist, and lets withdrawals go to any address again.

use std::sync::Arc;

use domain::ledger::CurrencyCode;
use domain::payments::{WhitelistedAddress, WhitelistedAddressId};
use domain::value::Uuid;
use domain::wizards::Procedure;
use http::Answer;
use http::request::{Fields, Id, Input, PathIds as _, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::Tx;
use storage::audit::Action;
use storage::payments::whitelisted_addresses;
use storage::wizards::runs;

use super::whitelist::{MyWhitelist, MyWhitelistedAddress};
use crate::Problem;
use crate::context::AppContext;
use crate::front::wizards::procedure::{self, Confirmation, Plan, StepData, Taken};
use crate::front::wizards::{UUID, WizardStep};
use crate::front::{Call, Front, Requirement, Routes, audit};

type WhitelistStep = WizardStep<StepData<Changed>>;

pub(super) fn routes(routes: &mut Routes) {
    const POLICIES: &str = "/api/v2/my/withdrawals/policies";
    let uuid = "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42";
    routes
        .get("my.policies.wizard", "/api/v2/my/withdrawals/policies/wizard", Requirement::SignedIn)
        .summary("Start adding an address to the whitelist.")
        .describe("The form is awaited next: the address.")
        .action::<(), WhitelistStep, _>(procedure::begin::<Listing>);
    routes
        .post("my.policies.create", POLICIES, Requirement::SignedIn)
        .summary("Give the address to add.")
        .describe(
            "It has the form of the currency's chain where that is known (422), and is not listed for the currency (409). It \
             counts once it is confirmed.",
        )
        .example(json!({
            "uuid": uuid, "name": "Savings", "walletAddress": "0x52908400098527886E0F7030069857D2E4169EE7",
            "currencyCode": 1001,
        }))
        .action::<SentAddress, WhitelistStep, _>(create);
    routes
        .get("my.policies.delete-wizard", "/api/v2/my/withdrawals/policies/delete/wizard", Requirement::SignedIn)
        .summary("Start removing an address from the whitelist.")
        .describe("The address is named next.")
        .action::<(), WhitelistStep, _>(procedure::begin::<Removal>);
    routes
        .delete("my.policies.delete", "/api/v2/my/withdrawals/policies/{policyId}", Requirement::SignedIn)
        .summary("Name the address to remove.")
        .describe("It goes once it is confirmed. A withdrawal that waits goes on.")
        .example_at("/api/v2/my/withdrawals/policies/1", json!({"uuid": uuid}))
        .action::<RunOf, WhitelistStep, _>(delete);
    routes
        .get("my.policies.disable-wizard", "/api/v2/my/withdrawals/policies/disable/wizard", Requirement::SignedIn)
        .summary("Start letting withdrawals go to any address.")
        .describe("The wish itself is awaited next.")
        .action::<(), WhitelistStep, _>(procedure::begin::<Lifting>);
    routes
        .put_and_patch("my.policies.disable", "/api/v2/my/withdrawals/policies/disable", Requirement::SignedIn)
        .summary("Ask to let withdrawals go to any address.")
        .describe("It takes effect once it is confirmed.")
        .example(json!({"uuid": uuid}))
        .action::<RunOf, WhitelistStep, _>(disable);
    routes
        .post("my.policies.confirm", "/api/v2/my/withdrawals/policies/confirm", Requirement::SignedIn)
        .summary("Confirm a change of the whitelist with a code.")
        .describe("The run tells which change it is.")
        .example(json!({"uuid": uuid, "code": "492039"}))
        .action::<Confirmation, WhitelistStep, _>(confirm);
}

/// An address that the client wants to add.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listing {
    name: Option<String>,
    wallet_address: String,
    currency: CurrencyCode,
    destination_tag: Option<String>,
}

/// What was changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyWhitelistChange")]
#[serde(untagged)]
enum Changed {
    /// The address that was added or removed.
    Address(Box<MyWhitelistedAddress>),
    /// How the client restricts withdrawals now.
    Whitelist(MyWhitelist),
}

impl Listing {
    fn address(&self) -> WhitelistedAddress {
        WhitelistedAddress {
            wallet_address: self.wallet_address.clone(),
            currency: self.currency,
            caption: self.name.clone(),
            destination_tag: self.destination_tag.clone(),
        }
    }
}

impl Plan for Listing {
    const PROCEDURE: Procedure = Procedure::WhitelistCreate;
    type Data = StepData<Changed>;

    fn carry_out(&self, _: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<Self::Data>, Problem> {
        let caller = call.caller()?;
        let id = whitelisted_addresses::add(tx, caller.client(), &self.address())?;
        let added = MyWhitelistedAddress::from(whitelisted_addresses::get(tx.conn, &caller.scope(), id)?);
        audit::note_record(tx, call, Action::Add, &added)?;
        Ok(Some(StepData::Done(Changed::Address(Box::new(added)))))
    }
}

/// An address that the client wants to remove.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Removal {
    address: WhitelistedAddressId,
}

impl Plan for Removal {
    const PROCEDURE: Procedure = Procedure::WhitelistDelete;
    type Data = StepData<Changed>;

    fn carry_out(&self, _: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<Self::Data>, Problem> {
        let removed = whitelisted_addresses::delete(tx, call.caller()?.client(), self.address)?;
        let removed = MyWhitelistedAddress::from(removed);
        audit::note_record(tx, call, Action::Delete, &removed)?;
        Ok(Some(StepData::Done(Changed::Address(Box::new(removed)))))
    }
}

/// The wish to withdraw to any address.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lifting {}

impl Plan for Lifting {
    const PROCEDURE: Procedure = Procedure::WhitelistChange;
    type Data = StepData<Changed>;

    fn carry_out(&self, _: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<Self::Data>, Problem> {
        let client = call.caller()?.client();
        whitelisted_addresses::restrict(tx, client, false)?;
        let after = MyWhitelist::of(client, false);
        audit::note_record(tx, call, Action::Update, &after)?;
        Ok(Some(StepData::Done(Changed::Whitelist(after))))
    }
}

struct SentAddress {
    uuid: Uuid,
    listing: Listing,
}

impl Input<Front> for SentAddress {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyWhitelistedAddress");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run that the wizard call answered.").needed("uuid", &UUID);
        let name = fields.about("What the client calls it.").nullable_new("name", &Text::NAME);
        let wallet = fields.about("The address: case matters.").needed("walletAddress", &Text::NAME);
        let currency = fields.about("The numeric code of the currency.").needed("currencyCode", &Id::of());
        let tag =
            fields.about("The tag or memo that tells there who is paid.").nullable_new("destinationTag", &Text::NAME);
        Some(Self {
            uuid: uuid?,
            listing: Listing { name: name?, wallet_address: wallet?, currency: currency?, destination_tag: tag? },
        })
    }
}

/// The run that goes on.
struct RunOf(Uuid);

impl Input<Front> for RunOf {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyRun");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run that the wizard call answered.").needed("uuid", &UUID);
        Some(Self(uuid?))
    }
}

async fn create(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let SentAddress { uuid, listing } = call.body::<SentAddress>().create()?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        procedure::check_form_awaited::<Listing>(call, tx, &uuid)?;
        whitelisted_addresses::check_new(tx, call.caller()?.client(), &listing.address())?;
        procedure::fill_in(app, call, tx, &uuid, &listing)
    };
    procedure::take(app, call, step).await
}

async fn delete(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (address,) = <(WhitelistedAddressId,)>::from_segments(&call.segments).ok_or_else(Problem::not_found)?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        whitelisted_addresses::get(tx.conn, &call.caller()?.scope(), address)?;
        let RunOf(uuid) = call.body::<RunOf>().create()?;
        procedure::fill_in(app, call, tx, &uuid, &Removal { address })
    };
    procedure::take(app, call, step).await
}

async fn disable(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let RunOf(uuid) = call.body::<RunOf>().create()?;
    procedure::take(app, call, move |app, call, tx| procedure::fill_in(app, call, tx, &uuid, &Lifting {})).await
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let sent = call.body::<Confirmation>().create()?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        match runs::procedure_of(tx.conn, &sent.uuid)?.map(|(procedure, _)| procedure) {
            Some(Procedure::WhitelistCreate) => procedure::confirm::<Listing>(app, call, tx, &sent),
            Some(Procedure::WhitelistDelete) => procedure::confirm::<Removal>(app, call, tx, &sent),
            Some(Procedure::WhitelistChange) => procedure::confirm::<Lifting>(app, call, tx, &sent),
            Some(_) | None => Err(Problem::not_found()),
        }
    };
    procedure::take(app, call, step).await
}
