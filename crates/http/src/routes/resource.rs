use domain::clients::ClientId;
use domain::identity::options::MASK;
use domain::value::{Entity, Identified, Localizer, Record};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::audit::{Action, Category, Subject};

use super::{Coverage, Moved};
use crate::{Answer, Audit, Call, Interface, Problem};

/// What operations of an interface answer: a record with an id, and a name in the audit log.
pub trait Resource<I>: Serialize + JsonSchema + Sized + 'static {
    /// Its name in the audit log.
    const NAME: &'static str;

    /// Its id.
    fn id(&self) -> i64;

    /// Puts its texts in the caller's language.
    fn localize(&mut self, _localizer: &mut Localizer<'_>) {}

    /// What the audit log files it under.
    const CATEGORY: Category = Category::System;

    /// Its name in the audit log after a change, where that depends on what changed.
    fn changed_name(_before: &Self, _after: &Self) -> &'static str {
        Self::NAME
    }

    /// Its type, where the audit log tells it beside the id.
    fn kind(&self) -> Option<&'static str> {
        None
    }

    /// Whether it waits for a decision: a call that may wait then answers 202.
    fn waits(&self) -> bool {
        false
    }

    /// Whose data it is.
    fn client(&self) -> Option<ClientId> {
        None
    }

    /// What the audit log keeps of it.
    ///
    /// # Errors
    /// A 500 where it cannot be written.
    fn recorded(&self) -> Result<Value, Problem> {
        value_of(self)
    }

    /// Whether writes that answer it can wait for approval, and by which policies.
    const COVERAGE: Coverage = Coverage::Always;

    /// The money that a write which answers it moves, where [`Self::COVERAGE`] says that there is some.
    fn moved(&self) -> Option<Moved> {
        None
    }

    /// Masks what callers see who may not see data of clients in clear.
    fn mask(&mut self) {}
}

impl<I, T> Resource<I> for Record<T>
where
    T: Entity<Id: Serialize + JsonSchema> + Serialize + JsonSchema + 'static,
{
    const NAME: &'static str = T::RESOURCE;

    fn id(&self) -> i64 {
        self.id.into()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.data.localize(localizer);
    }
}

impl<I, T> Resource<I> for Identified<T>
where
    T: Entity<Id: Serialize + JsonSchema> + Serialize + JsonSchema + 'static,
{
    const NAME: &'static str = T::RESOURCE;

    fn id(&self) -> i64 {
        self.id.into()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.data.localize(localizer);
    }
}

/// A record for the audit log without a field that changes by itself.
///
/// # Errors
/// A 500 where it cannot be written.
pub fn recorded_without<A: Serialize>(record: &A, field: &str) -> Result<Value, Problem> {
    let mut value = value_of(record)?;
    value.as_object_mut().and_then(|fields| fields.remove(field));
    Ok(value)
}

pub(crate) fn value_of<A: Serialize>(record: &A) -> Result<Value, Problem> {
    serde_json::to_value(record).map_err(|error| Problem::internal(error.to_string()))
}

/// Puts an answer in the caller's language, and masks it for a caller who may not see it in clear.
pub(super) fn present<I: Interface, A: Resource<I>>(
    record: &mut A,
    localizer: &mut Localizer<'_>,
    caller: Option<&I::Caller>,
) {
    record.localize(localizer);
    if !caller.is_some_and(I::sees_personal_data) {
        record.mask();
    }
}

/// The answer with one record, as this caller sees it.
pub(super) fn presented<I: Interface, A: Resource<I>>(
    status: u16,
    mut record: A,
    call: &Call<I>,
) -> Result<Answer, Problem> {
    let mut localizer = Localizer::new(&call.locale);
    present(&mut record, &mut localizer, call.caller.as_deref());
    let answer = Answer::json_with(status, &record)?;
    Ok(Answer { language: localizer.content_language(), ..answer }.tagged())
}

/// The answer with a record that an action has made: where it is found, and as this caller sees it.
///
/// # Errors
/// A 500 where it cannot be written.
pub fn made<I: Interface, A: Resource<I>>(
    status: u16,
    record: A,
    location: Option<String>,
    call: &Call<I>,
) -> Result<Answer, Problem> {
    Ok(Answer { location, ..presented(status, record, call)? })
}

fn subject_of<I, A: Resource<I>>(record: &A) -> Subject {
    Subject { resource: A::NAME, category: A::CATEGORY, client: record.client() }
}

/// What the audit log keeps of a record that is made or changed: a password that is set is seen, masked.
fn recorded<I: Interface, A: Resource<I>>(record: &A, call: &Call<I>) -> Result<Value, Problem> {
    let mut recorded = record.recorded()?;
    if let (Some(_), Some(fields)) = (&call.password_hash, recorded.as_object_mut()) {
        fields.insert("password".to_owned(), MASK.into());
    }
    Ok(recorded)
}

/// The audit record of a new record.
pub(super) fn audit_of_new<I: Interface, A: Resource<I>>(record: &A, call: &Call<I>) -> Result<Audit, Problem> {
    let mut details = serde_json::json!({"id": record.id(), "new": recorded(record, call)?});
    if let (Some(kind), Some(fields)) = (record.kind(), details.as_object_mut()) {
        fields.insert("type".to_owned(), kind.into());
    }
    Ok(Audit { subject: subject_of(record), action: Action::Add, details })
}

/// The audit record of a change.
pub(super) fn audit_of_change<I: Interface, A: Resource<I>>(
    before: &A,
    after: &A,
    call: &Call<I>,
) -> Result<Audit, Problem> {
    let (old, new) = (before.recorded()?, recorded(after, call)?);
    let details = serde_json::json!({"id": after.id(), "old": old, "new": new});
    let subject = Subject { resource: A::changed_name(before, after), ..subject_of(after) };
    Ok(Audit { subject, action: Action::Update, details })
}

/// The audit record of a record that is gone.
pub(super) fn audit_of_gone<I: Interface, A: Resource<I>>(record: &A) -> Result<Audit, Problem> {
    let details = serde_json::json!({"id": record.id(), "old": record.recorded()?});
    Ok(Audit { subject: subject_of(record), action: Action::Delete, details })
}
