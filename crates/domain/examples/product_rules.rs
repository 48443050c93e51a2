//! Product rules and permissions without any server: who may open an account, with what, and who
//! may change the product.
//!
//! `cargo run -p backoffice-domain --no-default-features --example product_rules`

use backoffice_domain::catalog::{
    AccountSettings, Availability, ClientFacts, Factory, Offer, Opener, PlatformId, Product, ProductCurrency,
    ProductGroupId, ProductPermission, ProductRestriction, ProductStatus, ProductType, RestrictionName,
    SendMailSetting,
};
use backoffice_domain::clients::{RestrictionFacts, RestrictionMode};
use backoffice_domain::content::CountryId;
use backoffice_domain::identity::{Permission, Rights, Scope};
use backoffice_domain::ledger::CurrencyCode;
use backoffice_domain::value::List;

fn main() {
    let product = Product {
        platform: PlatformId::new(1),
        group: ProductGroupId::new(1),
        name: "mt5_live".into(),
        caption: "MT5 Live".into(),
        kind: ProductType::Trade,
        status: ProductStatus::Enabled,
        priority: 1,
        send_mail_setting: SendMailSetting::Default,
        mail_template: None,
        options: "{}".into(),
        settings: AccountSettings {
            permissions: [ProductPermission::Visible, ProductPermission::Enabled].into_iter().collect(),
            default_account_permissions: [ProductPermission::Deposit, ProductPermission::Trade].into_iter().collect(),
            default_leverage: Some(10),
            leverages: [50, 100].into_iter().collect(),
            max_accounts: Some(2),
            ..AccountSettings::default()
        },
        resources: List::default(),
    };
    let dollars = ProductCurrency {
        currency: CurrencyCode::new(840),
        factory: Factory::Units,
        platform_groups: List::default(),
        caption: None,
        is_enabled: true,
        priority: 1,
        is_hedging_enabled: false,
        overwrite_product_settings: false,
        settings: AccountSettings::default(),
        resources: List::default(),
    };
    let restrictions = [ProductRestriction {
        name: RestrictionName::Country,
        is_enabled: true,
        mode: RestrictionMode::Deny,
        ids: [33].into_iter().collect(),
    }];
    let offer = Offer {
        product: &product,
        group_status: Availability::Enabled,
        currency: &dollars,
        restrictions: &restrictions,
    };
    let from = |country| ClientFacts {
        restrictions: RestrictionFacts { country: Some(CountryId::new(country)), ..RestrictionFacts::default() },
        ..ClientFacts::default()
    };
    let full = ClientFacts { accounts_on_product: 2, ..from(1) };
    for (who, opener, client, leverage) in [
        ("a client", Opener::Client, from(1), None),
        ("a client, leverage 100", Opener::Client, from(1), Some(100)),
        ("a client, leverage 7", Opener::Client, from(1), Some(7)),
        ("a client from country 33", Opener::Client, from(33), None),
        ("a user, for that client", Opener::User, from(33), None),
        ("a client with two accounts", Opener::Client, full, None),
    ] {
        match offer.open(opener, &client, leverage) {
            Ok(opening) => println!("{who}: opened with {:?}, leverage {:?}", opening.permissions, opening.leverage),
            Err(refusal) => println!("{who}: refused, {refusal}"),
        }
    }
    let reader = Rights {
        permissions: [Permission::ProductsRead].into_iter().collect(),
        ..Rights::without_groups(Scope::AllClients)
    };
    for permission in [Permission::ProductsRead, Permission::ProductsUpdate] {
        println!("{permission} by a reader: {}", if reader.hold(permission) { "allowed" } else { "forbidden" });
    }
}
