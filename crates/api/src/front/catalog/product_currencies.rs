//! What the clients' interface shows of a currency of a product.

use domain::catalog::{
    AccountSettings, Product, ProductCurrency, ProductCurrencyId, ProductId, ProductPermission, settings_in_force,
};
use domain::ledger::Amount;
use domain::value::{Entity as _, List, LocalizedText, Localizer, Set, Timestamp};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::catalog::product_currencies::StoredProductCurrency;

use crate::front::Front;
use crate::front::ledger::CurrencyAnswer;

/// A currency in which accounts are opened on a product. What the currency does not set is the product's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyProductCurrency")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductCurrencyAnswer {
    /// Its id.
    id: ProductCurrencyId,
    /// Its name: that of the currency where it has none of its own.
    caption: String,
    /// Its place in lists: the lowest comes first.
    priority: i64,
    /// The currency.
    currency: CurrencyAnswer,
    /// The product, by which an account is opened.
    product_id: ProductId,
    /// 100 where the platform counts in subunits, such as cents.
    #[schemars(extend("enum" = [1, 100]))]
    factory: i64,
    /// What can be done with its accounts, as far as the account itself allows it.
    permissions: Set<ProductPermission>,
    /// The leverage of an account that is opened without a choice; null where accounts have none.
    default_leverage: Option<i64>,
    /// The leverages on offer, beside the default.
    leverages: List<i64>,
    /// How many accounts a client may have, archived ones left out; null for no limit.
    max_accounts: Option<i64>,
    /// Demo accounts: the amounts of play money to begin with.
    start_amounts: List<Amount>,
    /// A page with more about it.
    link_info: Option<String>,
    /// What a client accepts by opening an account.
    agreement_link: Option<String>,
    /// Whether an account is opened only after a decision.
    request_required: bool,
    /// The least of a deposit to a trading account: in this currency where it has settings of its own, else in USD.
    min_deposit_amount: Option<Amount>,
    /// When it was added.
    create_time: Timestamp,
    #[serde(skip)]
    has_caption: bool,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl ProductCurrencyAnswer {
    /// A currency of this product.
    pub(crate) fn of(id: ProductId, product: &Product, stored: StoredProductCurrency) -> Self {
        let settings: AccountSettings = settings_in_force(product, &stored.data).clone();
        let data = stored.data;
        let has_caption = data.caption.is_some();
        Self {
            id: stored.id,
            has_caption,
            caption: data.caption.unwrap_or_else(|| stored.currency.name.clone()),
            priority: data.priority,
            currency: stored.currency.into(),
            product_id: id,
            factory: data.factory.number(),
            permissions: settings.permissions,
            default_leverage: settings.default_leverage,
            leverages: settings.leverages,
            max_accounts: settings.max_accounts,
            start_amounts: settings.start_amounts,
            link_info: settings.link_info,
            agreement_link: settings.agreement_link,
            request_required: settings.request_required,
            min_deposit_amount: settings.min_deposit_amount,
            create_time: stored.create_time,
            resources: data.resources,
        }
    }
}

impl Resource<Front> for ProductCurrencyAnswer {
    const NAME: &'static str = ProductCurrency::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
        if self.has_caption {
            localizer.localize(&self.resources, "caption", &mut self.caption);
        } else {
            self.caption.clone_from(&self.currency.name);
        }
    }
}
