//! How somebody becomes a client: the steps of the registration wizard that the broker has set up.

use std::sync::Arc;

use domain::clients::{
    Address, AddressKind, ClientStatus, ClientTypeId, InternalType, Locality, PhoneNumber, Profile, RiskLevel,
};
use domain::identity::{Password, Scope};
use domain::value::{CommonFault, Email, FaultCode as _, Field, Refusal, Set, Uuid};
use domain::wizards::{
    Decision, Given, Learned, Procedure, Run, SentAnswers, Step, WizardId, WizardType, WizardsFault,
};
use http::request::{Fields, Id, Input, LOCALITY_PATTERN, PHONE_PATTERN, Parsed, Text};
use http::{Answer, write};
use outbound::secrets::random;
use serde_json::json;
use storage::Tx;
use storage::audit::Action;
use storage::clients::profiles::{self, NewClient};
use storage::clients::{addresses, types};
use storage::content::localizations;
use storage::credentials::recipients::Recipient;
use storage::credentials::sign_ins;
use storage::wizards::runs::{self, HeldRun};
use storage::wizards::{self, facts};

use super::sign_up_body::{Addresses, Collected, Info, MainForm, Phones, Requirements, Utm};
use super::sign_up_forms::{SignUpStep, TypeChoice, WizardChoice, form_of, needs_phone};
use crate::context::AppContext;
use crate::front::credentials::{DeviceFingerprint, begin_session, read_new_password};
use crate::front::wizards::{
    CodeText, Tried, UUID, WizardStep, awaits, out_of_order, proceed, refused, send_texts, try_code, workflow,
};
use crate::front::{Call, Front, Requirement, Routes, audit, captcha};
use crate::inputs::{EmailAddress, RawText};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.registration.wizard", "/api/v2/my/signup/wizard", Requirement::Anybody)
        .summary("Start a sign-up and get the fields of the form.")
        .describe(
            "Where several wizards are enabled and none is named, the workflow is `registration_list`, and the next call chooses \
             one by `wizard_id`.",
        )
        .example(json!({"utm": {"utm_source": "newsletter"}}))
        .action::<Begun, WizardStep<SignUpStep>, _>(begin);
    routes
        .post("my.registration.signup", "/api/v2/my/signup", Requirement::Anybody)
        .summary("Send the next step of a sign-up; the last step makes the client.")
        .describe(
            "The workflow of the last answer says which step it is: the main form, the client type, the captcha, a code, a phone \
             number, or fields that the broker asks for. The last step answers the tokens, so that the new client is signed in.",
        )
        .example(json!({
            "uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "email": "new@example.com", "password": "Secret123",
            "password_confirmation": "Secret123", "device_fingerprint": "eyJ1c2VyX2FnZW50IjoiRmlyZWZveC8xNDAuMCJ9",
            "info": {"givenName": "Ann", "familyName": "Major"}, "addresses": {"0": {"countryId": 1}},
        }))
        .limited()
        .action::<SignUp, WizardStep<SignUpStep>, _>(sign_up);
}

struct Begun {
    wizard: Option<Uuid>,
    utm: Vec<(String, String)>,
}

impl Input<Front> for Begun {
    type Current = ();
    const NAME: Option<&'static str> = Some("MySignupStart");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let wizard =
            fields.about("The uuid of the wizard, where a certain one is wanted.").nullable_new("wizard", &UUID);
        let url = fields.about("Taken, and not needed: older programs send it.").nullable_new("url", &Text::LONG);
        let utm = fields.about("Where the client came from.").nullable_new("utm", &Utm);
        url?;
        Some(Self { wizard: wizard?, utm: utm?.unwrap_or_default() })
    }
}

/// What a step of a sign-up sends; which of it is needed depends on the step.
struct SignUp {
    uuid: Uuid,
    wizard: Option<WizardId>,
    form: Option<MainForm>,
    password: Option<Password>,
    client_type: Option<ClientTypeId>,
    phone: Option<PhoneNumber>,
    code: Option<String>,
    captcha: Option<String>,
    requirements: Vec<String>,
    locale: Option<Locality>,
    answers: SentAnswers,
}

