//! Notes on products.

use domain::catalog::{ProductId, ProductNote, ProductNoteId};
use domain::identity::Permission;
use domain::value::{List, LocalizedText, Record};
use http::request::{Fields, FilterSet, Filters, Input, ListQuery, LocalizedTexts, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::catalog::product_notes::{self, Filter, Sort};
use storage::catalog::products;
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const NOTES: &str = "/api/v2/products/{productId}/preferences";
    const NOTE: &str = "/api/v2/products/{productId}/preferences/{preferenceId}";
    routes
        .get("products.notes.list", NOTES, P::ProductsRead)
        .summary("List the notes of a product.")
        .describe("Texts that clients are shown with the product, the newest first.")
        .list(list);
    routes
        .get("products.notes.get", NOTE, P::ProductsRead)
        .summary("Read a note of a product.")
        .describe("Title and text are in the language of the call, where there are texts in it.")
        .record(get);
    routes
        .post("products.notes.create", NOTES, P::ProductsCreate)
        .summary("Add a note to a product.")
        .describe("A product can have any number of notes.")
        .example_at(
            "/api/v2/products/1/preferences",
            json!({"title": "Opening hours", "value": "Orders are taken from Sunday 22:00 to Friday 22:00 UTC."}),
        )
        .created(create);
    routes
        .patch("products.notes.update", NOTE, P::ProductsUpdate)
        .summary("Change a note of a product.")
        .describe("Texts in other languages are replaced as a whole where `resources` is sent.")
        .example_at("/api/v2/products/1/preferences/1", json!({"value": "Accounts are opened within an hour."}))
        .changed(update);
    routes
        .delete("products.notes.delete", NOTE, P::ProductsDelete)
        .summary("Remove a note from a product.")
        .describe("Its texts in other languages go with it.")
        .deleted(delete);
}

impl Input<Back> for ProductNote {
    type Current = Self;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let title = fields.required("title", &Text::NAME, |note| &note.title);
        let value = fields.required("value", &Text::LONG, |note| &note.value);
        let resources = fields.or("resources", &LocalizedTexts, |note| &note.resources, List::default);
        Some(Self { title: title?, value: value?, resources: resources? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { title: filters.text("title") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (product,): (ProductId,),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<ProductNote>>, Problem> {
    products::check_exists(reading.conn, product)?;
    Ok(product_notes::list(reading.conn, product, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (product, id): (ProductId, ProductNoteId)) -> Result<Record<ProductNote>, Problem> {
    Ok(product_notes::get(reading.conn, product, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (product,): (ProductId,),
    body: &Body<'_, ProductNote>,
) -> Result<Record<ProductNote>, Problem> {
    products::lock_as_parent(writing.tx, product)?;
    Ok(product_notes::insert(writing.tx, product, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductNoteId),
    body: &Body<'_, ProductNote>,
) -> Result<Change<Record<ProductNote>>, Problem> {
    let before = product_notes::lock(writing.tx, product, id)?;
    writing.change(before, body, |tx, before, note| product_notes::update(tx, product, before, note))
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductNoteId),
) -> Result<Record<ProductNote>, Problem> {
    let note = product_notes::lock(writing.tx, product, id)?;
    product_notes::delete(writing.tx, id)?;
    Ok(note)
}
