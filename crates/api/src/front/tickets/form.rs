//! The form by which clients submit tickets.

use domain::tickets::{TicketDepartment, TicketFieldKind, TicketFormField, TicketPriority};
use domain::value::{Entity as _, Identified, Localizer};
use http::request::ListQuery;
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::tickets::departments;
use storage::{ById, Page};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.tickets.fields", "/api/v2/my/tickets/fields", Requirement::SignedIn)
        .summary("Get the fields of the ticket form.")
        .describe("All are optional. A field is sent with the id of an option.")
        .list(list);
}

/// What can be chosen in a field.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTicketFieldOption")]
struct OptionAnswer {
    /// The id, by which it is sent.
    id: i64,
    /// What the client is shown.
    value: String,
}

/// A field of the ticket form.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTicketField")]
struct FieldAnswer {
    /// The id, by which it is sent.
    id: i64,
    /// What it asks for.
    name: &'static str,
    /// What is filled in.
    #[serde(rename = "type")]
    kind: TicketFieldKind,
    /// Whether it must be sent.
    required: bool,
    /// What can be chosen.
    options: Vec<OptionAnswer>,
    #[serde(skip)]
    departments: Vec<Identified<TicketDepartment>>,
}

impl FieldAnswer {
    fn new(field: TicketFormField, departments: &[Identified<TicketDepartment>]) -> Self {
        let departments = match field {
            TicketFormField::Department => departments.to_vec(),
            TicketFormField::Priority => Vec::new(),
        };
        let priority = |priority: &TicketPriority| OptionAnswer { id: priority.number(), value: priority.to_string() };
        let options = match field {
            TicketFormField::Department => departments.iter().map(option).collect(),
            TicketFormField::Priority => TicketPriority::ALL.iter().map(priority).collect(),
        };
        let (id, name) = (field.number(), field.as_str());
        Self { id, name, kind: TicketFieldKind::Select, required: false, options, departments }
    }
}

fn option(department: &Identified<TicketDepartment>) -> OptionAnswer {
    OptionAnswer { id: department.id.get(), value: department.data.name.clone() }
}

impl Resource<Front> for FieldAnswer {
    const NAME: &'static str = "ticket_field";

    fn id(&self) -> i64 {
        self.id
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for (department, shown) in self.departments.iter_mut().zip(&mut self.options) {
            department.data.localize(localizer);
            *shown = option(department);
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<(), ById>) -> Result<Page<FieldAnswer>, Problem> {
    let departments = departments::all(reading.conn)?;
    let fields = TicketFormField::ALL.iter().map(|field| FieldAnswer::new(*field, &departments));
    let data: Vec<FieldAnswer> = fields.collect();
    // There are two, too few to page through.
    let total = query.paging.total(|| Ok::<_, Problem>(2))?;
    Ok(Page { total, data })
}