/// What the main form takes, beside fields of the broker's own.
const FORM: [&str; 11] = [
    "uuid",
    "email",
    "password",
    "password_confirmation",
    "device_fingerprint",
    "info",
    "phones",
    "phone",
    "addresses",
    "requirements",
    "locale",
];
/// What other steps take.
const OTHERS: [&str; 5] = ["wizard_id", "client_type", "phone", "code", "recaptchaResponse"];

impl Input<Front> for SignUp {
    type Current = ();
    const NAME: Option<&'static str> = Some("MySignup");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run that the wizard call answered.").needed("uuid", &UUID);
        let wizard = fields
            .about("The wizard that is chosen, where the workflow is `registration_list`.")
            .nullable_new("wizard_id", &Id::of());
        // A body without a field of another step is the main form.
        let is_form = fields.all_sent().is_none_or(|sent| {
            let is_sent = |name: &&str| sent.get(*name).is_some_and(|value| !value.is_null());
            sent.keys().all(|name| FORM.contains(&name.as_str())) && !OTHERS.iter().any(is_sent) || is_sent(&"email")
        });
        let (form, password) = if is_form { read_form(fields) } else { (None, None) };
        let client_type = fields.about("The client type that is chosen.").nullable_new("client_type", &Id::of());
        let phone = fields
            .about("The number, where a form asks for it.")
            .nullable_new("phone", &Parsed::matching(PHONE_PATTERN));
        let code = fields.about("The code, where one is awaited.").nullable_new("code", &RawText);
        let captcha =
            fields.about("What the captcha gave, while it is asked for.").nullable_new("recaptchaResponse", &RawText);
        let requirements =
            fields.about("Consents of the form, by their names.").nullable_new("requirements", &Requirements);
        let locale = fields
            .about("The language that the client reads.")
            .nullable_new("locale", &Parsed::matching(LOCALITY_PATTERN));
        let known = |name: &str| FORM.contains(&name) || OTHERS.contains(&name);
        let answers = fields.all_sent().map(|sent| {
            sent.iter().filter(|(name, _)| !known(name)).map(|(name, value)| (name.clone(), value.into())).collect()
        });
        if is_form && (form.is_none() || password.is_none()) {
            return None;
        }
        Some(Self {
            uuid: uuid?,
            wizard: wizard?,
            form,
            password,
            client_type: client_type?,
            phone: phone?,
            code: code?,
            captcha: captcha?,
            requirements: requirements?.unwrap_or_default(),
            locale: locale?,
            answers: answers.unwrap_or_default(),
        })
    }
}

fn read_form(fields: &mut Fields<'_, ()>) -> (Option<MainForm>, Option<Password>) {
    let email = fields.about("What the client will sign in with.").needed("email", &EmailAddress);
    let password = read_new_password(fields);
    let fingerprint = fields
        .about("What the program tells of itself: base64 of a JSON object with a `user_agent`.")
        .needed("device_fingerprint", &DeviceFingerprint);
    let person = fields.about("Names and the date of birth.").nullable_new("info", &Info);
    let phone =
        fields.about("Phone numbers by their index, of which the first counts.").nullable_new("phones", &Phones);
    let address =
        fields.about("Addresses by their index, of which the first counts.").nullable_new("addresses", &Addresses);
    let form = || {
        Some(MainForm {
            email: email?,
            fingerprint: fingerprint?,
            person: person?.unwrap_or_default(),
            phone: phone?.flatten(),
            address: address?.flatten(),
        })
    };
    (form(), password)
}

async fn begin(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let Begun { wizard, utm } = call.body::<Begun>().create()?;
    let uuid = Uuid::from_random(random()?);
    let begun = write(&app.database, move |tx| {
        let enabled = wizards::enabled(tx.conn, WizardType::Registration)?;
        let chosen = match &wizard {
            Some(uuid) => {
                let named = enabled.iter().find(|wizard| wizard.uuid == *uuid);
                Some(named.ok_or_else(|| Problem::from(Refusal::unknown(Field::WizardUuid)))?)
            }
            None => enabled.first().filter(|_| enabled.len() == 1),
        };
        let facts = facts::of_visitor(tx.conn)?;
        let run = match chosen {
            Some(wizard) => Run::begin(&wizard.data, None, facts, tx.now),
            None => Run::begin_with_choice(WizardType::Registration, None, facts, tx.now),
        };
        let run = run.map_err(|at| refused(at, tx.now))?;
        let collected = Collected { utm: utm.clone(), ..Collected::default() };
        runs::begin(tx, &uuid, &run, &text_of(&collected)?)?;
        let step = match chosen {
            Some(_) => SignUpStep::Form(form_of(&run, Step::MainForm)),
            None => SignUpStep::Wizards(enabled.iter().map(WizardChoice::from).collect()),
        };
        Answer::json(&WizardStep::next(uuid.clone(), workflow(&run), Some(step)))
    });
    begun.await
}

