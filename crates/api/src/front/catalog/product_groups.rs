//! Groups of products, as clients see them.

use domain::catalog::{Availability, ProductGroup, ProductGroupId, ProductGroupType};
use domain::value::{Entity as _, List, LocalizedText, Localizer, Record, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Page;
use storage::catalog::product_groups::{self, Filter, Sort};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.product-groups.list", "/api/v2/my/products/groups", Requirement::SignedIn)
        .summary("List product groups.")
        .describe("The headings under which products are offered, by caption. Disabled ones are not among them.")
        .list(list);
    routes
        .get("my.product-groups.get", "/api/v2/my/products/groups/{groupId}", Requirement::SignedIn)
        .summary("Read a product group.")
        .describe("Caption and description are in the language of the call, where there are texts in it. A disabled group is not found.")
        .record(get);
}

/// A heading under which products are offered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyProductGroup")]
#[serde(rename_all = "camelCase")]
struct ProductGroupAnswer {
    id: ProductGroupId,
    /// Its name.
    caption: String,
    /// What it is.
    description: String,
    /// What it is for.
    #[serde(rename = "type")]
    kind: ProductGroupType,
    /// Its place in lists.
    priority: i64,
    #[serde(skip)]
    resources: List<LocalizedText>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Front> for ProductGroupAnswer {
    const NAME: &'static str = ProductGroup::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
        localizer.localize(&self.resources, "description", &mut self.description);
    }
}

impl From<Record<ProductGroup>> for ProductGroupAnswer {
    fn from(record: Record<ProductGroup>) -> Self {
        let group = record.data;
        Self {
            id: record.id,
            caption: group.caption,
            description: group.description,
            kind: group.kind,
            priority: group.priority,
            resources: group.resources,
            create_time: record.create_time,
            update_time: record.update_time,
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { status: Some(Availability::Enabled), kind: filters.choice("type") }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("caption", Self::Caption), ("priority", Self::Priority), ("createTime", Self::CreateTime)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<ProductGroupAnswer>, Problem> {
    Ok(product_groups::list(reading.conn, &query.filter, &query.paging)?.map(ProductGroupAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ProductGroupId,)) -> Result<ProductGroupAnswer, Problem> {
    Ok(product_groups::get_enabled(reading.conn, id)?.into())
}
