//! What the first client signed in with and from where, and what they saved of withdrawals.

use std::net::{IpAddr, Ipv4Addr};

use domain::clients::ClientId;
use domain::credentials::{Fingerprint, SecondFactorMethod, SignInStatus};
use domain::identity::{AttemptOutcome, Scope};
use domain::ledger::{AccountId, CurrencyCode, MethodId};
use domain::payments::{MethodFields, TemplateData, WhitelistedAddress, WithdrawalTemplate};
use storage::credentials::devices;
use storage::credentials::passwords::{self, Setter};
use storage::credentials::second_factors::{self, FactorSetup, Switcher};
use storage::credentials::sign_ins::{self, Attempt};
use storage::payments::{whitelisted_addresses, withdrawal_templates};
use storage::{Error, Tx};

/// An address that is set aside for documentation.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10));
/// No password has this hash, so nobody signs in as the client.
const NO_HASH: &str = "*";

/// Loads it for this client.
pub fn load(tx: &mut Tx<'_>, client: ClientId, email: &str) -> Result<(), Error> {
    passwords::set(tx, &Scope::System, client, NO_HASH, Setter::client(email, None))?;
    let by = Switcher { user: None, ip: HOME };
    second_factors::switch_on(tx, client, SecondFactorMethod::Sms, FactorSetup::default(), by)?;
    let fingerprint = Fingerprint {
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
        platform: Some("linux".into()),
        time_zone: Some("Europe/Lisbon".into()),
    };
    devices::see(tx, client, &fingerprint, "demonstration", HOME)?;
    sign_ins::record(tx, client, HOME, SignInStatus::Success, Some(&fingerprint.user_agent))?;
    block(tx, client, email)?;
    let (wallet_address, currency) = ("0x52908400098527886E0F7030069857D2E4169EE7".to_owned(), CurrencyCode::new(840));
    let address = WhitelistedAddress {
        wallet_address: wallet_address.clone(),
        currency,
        caption: Some("Savings".into()),
        destination_tag: None,
    };
    whitelisted_addresses::insert(tx, client, &address)?;
    let data = TemplateData {
        account_id: AccountId::new(1),
        amount: "100".into(),
        currency_code: currency,
        method_id: MethodId::new(2),
        group_name: None,
        data: MethodFields { wallet_address: Some(wallet_address), ..MethodFields::default() },
    };
    withdrawal_templates::insert(tx, client, &WithdrawalTemplate { name: "Monthly".into(), data })?;
    Ok(())
}

/// Has the client guess their password until they are blocked.
fn block(tx: &mut Tx<'_>, client: ClientId, email: &str) -> Result<(), Error> {
    while let Attempt::Allowed(attempt, _) = sign_ins::begin(tx, email, HOME)? {
        sign_ins::settle(tx, &attempt, Some(client), AttemptOutcome::Failed, HOME)?;
        sign_ins::record(tx, client, HOME, SignInStatus::Failure, None)?;
    }
    Ok(())
}
