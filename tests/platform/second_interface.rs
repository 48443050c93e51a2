//! An interface beside those of the program: another prefix, other callers, another gate,
//! and Spanish for whoever reads no language that it speaks. It shares nothing with the first but the HTTP layer and the
//! context.

use std::sync::{Arc, LazyLock};

use api::AppContext;
use domain::clients::{ClientId, ClientStatus, Phone, PhoneId, PhoneKind, PhoneNumber};
use domain::identity::{Principal, Scope};
use domain::value::Field;
use http::request::{Fields, Input, ListQuery, NoFilter, PHONE_PATTERN, Parsed};
use http::routes::{Reading, Resource, Writing};
use http::{Audit, CallFault, Catalogue, GateRequest, Interface, Origin, Problem, Route, Routes, Service, Texts, read};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::audit::{Actor, Category};
use storage::clients::phones::{self, Filter, StoredPhone};
use storage::clients::profiles;
use storage::{ByTime, Database, Direction, Error, Guard, Page, Paging, RateNeed, Tx};

use crate::harness::{Setup, on_both_with};

pub enum Front {}

/// A client who calls.
pub struct Caller {
    pub client: ClientId,
    pub email: String,
}

/// What a route asks of a client.
#[derive(Clone, Copy, Debug)]
pub enum Right {
    Look,
    Change,
}

impl http::Requirement for Right {
    fn needs_caller(&self) -> bool {
        true
    }

    fn takes_own_key(&self) -> bool {
        false
    }

    fn is_counted(&self) -> bool {
        false
    }

    fn security(&self) -> Value {
        json!([{"client": []}])
    }

    fn permission(&self) -> Option<&'static str> {
        None
    }
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts {
    catalogue: Catalogue::new(&[(
        "es",
        &[
            include_str!("../../locales/es/calls.ftl"),
            include_str!("../../locales/es/requests.ftl"),
            include_str!("../../locales/es/common.ftl"),
            include_str!("../../locales/es/clients.ftl"),
        ],
    )])
    .unwrap(),
    name_of: |field| if field == Field::Number { "telefono" } else { "" },
});

impl Interface for Front {
    type Context = AppContext;
    type Caller = Caller;
    type Requirement = Right;

    const PREFIX: &'static str = "/api/v2/own";

    fn texts() -> &'static Texts {
        &TEXTS
    }

    fn database(context: &AppContext) -> &Database {
        &context.database
    }

    fn principal(caller: &Caller) -> Principal {
        Principal::Client(caller.client)
    }

    fn sees_personal_data(_: &Caller) -> bool {
        true
    }

    /// The token of this test is the client's id.
    async fn admit(
        context: &Arc<AppContext>,
        entry: GateRequest<'_>,
        requirement: Option<Right>,
    ) -> Result<Option<Arc<Caller>>, Problem> {
        let Some(right) = requirement else { return Ok(None) };
        let id = entry.bearer.and_then(|token| token.parse::<ClientId>().ok());
        let id = id.ok_or_else(|| Problem::unauthorized(CallFault::TokenInvalid))?;
        let found = read(&context.database, move |conn| profiles::get(conn, &Scope::Client(id), id)).await;
        let client = found.map_err(|_| Problem::unauthorized(CallFault::TokenInvalid))?.data;
        match right {
            Right::Change if client.profile.status != ClientStatus::Active => {
                Err(Problem::forbidden(CallFault::Forbidden))
            }
            Right::Look | Right::Change => Ok(Some(Arc::new(Caller { client: id, email: client.email.to_string() }))),
        }
    }

    fn guard(_: &Caller) -> Guard {
        Guard::Nothing
    }

    fn record(tx: &mut Tx<'_>, origin: Origin<'_>, caller: &Caller, audit: &Audit) -> Result<(), Error> {
        let actor = Actor {
            id: None,
            api_key: None,
            email: caller.email.clone(),
            groups: Default::default(),
            ip: origin.ip.to_string(),
            request_id: origin.request_id.to_owned(),
            operation: origin.operation,
        };
        storage::audit::record(tx, &actor, &audit.subject, audit.action, &audit.details)
    }

    fn written(_: &AppContext, _: bool) {}

    async fn hash_password(_: &Arc<AppContext>, _: &Map<String, Value>) -> Result<Option<String>, Problem> {
        Ok(None)
    }

    async fn fetch_rate(_: &Arc<AppContext>, _: RateNeed) -> Result<(), Problem> {
        Err(Problem::not_found())
    }

    fn seal(_: &AppContext, text: &[u8]) -> Result<Vec<u8>, Problem> {
        Ok(text.to_vec())
    }

    fn open(_: &AppContext, sealed: &[u8]) -> Option<Vec<u8>> {
        Some(sealed.to_vec())
    }

    fn fingerprint(_: &AppContext, parts: &[&[u8]]) -> Vec<u8> {
        parts.concat()
    }
}

#[derive(Serialize, JsonSchema)]
struct OwnPhone {
    #[serde(skip)]
    id: PhoneId,
    #[serde(skip)]
    client: ClientId,
    telefono: String,
}

