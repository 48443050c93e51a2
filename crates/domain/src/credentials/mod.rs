//! What clients sign in with, from where, and how guessing is stopped: passwords, second factors, devices, sign-ins,
//! blocks.

mod anti_phishing;
mod block;
mod device;
mod fault;
mod password;
mod push_token;
mod second_factor;
mod sign_in;

pub use anti_phishing::{AntiPhishingCode, InvalidAntiPhishingCode};
pub use block::BlockKind;
pub use device::{Device, Fingerprint};
pub use fault::CredentialsFault;
pub use password::{PasswordChangeKind, PasswordState};
pub use push_token::{InvalidPushToken, PushToken};
pub use second_factor::{SecondFactorMethod, Switch};
pub use sign_in::{SignInStatus, browser_of, sign_in_mail};

crate::value::ids! {
    /// A device of a client.
    DeviceId,
    /// A block of a client.
    BlockId,
    /// A device of a client that is shown notifications.
    PushTokenId,
    /// An attempt of a client to sign in.
    SignInId,
    /// A change of a client's password.
    PasswordChangeId,
    /// A change of a client's second factor.
    SecondFactorChangeId,
    /// A prompt to many clients to reset their passwords.
    PasswordResetId,
    /// A session of a client.
    ClientSessionId,
}