fn text_of(collected: &Collected) -> Result<String, Problem> {
    serde_json::to_string(collected).map_err(|error| Problem::internal(error.to_string()))
}

async fn sign_up(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let sent = call.body::<SignUp>().create()?;
    let has_solved = match &sent.captcha {
        Some(response) => {
            captcha::check(&app, Some(response), call.ip).await?;
            true
        }
        None => false,
    };
    // A password is hashed for a run alone that awaits it, and after the call was counted.
    let hash = match (&sent.form, &sent.password) {
        (Some(form), Some(password)) => {
            let (calling, uuid, email) = (Arc::clone(&call), sent.uuid.clone(), form.email.clone());
            let counted = write(&app.database, move |tx| {
                let held = runs::lock(tx, Procedure::Registration, &uuid, None, calling.ip)?;
                if held.run.progress.awaits_wizard {
                    return Err(Problem::conflict(WizardsFault::WizardNotChosen));
                }
                if !awaits(&held.run, Step::MainForm) {
                    return Err(out_of_order(&held.run));
                }
                match sign_ins::count(tx, sign_ins::CountedAct::Registration, email.as_str(), calling.ip)? {
                    Ok(()) => Ok(()),
                    Err(until) => Err(Problem::too_many(until, tx.now)),
                }
            });
            counted.await?;
            let place = app.hasher.enter_from(call.ip).map_err(|_| crate::PasswordHasher::overloaded())?;
            Some(place.hash(password.expose().to_owned()).await?)
        }
        _ => None,
    };
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let sent = Arc::new(sent);
    let taken = write(&app.database, move |tx| {
        let held = runs::lock(tx, Procedure::Registration, &sent.uuid, None, calling.ip)?;
        let taking = Taking { app: &sharing, call: &calling, sent: &sent, held: &held, has_solved };
        taking.take(tx, hash.clone())
    });
    let (answer, text) = taken.await?;
    send_texts(&app, text).await?;
    Ok(answer)
}

/// A step that is being taken.
struct Taking<'a> {
    app: &'a AppContext,
    call: &'a Call,
    sent: &'a SignUp,
    held: &'a HeldRun,
    /// Whether the captcha that was sent is solved.
    has_solved: bool,
}

type Taken = Result<(Answer, Option<CodeText>), Problem>;

