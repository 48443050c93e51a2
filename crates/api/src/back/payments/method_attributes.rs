//! The custom fields of Constructor methods.

use domain::identity::Permission;
use domain::ledger::MethodId;
use domain::payments::{AttributeKind, AttributeOption, MethodAttribute, MethodAttributeId, MethodDirection};
use domain::value::{Entity, Localizer, Timestamp};
use http::request::{Choice, Fields, Input, Kind, ListOf, ListQuery, LocalizedTexts, NoFilter, Object, SetOf, Text};
use http::{RequestFault, routes::Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::payments::method_attributes::{self, StoredAttribute};
use storage::payments::owning_method;
use storage::{ById, Page};

use super::direction::Directed;
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes<D: Directed>(routes: &mut Routes) {
    use Permission as P;
    let ([on_list, on_get, on_create, on_delete], [all, one], [all_at, one_at]) = match D::DIRECTION {
        MethodDirection::Deposit => (
            [
                ("deposit-methods.attributes.list", P::DepositMethodsRead),
                ("deposit-methods.attributes.get", P::DepositMethodsRead),
                ("deposit-methods.attributes.create", P::DepositMethodsCreate),
                ("deposit-methods.attributes.delete", P::DepositMethodsDelete),
            ],
            [
                "/api/v2/deposits/methods/{methodId}/attributes",
                "/api/v2/deposits/methods/{methodId}/attributes/{attributeId}",
            ],
            ["/api/v2/deposits/methods/3/attributes", "/api/v2/deposits/methods/3/attributes/1"],
        ),
        MethodDirection::Withdrawal => (
            [
                ("withdrawal-methods.attributes.list", P::WithdrawalMethodsRead),
                ("withdrawal-methods.attributes.get", P::WithdrawalMethodsRead),
                ("withdrawal-methods.attributes.create", P::WithdrawalMethodsCreate),
                ("withdrawal-methods.attributes.delete", P::WithdrawalMethodsDelete),
            ],
            [
                "/api/v2/withdrawals/methods/{methodId}/attributes",
                "/api/v2/withdrawals/methods/{methodId}/attributes/{attributeId}",
            ],
            ["/api/v2/withdrawals/methods/4/attributes", "/api/v2/withdrawals/methods/4/attributes/2"],
        ),
    };
    routes
        .get(on_list.0, all, on_list.1)
        .summary("List the custom fields of a Constructor method.")
        .describe("Lists what clients fill in when they use the method.")
        .example_path(all_at)
        .list(list::<D>);
    routes
        .get(on_get.0, one, on_get.1)
        .summary("Read a custom field of a method.")
        .describe("Answers 404 for a field of another method.")
        .example_path(one_at)
        .record(get::<D>);
    routes
        .post(on_create.0, all, on_create.1)
        .summary("Add a custom field to a Constructor method.")
        .describe(
            "The method must have the provider `Constructor` (422), and no field of this name (409). A field \
             cannot be changed, only deleted and added again.",
        )
        .example_at(all_at, json!({"name": "iban", "caption": "IBAN", "type": "text", "rules": ["required"]}))
        .created(create::<D>);
    routes
        .delete(on_delete.0, one, on_delete.1)
        .summary("Delete a custom field of a method.")
        .describe("Clients are no longer asked for it.")
        .deleted(delete::<D>);
}

/// A custom field of a Constructor method.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MethodAttribute")]
#[serde(rename_all = "camelCase")]
struct AttributeAnswer {
    /// Its id.
    id: MethodAttributeId,
    #[serde(flatten)]
    data: MethodAttribute,
    /// When it was created.
    create_time: Timestamp,
}

impl Resource<Back> for AttributeAnswer {
    const NAME: &'static str = MethodAttribute::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.data.localize(localizer);
    }
}

impl From<StoredAttribute> for AttributeAnswer {
    fn from(StoredAttribute { id, data, create_time }: StoredAttribute) -> Self {
        Self { id, data, create_time }
    }
}

fn option_schema() -> Value {
    let key = Text::NAME.described("What is stored when it is chosen.");
    let value = Text::NAME.described("What clients are shown.");
    json!({
        "title": "NewAttributeOption",
        "type": "object",
        "properties": {"key": key, "value": value},
        "required": ["key", "value"],
    })
}

fn read_option(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<AttributeOption> {
    let mut text = |name: &str| {
        if let Some(value) = object.get(name) {
            Text::NAME.parse(value, &format!("{at}.{name}"), faults)
        } else {
            faults.push(Fault::sent(format!("{at}.{name}"), RequestFault::Required));
            None
        }
    };
    let (key, value) = (text("key"), text("value"));
    Some(AttributeOption { key: key?, value: value? })
}

impl Input<Back> for MethodAttribute {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let name = fields.needed("name", &Text::NAME);
        let caption = fields.needed("caption", &Text::NAME);
        let kind = fields.needed("type", &Choice::<AttributeKind>::of());
        let rules = fields.or_default("rules", &SetOf(Choice::of()), Default::default);
        let option = Object { schema: option_schema, read: read_option };
        let options = fields.or_default("options", &ListOf(option), Default::default);
        let resources = fields.or_default("resources", &LocalizedTexts, Default::default);
        Some(Self {
            name: name?,
            caption: caption?,
            kind: kind?,
            rules: rules?,
            options: options?,
            resources: resources?,
        })
    }
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<AttributeAnswer>, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(method_attributes::list(reading.conn, method, &query.paging)?.map(AttributeAnswer::from))
}

fn get<D: Directed>(
    reading: &mut Reading<'_>,
    (method, id): (MethodId, MethodAttributeId),
) -> Result<AttributeAnswer, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(method_attributes::get(reading.conn, method, id)?.into())
}

fn create<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, MethodAttribute>,
) -> Result<AttributeAnswer, Problem> {
    owning_method::lock(writing.tx, D::DIRECTION, method)?;
    Ok(method_attributes::insert(writing.tx, method, &body.create()?)?.into())
}

fn delete<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodAttributeId),
) -> Result<AttributeAnswer, Problem> {
    Ok(method_attributes::delete(writing.tx, D::DIRECTION, method, id)?.into())
}
