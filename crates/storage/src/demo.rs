//! Demonstration data: a small broker to try things on.

use diesel::prelude::*;
use domain::catalog::{
    AccountSettings, Availability, Factory, Platform, PlatformType, Product, ProductGroup, ProductGroupType,
    ProductNote, ProductPermission, ProductPermissionGroup, ProductRestriction, ProductStatus, ProductType,
    RestrictionMode, RestrictionName, SendMailSetting,
};
use domain::clients::Tag;
use domain::identity::{Permission, Rights, UserGroup};
use domain::ledger::CurrencyCode;
use domain::value::{List, LocalizedText, Set};

use crate::catalog::{
    platforms, product_groups, product_notes, product_permission_groups, product_restrictions, products,
};
use crate::clients::tags;
use crate::identity::user_groups;
use crate::schema::platforms as table;
use crate::{Error, Tx};

/// Loads the demonstration data, unless there are platforms already. `step` is told of each part.
///
/// # Errors
/// Those of the database.
pub fn load(tx: &mut Tx<'_>, step: &dyn Fn(&str)) -> Result<bool, Error> {
    if table::table.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    let everything = Rights { is_administrator: true, ..Rights::default() };
    step("tags and user groups");
    for name in ["VIP", "EU", "Partners"] {
        tags::insert(tx, &everything, &Tag { name: name.into() })?;
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
    Ok(true)
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
        let new = products::NewProduct {
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
            platform_groups: List::default(),
        };
        let product = products::insert(tx, &new)?;
        products::update(tx, product.id, &Product { status: ProductStatus::Enabled, ..product.data })?;
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
        product_restrictions::insert(tx, product.id, &restriction)?;
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
