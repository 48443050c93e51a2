//! The templates of mass mail.

use domain::identity::Permission;
use domain::mailing::{EmailTemplate, EmailTemplateId};
use domain::value::Record;
use http::request::{Fields, FilterSet, Filters, Input, LOCALITY_PATTERN, ListQuery, Parsed, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::mailing::templates::{self, Filter, Sort};
use storage::{Direction, Page};

use super::BODY;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TEMPLATES: &str = "/api/v2/mail/subscriptions/templates";
    const TEMPLATE: &str = "/api/v2/mail/subscriptions/templates/{templateId}";
    routes
        .get("emails.list-templates", TEMPLATES, P::EmailTemplatesRead)
        .summary("List the templates of mass mail.")
        .describe("Texts that users choose from when they write to many clients, the newest first.")
        .list(list);
    routes
        .get("emails.get-template", TEMPLATE, P::EmailTemplatesRead)
        .summary("Read a template of mass mail.")
        .describe("HTML with placeholders such as `{firstName}`.")
        .record(get);
    routes
        .post("emails.create-template", TEMPLATES, P::EmailTemplatesCreate)
        .summary("Add a template of mass mail.")
        .describe(
            "Placeholders are `{firstName}`, `{lastName}`, `{name}` and `{email}` of each recipient, and the keys of \
             key-value pairs; any other one is refused (422). Names are unique, whatever their case.",
        )
        .example(json!({
            "name": "Summer offer", "subject": "An offer for {firstName}",
            "body": "<p>Dear {name}, spreads are lower all summer.</p>", "locale": "en_US",
        }))
        .created(create);
    routes
        .patch("emails.update-template", TEMPLATE, P::EmailTemplatesUpdate)
        .summary("Change a template of mass mail.")
        .describe("Mail that was sent, or is being sent, keeps its text.")
        .example_at("/api/v2/mail/subscriptions/templates/1", json!({"subject": "News for {name}"}))
        .changed(update);
    routes
        .delete("emails.delete-template", TEMPLATE, P::EmailTemplatesDelete)
        .summary("Delete a template of mass mail.")
        .describe("Mail that was sent keeps its text, and its `templateId` becomes null.")
        .deleted(delete);
}

impl Input<Back> for EmailTemplate {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |template| &template.name);
        let subject = fields.required("subject", &Text::NAME, |template| &template.subject);
        let body = fields.required("body", &BODY, |template| &template.body);
        let locale = fields.nullable("locale", &Parsed::matching(LOCALITY_PATTERN), |template| &template.locale);
        Some(Self { name: name?, subject: subject?, body: body?, locale: locale? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name"), subject: filters.text("subject") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("name", Self::Name)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<EmailTemplate>>, Problem> {
    Ok(templates::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (EmailTemplateId,)) -> Result<Record<EmailTemplate>, Problem> {
    Ok(templates::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, EmailTemplate>,
) -> Result<Record<EmailTemplate>, Problem> {
    Ok(templates::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (EmailTemplateId,),
    body: &Body<'_, EmailTemplate>,
) -> Result<Change<Record<EmailTemplate>>, Problem> {
    let before = templates::lock(writing.tx, id)?;
    writing.change(before, body, templates::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (EmailTemplateId,)) -> Result<Record<EmailTemplate>, Problem> {
    Ok(templates::delete(writing.tx, id)?)
}
