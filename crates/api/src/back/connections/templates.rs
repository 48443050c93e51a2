//! The texts in which clients are sent codes.

use domain::connections::{ConfirmationTemplate, ConfirmationTemplateId};
use domain::identity::Permission;
use domain::value::{List, LocalizedText, Record};
use http::request::{Fields, FilterSet, Filters, Input, ListQuery, LocalizedTexts, Text};
use http::routes::Change;
use serde_json::json;
use storage::connections::templates::{self, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

const TEMPLATE: Text = Text { min: 1, max: Text::LONG.max };

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TEMPLATES: &str = "/api/v2/confirmations/templates";
    const ONE: &str = "/api/v2/confirmations/templates/{templateId}";
    routes
        .get("confirmations.templates.list", TEMPLATES, P::ConfirmationTemplatesRead)
        .summary("List confirmation templates.")
        .describe("The newest come first. Codes are sent in the one named `default`.")
        .list(list);
    routes
        .get("confirmations.templates.get", ONE, P::ConfirmationTemplatesRead)
        .summary("Read a confirmation template.")
        .describe("The text is in the language that `Accept-Language` asks for, where there is one.")
        .record(get);
    routes
        .post("confirmations.templates.create", TEMPLATES, P::ConfirmationTemplatesCreate)
        .summary("Add a confirmation template.")
        .describe("Names are unique, whatever their case. `%CODE%` must stand in the text, in every language.")
        .example(json!({
            "name": "withdrawals",
            "caption": "Withdrawals",
            "template": "Enter %CODE% to confirm the withdrawal.",
        }))
        .created(create);
    routes
        .patch("confirmations.templates.update", ONE, P::ConfirmationTemplatesUpdate)
        .summary("Change a confirmation template.")
        .describe("The template `default` keeps its name (409).")
        .example_at("/api/v2/confirmations/templates/1", json!({"template": "Your code is %CODE%."}))
        .changed(update);
    routes
        .delete("confirmations.templates.delete", ONE, P::ConfirmationTemplatesDelete)
        .summary("Delete a confirmation template.")
        .describe("The template `default` cannot be deleted (409).")
        .example_path("/api/v2/confirmations/templates/2")
        .deleted(delete);
}

impl Input<Back> for ConfirmationTemplate {
    type Current = Self;

    fn texts(current: &Self) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |template| &template.name);
        let caption = fields.required("caption", &Text::NAME, |template| &template.caption);
        let text = fields.required("template", &TEMPLATE, |template| &template.template);
        let resources = fields.or("resources", &LocalizedTexts, |template| &template.resources, List::default);
        if let (Some(text), Some(resources)) = (&text, &resources) {
            for fault in Self::text_faults(text, resources) {
                fields.check(Some(fault));
            }
        }
        Some(Self { name: name?, caption: caption?, template: text?, resources: resources? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name"), caption: filters.text("caption") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<Record<ConfirmationTemplate>>, Problem> {
    Ok(templates::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ConfirmationTemplateId,)) -> Result<Record<ConfirmationTemplate>, Problem> {
    Ok(templates::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ConfirmationTemplate>,
) -> Result<Record<ConfirmationTemplate>, Problem> {
    Ok(templates::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ConfirmationTemplateId,),
    body: &Body<'_, ConfirmationTemplate>,
) -> Result<Change<Record<ConfirmationTemplate>>, Problem> {
    let before = templates::lock(writing.tx, id)?;
    writing.change(before, body, templates::update)
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (id,): (ConfirmationTemplateId,),
) -> Result<Record<ConfirmationTemplate>, Problem> {
    Ok(templates::delete(writing.tx, id)?)
}
