//! Phone numbers of clients.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{ClientId, Phone, PhoneId, PhoneKind, PhoneNumber};
use domain::identity::{Permission, masked_phone};
use domain::value::{Entity, Timestamp};
use http::request::{
    Boolean, Choice, Fields, FilterSet, Filters, Id, Input, ListQuery, PHONE_PATTERN, Parsed, SortKey, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::clients::phones::{self, Filter, Sort, StoredPhone};
use storage::identity::system_logs::Category;
use storage::{Direction, Page};

use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PHONES: &str = "/api/v2/phones";
    const PHONE: &str = "/api/v2/phones/{phoneId}";
    routes
        .get("phone-numbers.list", PHONES, P::PhoneNumbersRead)
        .summary("List phone numbers of clients.")
        .describe(
            "Phone numbers of all clients whom the caller sees, the newest first; masked for callers who may \
             not see them in clear.",
        )
        .list(list);
    routes
        .get("phone-numbers.get", PHONE, P::PhoneNumbersRead)
        .summary("Read a phone number.")
        .describe("A number of a client whom the caller does not see does not exist for them.")
        .record(get);
    routes
        .post("phone-numbers.create", PHONES, P::PhoneNumbersCreate)
        .summary("Add a phone number to a client.")
        .describe("A client has a number once. A number that is made the default takes the place of the former one.")
        .example(json!({"clientId": 1, "number": "+12025550171", "ext": "12", "type": "mobile"}))
        .created(create);
    routes
        .put_and_patch("phone-numbers.update", PHONE, P::PhoneNumbersUpdate)
        .summary("Change a phone number.")
        .describe(
            "A number that changes is no longer confirmed, unless the call says so. A masked number that is \
             sent back changes nothing.",
        )
        .example_at("/api/v2/phones/1", json!({"type": "fixed", "confirmed": true}))
        .changed(update);
    routes
        .delete("phone-numbers.delete", PHONE, P::PhoneNumbersDelete)
        .summary("Delete a phone number.")
        .describe("The profile then shows the confirmed number, else the oldest.")
        .deleted(delete);
}

/// A phone number of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PhoneNumber")]
#[serde(rename_all = "camelCase")]
struct PhoneAnswer {
    id: PhoneId,
    client_id: ClientId,
    /// Whether the client showed that it is theirs.
    confirmed: bool,
    /// Whether the client's profile shows it.
    default: bool,
    /// The extension within the number.
    ext: Option<String>,
    /// The number with a plus sign, country code and digits.
    number: String,
    /// The kind of number.
    #[serde(rename = "type")]
    kind: Option<PhoneKind>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for PhoneAnswer {
    const NAME: &'static str = Phone::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn mask(&mut self) {
        self.number = masked_phone(&self.number);
    }
}

impl From<StoredPhone> for PhoneAnswer {
    fn from(stored: StoredPhone) -> Self {
        let Phone { number, ext, kind, confirmed, default } = stored.data;
        Self {
            id: stored.id,
            client_id: stored.client,
            confirmed,
            default,
            ext,
            number: number.to_string(),
            kind,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input<Back> for Phone {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let number: Option<PhoneNumber> =
            fields.required("number", &Parsed::matching(PHONE_PATTERN), |phone| &phone.number);
        let ext = fields.nullable("ext", &Text::SHORT, |phone| &phone.ext);
        let current = fields.current();
        let kind = match current {
            None => fields.or_default("type", &Choice::of(), || PhoneKind::Mobile).map(Some),
            Some(phone) => fields.optional("type", &Choice::of()).map(|kind| kind.or(phone.kind)),
        };
        let confirmed = fields.optional("confirmed", &Boolean);
        let default = fields.or("default", &Boolean, |phone| &phone.default, || false);
        let number = number?;
        let confirmed = Self::confirmed_after(current, &number, confirmed?);
        Some(Self { number, ext: ext?, kind: kind?, confirmed, default: default? })
    }
}

struct NewPhone {
    client: ClientId,
    data: Phone,
}

impl Input<Back> for NewPhone {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.needed("clientId", &Id::of());
        let data = Phone::read(&mut fields.fresh());
        Some(Self { client: client?, data: data? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            confirmed: filters.yes_no("confirmed"),
            ext: filters.text("ext"),
            // Blanks and brackets do not count, and a plus sign that was not encoded is one.
            number: filters.text("number").map(|text| {
                let number = format!("+{}", text.trim().trim_start_matches('+'));
                number.parse::<PhoneNumber>().map_or(text, |number| number.to_string())
            }),
            kind: filters.choice("type"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("updateTime", Self::UpdateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<PhoneAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(phones::list(reading.conn, scope, &query.filter, &query.paging)?.map(PhoneAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (PhoneId,)) -> Result<PhoneAnswer, Problem> {
    Ok(phones::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewPhone>) -> Result<PhoneAnswer, Problem> {
    let new = body.create()?;
    Ok(phones::insert(writing.tx, &writing.caller.rights.scope, new.client, &new.data)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (PhoneId,),
    body: &Body<'_, Phone>,
) -> Result<Change<PhoneAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let before = phones::lock(writing.tx, scope, id)?;
    let data = if writing.caller.rights.can_view_masked_data {
        body.change(&before.data)?
    } else {
        body.change_unmasked(&before.data, &[("number", masked_phone(before.data.number.as_str()))])?
    };
    let change = writing.change_to(before, &data, |tx, before, data| phones::update(tx, scope, before, data))?;
    Ok(change.map(PhoneAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (PhoneId,)) -> Result<PhoneAnswer, Problem> {
    Ok(phones::delete(writing.tx, &writing.caller.rights.scope, id)?.into())
}
