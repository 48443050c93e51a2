//! What a program does with the generated client: every answer that is used here has its type.

use back_office_client::apis::configuration::Configuration;
use back_office_client::apis::{Error, ResponseContent};
use back_office_client::apis::{
    accounts_api, authentication_api, client_tags_api, clients_api, currencies_api, currency_pairs_api, deposits_api,
    exchanges_api, platforms_api, products_api, transactions_api, transfers_api, withdrawals_api,
};
use back_office_client::models::{
    Availability, ClientStatus, ClientTagChange, ExchangeType, ManualOrder, NewAccount, NewClient, NewClientTag,
    NewCurrencyPair, NewExchange, NewPlatform, NewProduct, NewProductGroup, NewTransfer, PlatformType, ProductChange,
    ProductPermission, ProductStatus, SignIn, Transaction, TransactionChange, TransactionKind, TransactionStatus,
    new_product,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A transaction, which is done.
fn done(transaction: Transaction) -> Transaction {
    assert_eq!(transaction.status, TransactionStatus::Done);
    transaction
}

async fn signed_in() -> Outcome<Configuration> {
    let base_path = std::env::var("BASE_URL")?;
    let anonymous = Configuration { base_path, ..Configuration::default() };
    let credentials = SignIn::new(std::env::var("EMAIL")?, std::env::var("PASSWORD")?);
    let answer = authentication_api::authentication_signin(&anonymous, credentials, None).await?;
    assert!(!answer.param_2fa_required);
    let token = answer.access_token.ok_or("no token")?.token;
    Ok(Configuration { bearer_access_token: Some(token), ..anonymous })
}

/// A product with accounts in two currencies.
async fn make_product(client: &Configuration) -> Outcome<i64> {
    let wallets = NewPlatform::new("Wallets".into(), "wallets".into(), PlatformType::Personal);
    let platform = platforms_api::platforms_create(client, wallets, None, None).await?;
    let shelf = NewProductGroup::new("Wallets".into(), String::new(), Availability::Enabled);
    let group = products_api::products_groups_create(client, shelf, None, None).await?;
    let wallet =
        NewProduct::new(new_product::Factory::Variant1, group.id, "wallet".into(), vec![840, 978], platform.id);
    let product = products_api::products_create(client, wallet, None, None).await?;
    let all = vec![
        ProductPermission::Deposit,
        ProductPermission::Enabled,
        ProductPermission::Exchange,
        ProductPermission::TransferDeposit,
        ProductPermission::TransferWithdrawal,
        ProductPermission::Withdrawal,
    ];
    let opened = ProductChange {
        status: Some(ProductStatus::Enabled),
        permissions: Some(all.clone()),
        default_account_permissions: Some(all),
        ..ProductChange::default()
    };
    products_api::products_update(client, product.id, None, None, Some(opened)).await?;
    Ok(product.id)
}

/// Moves money in every way, and gives the deposit.
async fn move_money(client: &Configuration, owner: i64, first: i64, second: i64, euros: i64) -> Outcome<Transaction> {
    // Amounts are strings, so that no digit is lost.
    let payment =
        ManualOrder { vendor_commission: Some("0.1".into()), ..ManualOrder::new(first, "100.10".into(), 1) };
    let deposit = done(deposits_api::deposits_create(client, payment, None, None).await?);
    let credited = deposit.credit_details.as_ref().ok_or("nothing was credited")?;
    assert_eq!(credited.amount, "100.000000000000000000");
    let transfer = NewTransfer::new("40".into(), owner, second, first);
    done(transfers_api::transfers_create(client, transfer, None, None).await?);
    let withdrawal = ManualOrder::new(second, "10".into(), 2);
    done(withdrawals_api::withdrawals_create(client, withdrawal, None, None).await?);
    let pair = NewCurrencyPair { is_enabled_for_admin: Some(true), ..NewCurrencyPair::new(840, 978) };
    currency_pairs_api::currency_pairs_create(client, pair, None, None).await?;
    let exchange = NewExchange {
        source_amount: Some("20".into()),
        destination_amount: Some("18".into()),
        ..NewExchange::new(owner, euros, first, ExchangeType::Direct)
    };
    done(exchanges_api::exchanges_create(client, exchange, None, None).await?);
    Ok(deposit)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let client = &signed_in().await?;

    // Lists.
    let page = currencies_api::currencies_list(client, Some(1000), None, None, None, None, None, None, None, None);
    let dollar = page.await?.data.into_iter().find(|currency| currency.alphabetic_code == "USD");
    assert_eq!(dollar.map(|currency| currency.numeric_code), Some(840));

    // Records are made.
    let product = make_product(client).await?;
    let person = NewClient::new("john@example.com".into(), "John".into(), "Doe".into());
    let owner = clients_api::clients_create(client, person, None, None).await?.client_id;
    let open = async |currency: i64| {
        let account = NewAccount { currency_code: Some(currency), ..NewAccount::new(owner, product) };
        accounts_api::accounts_create(client, account, None, None).await.map(|account| account.account_id)
    };
    let (first, second, euros) = (open(840).await?, open(840).await?, open(978).await?);

    // A record is read.
    assert_eq!(clients_api::clients_get(client, owner, None, None).await?.status, ClientStatus::Active);

    // Money is moved.
    let deposit = move_money(client, owner, first, second, euros).await?.transaction_id;
    let balance = accounts_api::accounts_balance(client, first, None, None).await?;
    assert_eq!(balance.available_balance, "40.000000000000000000");

    // What was moved is read and changed.
    let comment = TransactionChange { comment: Some("by a program".into()), ..TransactionChange::default() };
    let changed = done(transactions_api::transactions_update(client, deposit, None, None, Some(comment)).await?);
    assert_eq!(changed.r#type, TransactionKind::Deposit);
    let nothing = TransactionChange::default();
    done(transactions_api::transactions_update_put(client, deposit, None, None, Some(nothing)).await?);
    done(transactions_api::transactions_get(client, deposit, None, None).await?);

    // A record is deleted, and an error has its type.
    let tag = client_tags_api::client_tags_create(client, NewClientTag::new("VIP".into()), None, None).await?;
    client_tags_api::client_tags_delete(client, tag.id, None, None).await?;
    let gone = ClientTagChange { name: Some("gone".into()), ..ClientTagChange::default() };
    let refused = client_tags_api::client_tags_update(client, tag.id, None, None, Some(gone)).await;
    let Err(Error::ResponseError(ResponseContent { status, entity: Some(refusal), .. })) = refused else {
        return Err(format!("{refused:?}").into());
    };
    assert_eq!(status.as_u16(), 404);
    // The generator tells refusals apart by their form, which is the same for all: the first stands for each.
    let client_tags_api::ClientTagsUpdateError::Status400(error) = refusal else {
        return Err(format!("{refusal:?}").into());
    };
    assert_eq!(error.error.code, 404);
    println!("Rust: all calls answered as typed");
    Ok(())
}