impl Resource<Front> for OwnPhone {
    const NAME: &'static str = "phone";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
}

impl From<StoredPhone> for OwnPhone {
    fn from(stored: StoredPhone) -> Self {
        Self { id: stored.id, client: stored.client, telefono: stored.data.number.to_string() }
    }
}

/// The same type of the domain as the back office reads, by another name.
impl Input<Front> for Phone {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let number: Option<PhoneNumber> = fields.needed("telefono", &Parsed::matching(PHONE_PATTERN));
        let kind = Some(PhoneKind::Mobile);
        Some(Self { number: number?, ext: None, kind, confirmed: false, default: false })
    }
}

fn list(
    reading: &mut Reading<'_, Front>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<OwnPhone>, Problem> {
    let Paging { limit, offset, counts, .. } = query.paging;
    let paging = Paging { sort: phones::Sort::CreateTime, direction: Direction::Ascending, limit, offset, counts };
    let scope = Scope::Client(reading.caller.client);
    Ok(phones::list(reading.conn, &scope, &Filter::default(), &paging)?.map(OwnPhone::from))
}

fn create(
    writing: &mut Writing<'_, '_, Front>,
    (): (),
    body: &http::request::Body<'_, Front, Phone>,
) -> Result<OwnPhone, Problem> {
    let client = writing.caller.client;
    Ok(phones::insert(writing.tx, &Scope::Client(client), client, &body.create()?)?.into())
}

fn routes() -> Vec<Route<Front>> {
    const PHONES: &str = "/api/v2/own/phones";
    let mut routes = Routes::default();
    routes.get("my.phones.list", PHONES, Right::Look).summary("Sus teléfonos.").list(list);
    routes.post("my.phones.create", PHONES, Right::Change).summary("Añadir un teléfono.").created(create);
    routes.into_vec()
}

fn both_interfaces(context: &Arc<AppContext>) -> std::io::Result<Service> {
    api::service(context)?.with::<Front>(context, routes())
}

#[test]
fn a_second_interface_has_callers_a_gate_and_words_of_its_own() {
    on_both_with(&Setup { service: Some(both_interfaces), ..Setup::default() }, |app| {
        let admin = app.admin();
        let client = |email: &str| admin.new_client(email, &json!({}));
        let (ann, bob) = (client("ann@example.com"), client("bob@example.com"));
        let [as_ann, as_bob] = [ann, bob].map(|id| app.client.with_token(&id.to_string()));
        let path = "/api/v2/own/phones";

        // Each sees their own.
        as_ann.post(path, &json!({"telefono": "+12025550101"})).expect(201);
        let page = json!({"total": 1, "data": [{"telefono": "+12025550101"}]});
        assert_eq!(as_ann.get(path).expect(200), page);
        assert_eq!(as_bob.total(path), 0);
        assert_eq!(admin.total("/api/v2/phones"), 1);

        // Its words are Spanish, whatever the caller reads; those of the back office are not.
        let refused = as_ann.with("Accept-Language", "en").post(path, &json!({})).refused(400, "required");
        assert_eq!(refused["error"]["message"], json!("La solicitud no es válida."));
        let fault = json!([{"field": "telefono", "code": "required", "issue": "es obligatorio"}]);
        assert_eq!(refused["error"]["details"], fault);
        let taken = as_ann.post(path, &json!({"telefono": "+12025550101"})).refused(409, "taken");
        assert_eq!(taken["error"]["details"][0]["field"], json!("telefono"));
        assert_eq!(
            admin.post("/api/v2/phones", &json!({})).expect(400)["error"]["message"],
            json!("The request is not valid.")
        );

        // Neither is a caller of the other's.
        app.client.with_token("rubbish").get(path).refused(401, "tokenInvalid");
        as_ann.get("/api/v2/phones").refused(401, "tokenInvalid");

        // The gate asks for another thing than a permission.
        admin.patch(&format!("/api/v2/clients/{bob}"), &json!({"status": "banned"})).expect(200);
        as_bob.post(path, &json!({"telefono": "+12025550102"})).refused(403, "forbidden");
        assert_eq!(as_bob.total(path), 0);
    });
}

#[test]
fn a_key_of_one_caller_is_not_that_of_another() {
    on_both_with(&Setup { service: Some(both_interfaces), ..Setup::default() }, |app| {
        let admin = app.admin();
        let client = |email: &str| admin.new_client(email, &json!({}));
        let ids = [client("ann@example.com"), client("bob@example.com")];
        let body = json!({"telefono": "+12025550101"});
        for id in ids {
            let caller = app.client.with_token(&id.to_string()).with("Idempotency-Key", "one");
            assert_eq!(caller.post("/api/v2/own/phones", &body).header("Idempotent-Replayed"), None);
            assert_eq!(caller.post("/api/v2/own/phones", &body).header("Idempotent-Replayed"), Some("true"));
        }
        assert_eq!(admin.total("/api/v2/phones"), 2);
    });
}
