use super::{TicketDepartmentId, TicketPriority, TicketsFault};
use crate::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// What the form of a new ticket asks for beside subject and text.
    TicketFormField {
        /// Who is to answer.
        Department = "Department",
        /// How soon.
        Priority = "Priority",
    }
}

text_enum! {
    /// What is filled in a field of the form.
    TicketFieldKind {
        /// One of its options.
        Select = "select",
    }
}

impl TicketFormField {
    /// By what it is sent.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Department => 1,
            Self::Priority => 2,
        }
    }
}

/// A field of the form as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentField {
    /// Which one.
    pub id: i64,
    /// The id of the option that is chosen; none for none.
    pub value: Option<String>,
}

/// What a client chooses in the form. Department and priority are sent by themselves, as fields, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketForm {
    /// Who is to answer.
    pub department: Option<TicketDepartmentId>,
    /// How soon.
    pub priority: Option<TicketPriority>,
    /// The same by the fields of the form.
    pub fields: Vec<SentField>,
}

/// What is chosen in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketChoice {
    /// Who is to answer.
    pub department: TicketDepartmentId,
    /// How soon.
    pub priority: TicketPriority,
}

impl TicketForm {
    /// What is chosen of these departments, the oldest first. That one is taken where none is chosen, and the normal
    /// priority; none where there are no departments.
    ///
    /// # Errors
    /// Every fault of the form.
    pub fn chosen(&self, departments: &[TicketDepartmentId]) -> Result<Option<TicketChoice>, Refusal> {
        let mut form = Self { fields: Vec::new(), ..self.clone() };
        let mut faults: Vec<Fault> = Vec::new();
        if self.department.is_some_and(|department| !departments.contains(&department)) {
            faults.push(CommonFault::Unknown.at(Field::Department));
        }
        for (place, field) in self.fields.iter().enumerate() {
            faults.extend(form.take(place, field, departments));
        }
        Refusal::unless_empty(faults)?;
        let department = form.department.or_else(|| departments.first().copied());
        let priority = form.priority.unwrap_or(TicketPriority::Normal);
        Ok(department.map(|department| TicketChoice { department, priority }))
    }

    /// Takes a field over; answers why it cannot be.
    fn take(&mut self, place: usize, field: &SentField, departments: &[TicketDepartmentId]) -> Option<Fault> {
        let at = |key: &str| Field::FormFields.entry(place).entry(key);
        let unknown = || Some(CommonFault::Unknown.at(at("value")));
        let known = TicketFormField::ALL.iter().find(|known| known.number() == field.id);
        let Some(known) = known else { return Some(CommonFault::Unknown.at(at("id"))) };
        let value = field.value.as_deref().filter(|value| !value.is_empty())?;
        let is_repeated = match known {
            TicketFormField::Department => {
                let chosen = value.parse().ok().filter(|department| departments.contains(department));
                let Some(chosen) = chosen else { return unknown() };
                self.department.replace(chosen).is_some_and(|before| before != chosen)
            }
            TicketFormField::Priority => {
                let chosen = value.parse().ok().and_then(TicketPriority::of_number);
                let Some(chosen) = chosen else { return unknown() };
                self.priority.replace(chosen).is_some_and(|before| before != chosen)
            }
        };
        is_repeated.then(|| TicketsFault::FormFieldRepeated.at(Field::FormFields.entry(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: i64, value: &str) -> SentField {
        SentField { id, value: Some(value.to_owned()) }
    }

    fn departments() -> [TicketDepartmentId; 2] {
        [3, 7].map(TicketDepartmentId::new)
    }

    fn chosen(form: &TicketForm) -> Result<(i64, TicketPriority), Vec<String>> {
        match form.chosen(&departments()) {
            Ok(Some(choice)) => Ok((choice.department.get(), choice.priority)),
            Ok(None) => Err(Vec::new()),
            Err(Refusal::Unprocessable(faults)) => Err(faults.iter().map(ToString::to_string).collect()),
            Err(other) => Err(vec![other.to_string()]),
        }
    }

    #[test]
    fn the_oldest_department_and_the_normal_priority_are_taken_where_nothing_is_chosen() {
        assert_eq!(chosen(&TicketForm::default()), Ok((3, TicketPriority::Normal)));
        let nothing = SentField { id: 1, value: None };
        assert_eq!(
            chosen(&TicketForm { fields: vec![nothing, sent(2, "")], ..TicketForm::default() }),
            Ok((3, TicketPriority::Normal))
        );
        assert_eq!(TicketForm::default().chosen(&[]), Ok(None));
    }

    #[test]
    fn fields_say_the_same_as_department_and_priority() {
        let plain = TicketForm { department: Some(7.into()), priority: Some(TicketPriority::High), fields: Vec::new() };
        let by_fields = TicketForm { fields: vec![sent(1, "7"), sent(2, "3")], ..TicketForm::default() };
        let both = TicketForm { fields: by_fields.fields.clone(), ..plain.clone() };
        for form in [plain, by_fields, both] {
            assert_eq!(chosen(&form), Ok((7, TicketPriority::High)));
        }
    }

    #[test]
    fn all_faults_of_a_form_are_told() {
        let form = TicketForm {
            department: Some(4.into()),
            priority: Some(TicketPriority::High),
            fields: vec![sent(1, "4"), sent(2, "5"), sent(2, "2"), sent(9, "1"), sent(1, "x")],
        };
        let faults = [
            "unknown at Department",
            "unknown at FormFields.0.value",
            "unknown at FormFields.1.value",
            "formFieldRepeated at FormFields.2",
            "unknown at FormFields.3.id",
            "unknown at FormFields.4.value",
        ];
        assert_eq!(chosen(&form), Err(faults.map(ToOwned::to_owned).to_vec()));
    }
}
