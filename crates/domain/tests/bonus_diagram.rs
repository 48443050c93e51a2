//! The diagram in `docs/bonuses.md` is the one that the rules make.

use backoffice_domain::bonuses::diagram;

#[test]
fn the_diagram_in_the_docs_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bonuses.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page.contains(&format!("```mermaid\n{}```", diagram())),
        "put this into docs/bonuses.md: cargo run -p backoffice-domain --example bonus_life -- diagram"
    );
}
