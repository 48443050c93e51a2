//! Groups of payment methods.

use domain::identity::Operation;
use domain::payments::{Direction, MethodGroup, MethodGroupId};
use domain::value::Record;
use domain::value::{List, LocalizedText};
use storage::payments::method_groups;
use storage::{ById, Page};

use super::{direction_of, path_of};
use crate::Problem;
use crate::request::{Body, Fields, Input, ListQuery, LocalizedTexts, NoFilter, Text, Whole, YesNo};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes, direction: Direction) {
    use Operation as O;
    let [on_list, on_get, on_create, on_update, on_delete] = match direction {
        Direction::Deposit => [
            O::DepositMethodsGroupsList,
            O::DepositMethodsGroupsGet,
            O::DepositMethodsGroupsCreate,
            O::DepositMethodsGroupsUpdate,
            O::DepositMethodsGroupsDelete,
        ],
        Direction::Withdrawal => [
            O::WithdrawalMethodsGroupsList,
            O::WithdrawalMethodsGroupsGet,
            O::WithdrawalMethodsGroupsCreate,
            O::WithdrawalMethodsGroupsUpdate,
            O::WithdrawalMethodsGroupsDelete,
        ],
    };
    let all = path_of!(direction, "/groups");
    let one = path_of!(direction, "/groups/{groupId}");
    routes.list(on_list, all, "List groups of methods.", list);
    routes.get(on_get, one, "Read a group of methods.", get);
    routes.create(on_create, all, "Add a group of methods.", create);
    routes.update(on_update, one, "Change a group of methods.", update);
    routes.delete(on_delete, one, "Remove a group of methods.", delete);
}

/// What is set of a group; without a priority it is the last.
struct GroupFields {
    data: MethodGroup,
    priority: Option<i64>,
}

impl Input for GroupFields {
    type Current = MethodGroup;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, MethodGroup>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |group| &group.name);
        let caption = fields.optional("caption", &Text::SHORT);
        let priority = fields.optional("priority", &Whole::ANY);
        let is_enabled = fields.or("isEnabled", &YesNo, |group| &group.is_enabled, || true);
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

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<Record<MethodGroup>>, Problem> {
    Ok(method_groups::list(reading.conn, direction_of(reading.call), &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (MethodGroupId,)) -> Result<Record<MethodGroup>, Problem> {
    Ok(method_groups::get(reading.conn, direction_of(reading.call), id)?)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, GroupFields>) -> Result<Record<MethodGroup>, Problem> {
    let new = body.create()?;
    Ok(method_groups::insert(writing.tx, direction_of(writing.call), &new.data, new.priority)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (MethodGroupId,),
    body: &Body<'_, GroupFields>,
) -> Result<Changed<Record<MethodGroup>>, Problem> {
    let direction = direction_of(writing.call);
    writing.tx.lock("method_groups", id)?;
    let before = method_groups::get(writing.tx.conn, direction, id)?;
    let data = body.change(&before.data)?.data;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = method_groups::update(writing.tx, direction, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (MethodGroupId,)) -> Result<Record<MethodGroup>, Problem> {
    writing.tx.lock("method_groups", id)?;
    let group = method_groups::get(writing.tx.conn, direction_of(writing.call), id)?;
    method_groups::delete(writing.tx, id)?;
    Ok(group)
}
