//! Notes on products, as clients read them.

use domain::catalog::{ProductId, ProductNote, ProductNoteId};
use domain::value::{Entity as _, List, LocalizedText, Localizer, Record, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::catalog::offered;
use storage::catalog::product_notes::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    const NOTES: &str = "/api/v2/my/products/{productId}/preferences";
    const NOTE: &str = "/api/v2/my/products/{productId}/preferences/{preferenceId}";
    routes
        .get("my.product-notes.list", NOTES, Requirement::SignedIn)
        .summary("List the notes of a product.")
        .describe("What the client reads before they open an account, the newest first. A product that is not offered to the client is not found.")
        .list(list);
    routes
        .get("my.product-notes.get", NOTE, Requirement::SignedIn)
        .summary("Read a note of a product.")
        .describe("Title and text are in the language of the call, where there are texts in it.")
        .record(get);
}

/// What the client reads about a product.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyProductNote")]
#[serde(rename_all = "camelCase")]
struct ProductNoteAnswer {
    id: ProductNoteId,
    /// Its title.
    title: String,
    /// Its text.
    value: String,
    #[serde(skip)]
    resources: List<LocalizedText>,
    create_time: Timestamp,
}

impl Resource<Front> for ProductNoteAnswer {
    const NAME: &'static str = ProductNote::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "title", &mut self.title);
        localizer.localize(&self.resources, "value", &mut self.value);
    }
}

impl From<Record<ProductNote>> for ProductNoteAnswer {
    fn from(record: Record<ProductNote>) -> Self {
        let ProductNote { title, value, resources } = record.data;
        Self { id: record.id, title, value, resources, create_time: record.create_time }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { title: filters.text("title") }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (product,): (ProductId,),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<ProductNoteAnswer>, Problem> {
    offered::check_offered(reading.conn, reading.caller.client(), product)?;
    let page = product_notes::list(reading.conn, product, &query.filter, &query.paging)?;
    Ok(page.map(ProductNoteAnswer::from))
}

fn get(reading: &mut Reading<'_>, (product, id): (ProductId, ProductNoteId)) -> Result<ProductNoteAnswer, Problem> {
    offered::check_offered(reading.conn, reading.caller.client(), product)?;
    Ok(product_notes::get(reading.conn, product, id)?.into())
}
