//! What mails are sent for.

use domain::identity::Permission;
use domain::messaging::{NotificationType, NotificationTypeId};
use domain::value::Record;
use http::request::{Boolean, Fields, FilterSet, Filters, Input, ListQuery, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::messaging::notification_types::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TYPES: &str = "/api/v2/mails/notifications/types";
    const TYPE: &str = "/api/v2/mails/notifications/types/{typeId}";
    routes
        .get("email-notification-templates.list-types", TYPES, P::NotificationTypesRead)
        .summary("List the types of mail.")
        .describe("What the system sends mails for, by the names it sends them by.")
        .list(list);
    routes
        .get("email-notification-templates.get-type", TYPE, P::NotificationTypesRead)
        .summary("Read a type of mail.")
        .describe("Its texts are templates, one for each language.")
        .record(get);
    routes
        .post("email-notification-templates.create-type", TYPES, P::NotificationTypesCreate)
        .summary("Add a type of mail.")
        .describe("For listeners and products, which name a type. Names are unique, whatever their case.")
        .example(json!({"name": "largeTransfer", "caption": "A large transfer is done", "isEnabled": true}))
        .created(create);
    routes
        .patch("email-notification-templates.update-type", TYPE, P::NotificationTypesUpdate)
        .summary("Change a type of mail, or switch it on or off.")
        .describe("Mails of a type that is switched off are not sent. What the system sends by keeps its name (409).")
        .example_at("/api/v2/mails/notifications/types/1", json!({"isEnabled": false}))
        .changed(update);
    routes
        .delete("email-notification-templates.delete-type", TYPE, P::NotificationTypesDelete)
        .summary("Delete a type of mail.")
        .describe("One that the system sends by, that has templates, or that a product or listener names stays (409).")
        .example_path("/api/v2/mails/notifications/types/49")
        .deleted(delete);
}

impl Input<Back> for NotificationType {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |kind| &kind.name);
        let caption = fields.required("caption", &Text::NAME, |kind| &kind.caption);
        let is_enabled = fields.or("isEnabled", &Boolean, |kind| &kind.is_enabled, || true);
        Some(Self { name: name?, caption: caption?, is_enabled: is_enabled? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name"), caption: filters.text("caption"), is_enabled: filters.yes_no("isEnabled") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("name", Self::Name), ("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Ascending;
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<NotificationType>>, Problem> {
    Ok(notification_types::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (NotificationTypeId,)) -> Result<Record<NotificationType>, Problem> {
    Ok(notification_types::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, NotificationType>,
) -> Result<Record<NotificationType>, Problem> {
    Ok(notification_types::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (NotificationTypeId,),
    body: &Body<'_, NotificationType>,
) -> Result<Change<Record<NotificationType>>, Problem> {
    let before = notification_types::lock(writing.tx, id)?;
    writing.change(before, body, notification_types::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (NotificationTypeId,)) -> Result<Record<NotificationType>, Problem> {
    Ok(notification_types::delete(writing.tx, id)?)
}
