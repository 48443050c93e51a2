//! Groups of payment methods.

use domain::identity::Permission;
use domain::payments::{MethodDirection, MethodGroup, MethodGroupId};
use domain::value::Record;
use domain::value::{List, LocalizedText};
use http::request::{Boolean, Fields, Input, Integer, ListQuery, LocalizedTexts, NoFilter, Text};
use http::routes::Change;
use serde_json::json;
use storage::payments::method_groups;
use storage::{ById, Page};

use super::direction::Directed;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes<D: Directed>(routes: &mut Routes) {
    use Permission as P;
    let ([on_list, on_get, on_create, on_update, on_delete], [all, one], one_at) = match D::DIRECTION {
        MethodDirection::Deposit => (
            [
                ("deposit-methods.groups.list", P::DepositMethodsRead),
                ("deposit-methods.groups.get", P::DepositMethodsRead),
                ("deposit-methods.groups.create", P::DepositMethodsCreate),
                ("deposit-methods.groups.update", P::DepositMethodsUpdate),
                ("deposit-methods.groups.delete", P::DepositMethodsDelete),
            ],
            ["/api/v2/deposits/groups", "/api/v2/deposits/groups/{groupId}"],
            "/api/v2/deposits/groups/1",
        ),
        MethodDirection::Withdrawal => (
            [
                ("withdrawal-methods.groups.list", P::WithdrawalMethodsRead),
                ("withdrawal-methods.groups.get", P::WithdrawalMethodsRead),
                ("withdrawal-methods.groups.create", P::WithdrawalMethodsCreate),
                ("withdrawal-methods.groups.update", P::WithdrawalMethodsUpdate),
                ("withdrawal-methods.groups.delete", P::WithdrawalMethodsDelete),
            ],
            ["/api/v2/withdrawals/groups", "/api/v2/withdrawals/groups/{groupId}"],
            "/api/v2/withdrawals/groups/2",
        ),
    };
    routes
        .get(on_list.0, all, on_list.1)
        .summary("List groups of methods.")
        .describe("Clients see methods in these groups. Deposits and withdrawals have separate groups.")
        .list(list::<D>);
    routes
        .get(on_get.0, one, on_get.1)
        .summary("Read a group of methods.")
        .describe("Answers 404 for a group of the other direction.")
        .example_path(one_at)
        .record(get::<D>);
    routes
        .post(on_create.0, all, on_create.1)
        .summary("Add a group of methods.")
        .describe(
            "The name must be free among the groups of the direction (409). The caption defaults to the name, \
             the priority to the last place.",
        )
        .example(json!({
            "name": "banks",
            "caption": "Banks",
            "resources": [{"key": "caption", "locale": "ja_JP", "value": "銀行"}],
        }))
        .created(create::<D>);
    routes
        .put_and_patch(on_update.0, one, on_update.1)
        .summary("Change a group of methods.")
        .describe("Clients do not see a disabled group; its methods are not affected.")
        .example_at(one_at, json!({"caption": "Bank transfers"}))
        .changed(update::<D>);
    routes
        .delete(on_delete.0, one, on_delete.1)
        .summary("Delete a group of methods.")
        .describe("Refused with 409 while there are methods in the group.")
        .deleted(delete::<D>);
}

/// What is set of a group; without a priority it is the last.
struct GroupFields {
    data: MethodGroup,
    priority: Option<i64>,
}

impl Input<Back> for GroupFields {
    type Current = MethodGroup;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, MethodGroup>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |group| &group.name);
        let caption = fields.optional("caption", &Text::SHORT);
        let priority = fields.optional("priority", &Integer::ANY);
        let is_enabled = fields.or("isEnabled", &Boolean, |group| &group.is_enabled, || true);
        let resources = fields.or("resources", &LocalizedTexts, |group| &group.resources, Default::default);
        let (name, priority) = (name?, priority?);
        // What clients are shown is the name unless it is said otherwise.
        let caption =
            caption?.or_else(|| fields.current().map(|group| group.caption.clone())).unwrap_or_else(|| name.clone());
        let data = MethodGroup {
            name,
            caption,
            priority: priority.or(fields.current().map(|group| group.priority)).unwrap_or(0),
            is_enabled: is_enabled?,
            resources: resources?,
        };
        Some(Self { data, priority })
    }
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<Record<MethodGroup>>, Problem> {
    Ok(method_groups::list(reading.conn, D::DIRECTION, &query.paging)?)
}

fn get<D: Directed>(reading: &mut Reading<'_>, (id,): (MethodGroupId,)) -> Result<Record<MethodGroup>, Problem> {
    Ok(method_groups::get(reading.conn, D::DIRECTION, id)?)
}

fn create<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, GroupFields>,
) -> Result<Record<MethodGroup>, Problem> {
    let new = body.create()?;
    Ok(method_groups::insert(writing.tx, D::DIRECTION, &new.data, new.priority)?)
}

fn update<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (id,): (MethodGroupId,),
    body: &Body<'_, GroupFields>,
) -> Result<Change<Record<MethodGroup>>, Problem> {
    let before = method_groups::lock(writing.tx, D::DIRECTION, id)?;
    let data = body.change(&before.data)?.data;
    writing.change_to(before, &data, |tx, _, data| method_groups::update(tx, D::DIRECTION, id, data))
}

fn delete<D: Directed>(writing: &mut Writing<'_, '_>, (id,): (MethodGroupId,)) -> Result<Record<MethodGroup>, Problem> {
    Ok(method_groups::delete(writing.tx, D::DIRECTION, id)?)
}
