//! The texts of mails.

use domain::clients::Locality;
use domain::identity::Permission;
use domain::messaging::{NotificationTemplate, NotificationTypeId, TemplateId};
use domain::value::{Entity as _, Timestamp};
use http::request::{
    Boolean, Fields, FilterSet, Filters, Id, Input, LOCALITY_PATTERN, ListQuery, Parsed, SortKey, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::messaging::notification_templates::{self, Filter, Sort, StoredTemplate};
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

/// The longest text of a mail, in characters.
const TEMPLATE: Text = Text { min: 1, max: 100_000 };

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TEMPLATES: &str = "/api/v2/mails/notifications/templates";
    const TEMPLATE: &str = "/api/v2/mails/notifications/templates/{templateId}";
    routes
        .get("email-notification-templates.list", TEMPLATES, P::EmailNotificationTemplatesRead)
        .summary("List the texts of mails.")
        .describe("A mail is sent in the reader's language, else in the default one, else by the oldest enabled text.")
        .list(list);
    routes
        .get("email-notification-templates.get", TEMPLATE, P::EmailNotificationTemplatesRead)
        .summary("Read the text of a mail.")
        .describe("HTML with placeholders such as `{firstName}`.")
        .record(get);
    routes
        .post("email-notification-templates.create", TEMPLATES, P::EmailNotificationTemplatesCreate)
        .summary("Add the text of a mail.")
        .describe(
            "A type has one text in each language (409). Values are escaped where they are put into HTML. An enabled \
             text has no unknown placeholder (422).",
        )
        .example(json!({
            "typeId": 1, "locale": "de_DE", "subject": "Willkommen, {firstName}",
            "template": "<p>Guten Tag, {firstName} {lastName}.</p>", "isEnabled": true,
        }))
        .created(create);
    routes
        .patch("email-notification-templates.update", TEMPLATE, P::EmailNotificationTemplatesUpdate)
        .summary("Change the text of a mail.")
        .describe("Mails that wait to be sent keep the text that they were written with.")
        .example_at("/api/v2/mails/notifications/templates/1", json!({"subject": "Welcome to {companyName}"}))
        .changed(update);
    routes
        .delete("email-notification-templates.delete", TEMPLATE, P::EmailNotificationTemplatesDelete)
        .summary("Delete the text of a mail.")
        .describe("A type without texts sends nothing.")
        .deleted(delete);
}

/// The type of a text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TemplateType")]
struct TypeAnswer {
    id: NotificationTypeId,
    /// The name that mails are sent by.
    name: String,
    /// What it is for.
    caption: String,
}

/// The text of a mail in one language.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmailNotificationTemplate")]
#[serde(rename_all = "camelCase")]
struct TemplateAnswer {
    id: TemplateId,
    /// What it is sent for.
    #[serde(rename = "type")]
    kind: TypeAnswer,
    /// The language.
    locale: Locality,
    /// The subject, with placeholders.
    subject: String,
    /// The mail, in HTML with placeholders.
    template: String,
    /// Whether it is sent.
    is_enabled: bool,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for TemplateAnswer {
    const NAME: &'static str = NotificationTemplate::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredTemplate> for TemplateAnswer {
    fn from(stored: StoredTemplate) -> Self {
        let StoredTemplate { id, data, type_name, type_caption, create_time, update_time } = stored;
        let kind = TypeAnswer { id: data.type_id, name: type_name, caption: type_caption };
        let NotificationTemplate { locale, subject, template, is_enabled, .. } = data;
        Self { id, kind, locale, subject, template, is_enabled, create_time, update_time }
    }
}

impl Input<Back> for NotificationTemplate {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let type_id = fields
            .about("The type that it is the text of.")
            .required("typeId", &Id::of(), |template| &template.type_id);
        let locale = fields.required("locale", &Parsed::matching(LOCALITY_PATTERN), |template| &template.locale);
        let subject = fields.required("subject", &Text::NAME, |template| &template.subject);
        let template = fields.required("template", &TEMPLATE, |template| &template.template);
        let is_enabled = fields.or("isEnabled", &Boolean, |template| &template.is_enabled, || false);
        Some(Self {
            type_id: type_id?,
            locale: locale?,
            subject: subject?,
            template: template?,
            is_enabled: is_enabled?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            type_id: filters.id("typeId"),
            locale: filters.canonical::<Locality>("locale", LOCALITY_PATTERN),
            subject: filters.text("subject"),
            is_enabled: filters.yes_no("isEnabled"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("subject", Self::Subject)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<TemplateAnswer>, Problem> {
    Ok(notification_templates::list(reading.conn, &query.filter, &query.paging)?.map(TemplateAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (TemplateId,)) -> Result<TemplateAnswer, Problem> {
    Ok(notification_templates::get(reading.conn, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, NotificationTemplate>,
) -> Result<TemplateAnswer, Problem> {
    Ok(notification_templates::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (TemplateId,),
    body: &Body<'_, NotificationTemplate>,
) -> Result<Change<TemplateAnswer>, Problem> {
    let before = notification_templates::lock(writing.tx, id)?;
    Ok(writing.change(before, body, notification_templates::update)?.map(TemplateAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (TemplateId,)) -> Result<TemplateAnswer, Problem> {
    let template = notification_templates::lock(writing.tx, id)?;
    notification_templates::delete(writing.tx, id)?;
    Ok(template.into())
}
