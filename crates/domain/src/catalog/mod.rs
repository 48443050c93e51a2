//! What clients can open accounts on: platforms, products, and who may use them.

mod fault;
mod opening;
mod permission_group;
mod platform;
mod product;
mod product_currency;
mod product_group;
mod product_note;
mod restriction;
mod trading;

pub use fault::CatalogFault;
pub use opening::{ClientFacts, Offer, Opener, Opening, OpeningRefusal};
pub use permission_group::ProductPermissionGroup;
pub use platform::{Platform, PlatformChange, PlatformType, is_ahead};
pub use product::{AccountSettings, Factory, Product, ProductPermission, ProductStatus, ProductType, SendMailSetting};
pub use product_currency::{ProductCurrency, settings_in_force};
pub use product_group::{ProductGroup, ProductGroupType};
pub use product_note::ProductNote;
pub use restriction::{ProductRestriction, RestrictionName};
pub use trading::{OpenSide, PendingSide, TradingTerminal};

pub use crate::value::PlatformId;
use crate::value::text_enum;

crate::value::ids! {
    /// A key with which a platform reports.
    PlatformKeyId,
    /// A product.
    ProductId,
    /// A group of products.
    ProductGroupId,
    /// A currency of a product: not the currency's code.
    ProductCurrencyId,
    /// A note on a product.
    ProductNoteId,
    /// A restriction of a product.
    ProductRestrictionId,
    /// A named set of product permissions.
    ProductPermissionGroupId,
}

text_enum! {
    /// Whether something can be used.
    Availability {
        /// It cannot.
        Disabled = "disabled",
        /// It can.
        Enabled = "enabled",
    }
}
