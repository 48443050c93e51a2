//! What client programs are told over Socket.IO, and on which channels (`docs/rules.md`, Events for client programs).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::ledger::TransactionStatus;
use crate::value::{ClientId, text_enum};

text_enum! {
    /// What client programs are told.
    SocketEvent {
        /// A deposit that a client did not wait for is done.
        DepositDone = "deposit_done",
        /// It has come to another end.
        DepositFailed = "deposit_failed",
        /// A QR code was scanned by somebody who is signed in: here is the token to sign in with.
        SigninToken = "signin_token",
    }
}

impl SocketEvent {
    /// What a client is told when their deposit has got this status; nothing before its end.
    #[must_use]
    pub const fn of_deposit(status: TransactionStatus) -> Option<Self> {
        use TransactionStatus as S;
        match status {
            S::Done => Some(Self::DepositDone),
            S::Cancelled | S::Failed | S::HoldFailed | S::Refund | S::Rejected => Some(Self::DepositFailed),
            S::Hold | S::InProgress | S::New | S::Partial | S::Pending | S::RefundFailed | S::Trade => None,
        }
    }
}

/// Where client programs listen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SocketChannel {
    /// What concerns one client, who shows a token.
    Client(ClientId),
    /// A QR code that a sign-in page shows. Whoever knows its name may listen.
    QrCode(QrCodeKey),
}

/// What tells a QR code from others; nobody guesses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QrCodeKey(String);

/// A text that names no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("names no channel")]
pub struct InvalidChannel;

const CLIENT_PREFIX: &str = "private-frontend_users.";
const QR_CODE_PREFIX: &str = "qr.";
/// 128 random bits and more, in base64.
const MIN_KEY_CHARS: usize = 22;
const MAX_KEY_CHARS: usize = 64;

impl QrCodeKey {
    /// The key of this text.
    ///
    /// # Errors
    /// [`InvalidChannel`] where it is not URL-safe base64, or so short that it can be guessed.
    pub fn new(text: &str) -> Result<Self, InvalidChannel> {
        let is_valid = (MIN_KEY_CHARS..=MAX_KEY_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_valid { Ok(Self(text.to_owned())) } else { Err(InvalidChannel) }
    }
}

impl Display for SocketChannel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(client) => write!(f, "{CLIENT_PREFIX}{client}"),
            Self::QrCode(QrCodeKey(key)) => write!(f, "{QR_CODE_PREFIX}{key}"),
        }
    }
}

impl FromStr for SocketChannel {
    type Err = InvalidChannel;

    fn from_str(text: &str) -> Result<Self, InvalidChannel> {
        if let Some(client) = text.strip_prefix(CLIENT_PREFIX) {
            return client.parse().map(Self::Client).map_err(|_| InvalidChannel);
        }
        text.strip_prefix(QR_CODE_PREFIX).ok_or(InvalidChannel).and_then(QrCodeKey::new).map(Self::QrCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_as_they_are_written() {
        let key = QrCodeKey::new("abcdefghijklmnopqrstu-_0").unwrap();
        for (channel, text) in [
            (SocketChannel::Client(ClientId::new(7)), "private-frontend_users.7"),
            (SocketChannel::QrCode(key), "qr.abcdefghijklmnopqrstu-_0"),
        ] {
            assert_eq!(channel.to_string(), text);
            assert_eq!(text.parse(), Ok(channel));
        }
    }

    #[test]
    fn other_texts_name_no_channel() {
        for text in [
            "",
            "private-frontend_users",
            "private-frontend_users.",
            "private-frontend_users.0",
            "private-frontend_users.07",
            "private-frontend_users.+7",
            "private-frontend_users.7 ",
            "private-frontend_users.7.8",
            "Private-frontend_users.7",
            "qr.",
            "qr.short",
            "qr.abcdefghijklmnopqrstu é",
            &format!("qr.{}", "a".repeat(65)),
        ] {
            assert_eq!(text.parse::<SocketChannel>(), Err(InvalidChannel), "{text:?}");
        }
    }

    #[test]
    fn a_client_is_told_of_the_end_of_a_deposit_alone() {
        for status in TransactionStatus::ALL {
            assert_eq!(SocketEvent::of_deposit(*status).is_some(), status.is_final(), "{status}");
        }
        assert_eq!(SocketEvent::of_deposit(TransactionStatus::Done), Some(SocketEvent::DepositDone));
        assert_eq!(SocketEvent::of_deposit(TransactionStatus::Rejected), Some(SocketEvent::DepositFailed));
    }
}
