//! A small broker: tags, groups, platforms, products, rates, bonuses and paid services.

use domain::bonuses::{BonusPreset, BonusProgram, BonusTerms};
use domain::catalog::{
    AccountSettings, Availability, Factory, Platform, PlatformId, PlatformType, Product, ProductGroup,
    ProductGroupType, ProductNote, ProductPermission, ProductPermissionGroup, ProductRestriction, ProductStatus,
    ProductType, RestrictionName, SendMailSetting,
};
use domain::clients::RestrictionMode;
use domain::clients::Tag;
use domain::identity::{Permission, Rights, Scope, UserGroup};
use domain::ledger::{CurrencyCode, CurrencyPair, RateProvider, RateSource, USD};
use domain::payments::Method;
use domain::services::{PaidService, PaidServiceGroup, Parameter, ParameterKind, SentValue};
use domain::value::{List, LocalizedText, Set};

use storage::bonuses::{presets, programs};
use storage::catalog::product_creation::{self, NewProduct};
use storage::catalog::{platforms, product_groups, product_notes, product_permission_groups, products, restrictions};
use storage::clients::tags;
use storage::identity::user_groups;
use storage::ledger::{currency_pairs, rate_providers};
use storage::payments::methods;
use storage::services::{Viewer, groups, offered, parameters, plans};
use storage::{DbConnection, Direction, Error, Paging, Tx};

/// Loads it, unless there are platforms already; answers whether it did. `step` is told of each part.
pub fn load(tx: &mut Tx<'_>, step: &dyn Fn(&str)) -> Result<bool, Error> {
    if first_platform(tx.conn, None)?.is_some() {
        return Ok(false);
    }
    step("tags and user groups");
    let everything = Rights { is_administrator: true, sees_all_groups: true, ..Rights::without_groups(Scope::System) };
    for name in ["VIP", "EU", "Partners"] {
        tags::insert(tx, &Scope::System, &Tag { name: name.into() })?;
    }
    for (name, ending) in [("Support", ".read"), ("Catalog", "")] {
        user_groups::insert(tx, &everything, &UserGroup { name: name.into(), permissions: rights(name, ending) })?;
    }
    step("permission groups");
    for (name, permissions) in [("Trading", ProductPermission::ALL), ("View only", &[ProductPermission::Visible][..])] {
        let group = ProductPermissionGroup {
            name: name.into(),
            status: Availability::Enabled,
            permissions: permissions.iter().copied().collect(),
        };
        product_permission_groups::insert(tx, &group)?;
    }
    step("platforms, groups and products");
    for sample in SAMPLES {
        sample.insert(tx)?;
    }
    step("rates, pairs and a payment method");
    money(tx)?;
    step("bonuses and paid services");
    bonuses(tx)?;
    services(tx)?;
    step("verification");
    super::verification::load(tx)?;
    step("who hears of events");
    super::messaging::load(tx)?;
    step("mass mail");
    super::mailing::load(tx)?;
    step("what clients are shown");
    super::content::load(tx)?;
    step("antifraud");
    super::antifraud::load(tx)?;
    step("an API key");
    super::identity::load(tx)?;
    step("the help desk");
    super::tickets::load(tx)?;
    Ok(true)
}

