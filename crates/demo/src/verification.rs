//! How the broker's clients are verified: documents, a test and two levels to climb.

use domain::clients::RestrictionMode;
use domain::payments::LevelLimits;
use domain::resolutions::{Resolution, ResolutionTypeId};
use domain::value::{LocalizedText, Set};
use domain::verification::{
    AnswerOption, ClientTest, ClientTestId, DocumentGroup, DocumentGroupKind, DocumentType, LevelRestriction,
    LevelRestrictionName, LevelTerms, QuestionKind, TestQuestion, VerificationLevelId, VerificationWizard,
};
use storage::catalog::restrictions;
use storage::clients::levels::default;
use storage::verification::{answer_options, document_groups, document_types, levels, test_questions, tests};
use storage::{Error, Tx, resolutions};

/// Loads it.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (group, kind, types) in [
        ("Identity", DocumentGroupKind::One, ["Passport", "Identity card"]),
        ("Residence", DocumentGroupKind::One, ["Utility bill", "Bank statement"]),
    ] {
        documents(tx, group, kind, types)?;
    }
    let test = risk_test(tx)?;
    let advanced =
        LevelTerms { required_tests: [test].into_iter().collect(), ..terms(20, "Advanced", &["Residence"], 20_000) };
    let advanced = levels::insert(tx, None, &advanced)?.id;
    let verified = LevelTerms { next: Some(advanced), ..terms(10, "Verified", &["Identity"], 5_000) };
    let verified = levels::insert(tx, None, &verified)?.id;
    let first = default(tx.conn)?;
    lead(tx, first, verified)?;
    let ids = [2, 33].into_iter().collect();
    let name = LevelRestrictionName::Country;
    let restriction = LevelRestriction { name, is_enabled: true, mode: RestrictionMode::Deny, ids };
    restrictions::insert(tx, advanced, &restriction)?;
    let text = LocalizedText { key: "name".into(), locale: "es_ES".into(), value: "No se puede leer".into() };
    let unreadable = Resolution {
        enabled: true,
        name: "It cannot be read".into(),
        kind: ResolutionTypeId::new(1),
        resources: vec![text].into(),
    };
    resolutions::insert(tx, &unreadable)?;
    Ok(())
}

fn lead(tx: &mut Tx<'_>, from: VerificationLevelId, to: VerificationLevelId) -> Result<(), Error> {
    let before = levels::lock(tx, from)?;
    let mut after = before.data.clone();
    after.terms.next = Some(to);
    levels::update(tx, &before, &after).map(drop)
}

fn documents(tx: &mut Tx<'_>, name: &str, kind: DocumentGroupKind, types: [&str; 2]) -> Result<(), Error> {
    let group = DocumentGroup {
        name: name.into(),
        kind,
        caption: format!("Proof of {}", name.to_lowercase()),
        description: String::new(),
        enabled: true,
        priority: 1,
        resources: Vec::new().into(),
    };
    let group = document_groups::insert(tx, &group)?.id;
    for (priority, name) in (1..).zip(types) {
        let kind = DocumentType {
            name: name.into(),
            group,
            caption: String::new(),
            description: String::new(),
            enabled: true,
            example: None,
            max_files: 2,
            priority,
            resources: Vec::new().into(),
        };
        document_types::insert(tx, &kind)?;
    }
    Ok(())
}

/// A test that clients are offered.
fn risk_test(tx: &mut Tx<'_>) -> Result<ClientTestId, Error> {
    let hidden = ClientTest { caption: "Risks of trading".into(), details: None, is_visible: false, priority: 1 };
    let test = tests::insert(tx, &hidden)?;
    let question =
        TestQuestion { question: "Can you lose what you deposit?".into(), kind: QuestionKind::Close, is_visible: true };
    let question = test_questions::insert(tx, test.id, &question)?;
    for (text, is_correct) in [("Yes", true), ("No", false)] {
        answer_options::insert(tx, &question, &AnswerOption { text: text.into(), is_correct })?;
    }
    let visible = ClientTest { is_visible: true, ..hidden };
    Ok(tests::update(tx, &test, &visible)?.id)
}

fn terms(index: i64, name: &str, groups: &[&str], withdrawal_daily: i64) -> LevelTerms {
    LevelTerms {
        index,
        name: name.into(),
        description: String::new(),
        mail_description: String::new(),
        next: None,
        wizard: VerificationWizard::Documents,
        default: false,
        visible: true,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        required_tests: Set::default(),
        limits: LevelLimits { withdrawal_daily: Some(withdrawal_daily.into()), ..LevelLimits::default() },
    }
}