impl Taking<'_> {
    fn take(&self, tx: &mut Tx<'_>, hash: Option<String>) -> Taken {
        let mut collected: Collected =
            serde_json::from_str(&self.held.data).map_err(|error| Problem::internal(error.to_string()))?;
        if self.held.run.progress.awaits_wizard {
            return self.choose_wizard(tx, &collected);
        }
        let step = self.held.run.next().ok_or_else(Problem::not_found)?;
        let decision = match step {
            Step::MainForm => self.fill_in(tx, &mut collected, hash)?,
            Step::ClientType => self.choose_type(tx, &mut collected)?,
            Step::Captcha if self.has_solved => self.submit(tx, step, Learned::default())?,
            Step::PhoneForm => {
                let phone = self.sent.phone.as_ref().ok_or_else(|| missing("phone"))?;
                collected.phone = Some(phone.to_string());
                self.submit(tx, step, Learned { has_phone: Some(true), ..Learned::default() })?
            }
            Step::AdditionalInformation => self.submit(tx, step, Learned::default())?,
            Step::EmailConfirmation | Step::PhoneConfirmation => {
                let code = self.sent.code.as_ref().ok_or_else(|| missing("code"))?;
                match try_code(self.app, self.call, tx, (&self.sent.uuid, self.held), None, code)? {
                    Tried::Right(decision, _) => decision,
                    Tried::Wrong(answer) => return Ok((answer, None)),
                }
            }
            Step::Captcha => return Err(missing("recaptchaResponse")),
            Step::Credentials | Step::Form | Step::TwoFactor | Step::ClientRegistration | Step::Apply => {
                return Err(out_of_order(&self.held.run));
            }
        };
        self.go_on(tx, decision, collected)
    }

    fn submit(&self, tx: &Tx<'_>, step: Step, learned: Learned) -> Result<Decision, Problem> {
        let given = Given { answers: self.sent.answers.clone(), learned };
        self.held.run.submit(step, &given, &self.held.context).map_err(|at| refused(at, tx.now))
    }

    fn choose_wizard(&self, tx: &mut Tx<'_>, collected: &Collected) -> Taken {
        let id = self.sent.wizard.ok_or_else(|| missing("wizard_id"))?;
        let enabled = wizards::enabled(tx.conn, WizardType::Registration)?;
        let wizard = enabled.iter().find(|wizard| wizard.id == id);
        let wizard = wizard.ok_or_else(|| Problem::from(Refusal::unknown(Field::WizardId)))?;
        let decision = self.held.run.choose_wizard(&wizard.data, &self.held.context);
        let decision = decision.map_err(|at| refused(at, tx.now))?;
        runs::advance(tx, self.held, &decision, &text_of(collected)?)?;
        self.next(&decision.run, Some(SignUpStep::Form(form_of(&decision.run, Step::MainForm))), None)
    }

    fn next(&self, run: &Run, step: Option<SignUpStep>, text: Option<CodeText>) -> Taken {
        Ok((Answer::json(&WizardStep::next(self.sent.uuid.clone(), workflow(run), step))?, text))
    }

    fn fill_in(&self, tx: &mut Tx<'_>, collected: &mut Collected, hash: Option<String>) -> Result<Decision, Problem> {
        let form = self.sent.form.as_ref().ok_or_else(|| missing("email"))?;
        if needs_phone(&self.held.run) && form.phone.is_none() {
            return Err(missing("phones"));
        }
        // Told at once, and not after the codes of later steps.
        if profiles::is_email_taken(tx.conn, &form.email, &self.app.email_fingerprint(&form.email))? {
            return Err(Refusal::taken(Field::Email).into());
        }
        let country = form.address.as_ref().map(|address| address.country);
        let code = match country {
            Some(country) => Some(profiles::country_code(tx.conn, country)?),
            None => None,
        };
        collected.email = Some(form.email.to_string());
        collected.password_hash = hash;
        collected.fingerprint = Some(form.fingerprint.clone());
        collected.person = form.person.clone();
        collected.phone = form.phone.as_ref().map(ToString::to_string);
        collected.address.clone_from(&form.address);
        collected.requirements.clone_from(&self.sent.requirements);
        let learned = Learned {
            country: code,
            client_type: Some(types::default(tx.conn)?),
            has_phone: Some(form.phone.is_some()),
            ..Learned::default()
        };
        self.submit(tx, Step::MainForm, learned)
    }

    fn choose_type(&self, tx: &mut Tx<'_>, collected: &mut Collected) -> Result<Decision, Problem> {
        let kind = self.sent.client_type.ok_or_else(|| missing("client_type"))?;
        if !types::offered(tx.conn)?.iter().any(|offered| offered.id == kind) {
            return Err(CommonFault::Unknown.at(Field::Type).unprocessable().into());
        }
        collected.client_type = Some(kind);
        self.submit(tx, Step::ClientType, Learned { client_type: Some(kind), ..Learned::default() })
    }

    /// Goes on from a step: solves the captcha that came with it, sends the code that is awaited, makes the client.
    fn go_on(&self, tx: &mut Tx<'_>, mut decision: Decision, collected: Collected) -> Taken {
        if self.has_solved && awaits(&decision.run, Step::Captcha) {
            let solved = decision.run.submit(Step::Captcha, &Given::default(), &self.held.context);
            decision = solved.map_err(|at| refused(at, tx.now))?;
        }
        if awaits(&decision.run, Step::ClientRegistration) {
            return self.register(tx, decision, collected);
        }
        let recipient = recipient_of(&collected)?;
        let awaited = proceed(self.app, tx, &self.sent.uuid, self.held, decision, |_, _| Ok(recipient))?;
        runs::advance(tx, self.held, &awaited.decision, &text_of(&collected)?)?;
        let run = &awaited.decision.run;
        let step = match run.next() {
            Some(step @ (Step::PhoneForm | Step::AdditionalInformation)) => Some(SignUpStep::Form(form_of(run, step))),
            Some(Step::ClientType) => {
                Some(SignUpStep::Types(types::offered(tx.conn)?.into_iter().map(TypeChoice::from).collect()))
            }
            _ => None,
        };
        self.next(run, step, awaited.text)
    }

    fn register(&self, tx: &mut Tx<'_>, decision: Decision, collected: Collected) -> Taken {
        let fingerprint = collected.fingerprint.clone().ok_or_else(|| Problem::internal("no fingerprint was kept"))?;
        let new = self.new_client(tx, &collected)?;
        // Nobody sees the client yet, and whoever registers may take part in everything that is not for some alone.
        let client = profiles::insert(tx, &Scope::AllClients, &new)?;
        let id = client.id;
        if let Some(address) = collected.address.as_ref().filter(|address| !address.address.is_empty()) {
            let address = Address {
                address: address.address.clone(),
                city: address.city.clone(),
                country: address.country,
                postcode: address.postcode.clone(),
                state: address.state.clone(),
                kind: AddressKind::Residential,
            };
            addresses::insert(tx, &Scope::Client(id), id, &address)?;
        }
        let given = Given { learned: Learned { client: Some(id), ..Learned::default() }, ..Given::default() };
        let done = decision.run.submit(Step::ClientRegistration, &given, &self.held.context);
        let done = done.map_err(|at| refused(at, tx.now))?;
        runs::advance(tx, self.held, &done, runs::NO_DATA)?;
        let details = json!({"id": id, "new": {"email": new.email.as_str()}});
        audit::note(tx, self.call, (id, new.email.as_str()), ("client", Action::Add), &details)?;
        let pair = begin_session(self.app, self.call, tx, id, &fingerprint)?;
        let step = WizardStep::done(self.sent.uuid.clone(), Some(SignUpStep::Tokens(pair)));
        Ok((Answer::json(&step)?, None))
    }

    fn new_client(&self, tx: &mut Tx<'_>, collected: &Collected) -> Result<NewClient, Problem> {
        let email: Email = collected.email.as_ref().and_then(|email| email.parse().ok()).ok_or_else(lost)?;
        let locale = match &self.sent.locale {
            Some(locale) => locale.clone(),
            None => localizations::default_locale(tx.conn)?,
        };
        let profile = Profile {
            first_name: collected.person.first_name.clone(),
            last_name: collected.person.last_name.clone(),
            middle_name: collected.person.middle_name.clone(),
            nickname: None,
            birthday: collected.person.birthday,
            country: collected.address.as_ref().map(|address| address.country),
            city: collected.address.as_ref().map(|address| address.city.clone()).filter(|city| !city.is_empty()),
            locale,
            company: None,
            internal_type: InternalType::Default,
            risk_level: RiskLevel::Low,
            status: ClientStatus::Active,
            tags: Set::default(),
        };
        Ok(NewClient {
            email_fingerprint: self.app.email_fingerprint(&email),
            email,
            profile,
            kind: collected.client_type,
            manager: None,
            phone: collected.phone.as_ref().and_then(|phone| phone.parse().ok()),
            password_hash: collected.password_hash.clone(),
            analytics: profiles::analytics_of(&collected.utm),
        })
    }
}

fn missing(field: &'static str) -> Problem {
    Problem::bad_request(vec![Fault::sent(field, RequestFault::Required)])
}

fn lost() -> Problem {
    Problem::internal("a run has lost what its form collected")
}

/// Where codes reach somebody who is not a client yet.
fn recipient_of(collected: &Collected) -> Result<Recipient, Problem> {
    Ok(Recipient {
        first_name: collected.person.first_name.clone(),
        email: collected.email.clone().ok_or_else(lost)?,
        locale: Locality::default(),
        phone: collected.phone.clone(),
    })
}