/// The platform that was made first, of this type if one is given.
fn first_platform(conn: &mut DbConnection, kind: Option<PlatformType>) -> Result<Option<PlatformId>, Error> {
    let first =
        Paging { sort: platforms::Sort::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = platforms::list(conn, &platforms::Filter { kind, ..platforms::Filter::default() }, &first)?;
    Ok(page.data.first().map(|platform| platform.id))
}

/// A preset for automatic bonuses, which are off, and a program.
fn bonuses(tx: &mut Tx<'_>) -> Result<(), Error> {
    let platform = first_platform(tx.conn, Some(PlatformType::MetaTrader5))?.ok_or(Error::NotFound)?;
    let terms = BonusTerms {
        lifetime: 30,
        dynamic_lots: 2.into(),
        enable_auto_credit: false,
        scalping_threshold: 60,
        enable_trade: true,
        disabled_groups: vec!["USDCZK".to_owned()].into(),
    };
    let preset = BonusPreset { platform, name: "Welcome".into(), is_default: true, terms: terms.clone() };
    presets::insert(tx, &preset)?;
    let program = BonusProgram {
        platform,
        name: "Spring".into(),
        amount: 50.into(),
        currency: USD,
        platform_groups: vec!["real".to_owned()].into(),
        expired_at: tx.now.plus(chrono::TimeDelta::days(90)),
        terms,
    };
    programs::insert(tx, &program)?;
    Ok(())
}

/// A service with a parameter to choose, and a preset of it.
fn services(tx: &mut Tx<'_>) -> Result<(), Error> {
    let group = groups::insert(tx, &PaidServiceGroup { caption: "Analytics".into(), comment: None })?;
    let service = PaidService {
        name: "Signals".into(),
        full_name: "Trading signals".into(),
        group: group.id,
        is_active: true,
        external_id: Some("signals-1".into()),
        comment: None,
    };
    let service = offered::insert(tx, &service)?;
    let options = ["Monthly", "Yearly"].map(ToOwned::to_owned);
    let period = Parameter {
        name: "Payment period".into(),
        caption: "How often the client pays".into(),
        category: None,
        kind: ParameterKind::Select,
        services: [service.id].into_iter().collect(),
        settings: serde_json::json!({"options": &options}).to_string(),
        options: options.to_vec().into(),
    };
    let viewer = Viewer::administrator();
    parameters::insert(tx, &viewer, &period)?;
    let values = [("Payment period".to_owned(), SentValue::Text("Yearly".into()))].into_iter().collect();
    plans::insert(tx, &viewer, "A year", service.id, &values)?;
    Ok(())
}

/// Rates of the larger currencies, pairs to exchange them, and a method for clients' withdrawals.
fn money(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (name, from, rate) in
        [("EUR", 978, "1.08"), ("GBP", 826, "1.27"), ("BTC", 1000, "64000"), ("ETH", 1001, "3100")]
    {
        let provider = RateProvider {
            name: format!("{name} fixed"),
            source: RateSource::Custom,
            priority: 0,
            is_enabled: true,
            from_currencies: [CurrencyCode::new(from)].into_iter().collect(),
            to_currencies: [USD].into_iter().collect(),
            options: format!(r#"{{"rate":"{rate}","baseCurrency":{from}}}"#),
        };
        rate_providers::insert(tx, &provider, None)?;
    }
    for (from, to) in [(840, 978), (978, 840), (840, 1000), (1000, 840)] {
        let pair = CurrencyPair {
            from: CurrencyCode::new(from),
            to: CurrencyCode::new(to),
            is_enabled: true,
            is_enabled_for_admin: true,
            is_hedging_enabled: false,
            is_request_required: false,
            step: None,
            max_amount: None,
            rate_providers: Vec::new(),
        };
        currency_pairs::insert(tx, &pair)?;
    }
    let bank = Method {
        name: "bank_transfer".into(),
        caption: "Bank transfer".into(),
        provider: Method::CONSTRUCTOR.into(),
        connection: None,
        is_enabled: true,
        priority: 2,
        time_to_fund: Some("1 to 3 days".into()),
        icon: None,
        result_url: None,
        ip_white_list: List::default(),
        rate_provider: None,
        options: "{}".into(),
        groups: Set::default(),
        resources: List::default(),
    };
    for way in domain::payments::MethodDirection::ALL {
        methods::insert(tx, *way, &bank, USD, None)?;
    }
    Ok(())
}

fn rights(group: &str, ending: &str) -> Set<Permission> {
    let of_catalog = |permission: &Permission| {
        ["products.", "productPermissionGroups.", "platforms."].iter().any(|part| permission.as_str().starts_with(part))
    };
    Permission::ALL
        .iter()
        .filter(
            |permission| {
                if group == "Catalog" { of_catalog(permission) } else { permission.as_str().ends_with(ending) }
            },
        )
        .copied()
        .collect()
}

struct Sample {
    platform: &'static str,
    kind: PlatformType,
    is_demo: bool,
    group: &'static str,
    group_ja: &'static str,
    product: &'static str,
    caption: &'static str,
    caption_ja: &'static str,
    currencies: &'static [i64],
    platform_groups: &'static [&'static str],
}

const SAMPLES: &[Sample] = &[
    Sample {
        platform: "mt5",
        kind: PlatformType::MetaTrader5,
        is_demo: false,
        group: "Trading",
        group_ja: "取引",
        product: "mt5_live",
        caption: "MT5 Live",
        caption_ja: "MT5 リアル",
        currencies: &[840, 978],
        platform_groups: &["real"],
    },
    Sample {
        platform: "wallets",
        kind: PlatformType::Personal,
        is_demo: false,
        group: "Wallets",
        group_ja: "ウォレット",
        product: "wallet",
        caption: "Wallet",
        caption_ja: "ウォレット",
        currencies: &[840, 978, 392, 1000, 1001],
        platform_groups: &[],
    },
    Sample {
        platform: "mt5_demo",
        kind: PlatformType::MetaTrader5,
        is_demo: true,
        group: "Practice",
        group_ja: "デモ",
        product: "mt5_demo",
        caption: "MT5 Demo",
        caption_ja: "MT5 デモ",
        currencies: &[840],
        platform_groups: &[],
    },
    Sample {
        platform: "ctrader",
        kind: PlatformType::CTrader,
        is_demo: false,
        group: "ECN",
        group_ja: "ECN",
        product: "ctrader_ecn",
        caption: "cTrader ECN",
        caption_ja: "cTrader ECN",
        currencies: &[840, 826, 756],
        platform_groups: &[],
    },
];

fn japanese(value: &str) -> List<LocalizedText> {
    [LocalizedText { key: "caption".into(), locale: "ja_JP".into(), value: value.into() }].into_iter().collect()
}

impl Sample {
    fn insert(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let platform = Platform {
            name: self.platform.into(),
            caption: self.platform.to_uppercase(),
            kind: self.kind,
            is_demo: self.is_demo,
            is_enabled: true,
            groups: List::default(),
            gateway_url: None,
            terminal_url: None,
        };
        let platform = platforms::insert(tx, &platform)?;
        let group = ProductGroup {
            caption: self.group.into(),
            description: format!("{} accounts", self.group),
            status: Availability::Enabled,
            kind: ProductGroupType::Default,
            priority: 0,
            resources: japanese(self.group_ja),
        };
        let group = product_groups::insert(tx, &group)?;
        let new = NewProduct {
            data: Product {
                platform: platform.id,
                group: group.id,
                name: self.product.into(),
                caption: self.caption.into(),
                kind: ProductType::Trade,
                status: ProductStatus::Disabled,
                priority: 0,
                send_mail_setting: SendMailSetting::Default,
                mail_template: Some("accountCreated".into()),
                options: "{}".into(),
                settings: self.settings(),
                resources: japanese(self.caption_ja),
            },
            kind: None,
            currencies: self.currencies.iter().copied().map(CurrencyCode::new).collect(),
            factory: Factory::Units,
            platform_groups: self.platform_groups.iter().map(|group| (*group).to_owned()).collect(),
        };
        let product = product_creation::insert(tx, &new)?;
        let enabled = Product { status: ProductStatus::Enabled, ..product.data.clone() };
        products::update(tx, &product, &enabled)?;
        let note = ProductNote {
            title: "Before you open an account".into(),
            value: format!("{} accounts are opened at once.", self.caption),
            resources: List::default(),
        };
        product_notes::insert(tx, product.id, &note)?;
        let restriction = ProductRestriction {
            name: RestrictionName::Country,
            is_enabled: false,
            mode: RestrictionMode::Deny,
            ids: [2, 33].into_iter().collect(),
        };
        restrictions::insert(tx, product.id, &restriction)?;
        Ok(())
    }

    fn settings(&self) -> AccountSettings {
        let trades = self.kind != PlatformType::Personal;
        let permissions: Set<ProductPermission> = ProductPermission::ALL
            .iter()
            .copied()
            .filter(|permission| trades || *permission != ProductPermission::Trade)
            .collect();
        AccountSettings {
            default_account_permissions: permissions.clone(),
            permissions,
            default_leverage: trades.then_some(100),
            leverages: if trades { vec![10, 50, 100].into() } else { List::default() },
            max_accounts: Some(5),
            start_amounts: if self.is_demo { vec![1000.into(), 10_000.into()].into() } else { List::default() },
            ..AccountSettings::default()
        }
    }
}
