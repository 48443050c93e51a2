//! How addresses look on block chains.

/// A block chain, where it follows from the currency alone. Tokens live on several, so theirs is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// `BTC`.
    Bitcoin,
    /// `LTC`.
    Litecoin,
    /// `DOGE`.
    Dogecoin,
    /// `ETH` and `ETC`.
    Ethereum,
    /// `TRX`.
    Tron,
    /// `XRP`.
    Ripple,
    /// `XLM`.
    Stellar,
    /// `EOS`.
    Eos,
    /// `ATOM`.
    Cosmos,
    /// `TON`.
    Ton,
    /// `HBAR`.
    Hedera,
}

impl Chain {
    /// The chain of a currency by its alphabetic code.
    #[must_use]
    pub fn of(alphabetic_code: &str) -> Option<Self> {
        Some(match alphabetic_code {
            "BTC" => Self::Bitcoin,
            "LTC" => Self::Litecoin,
            "DOGE" => Self::Dogecoin,
            "ETH" | "ETC" => Self::Ethereum,
            "TRX" => Self::Tron,
            "XRP" => Self::Ripple,
            "XLM" => Self::Stellar,
            "EOS" => Self::Eos,
            "ATOM" => Self::Cosmos,
            "TON" => Self::Ton,
            "HBAR" => Self::Hedera,
            _ => return None,
        })
    }

    /// Whether a text has the form of an address; a checksum is not computed.
    #[must_use]
    pub fn is_address(self, text: &str) -> bool {
        match self {
            Self::Bitcoin => is_bech32(text, "bc1") || is_base58(text, &["1", "3"], 26..=35),
            Self::Litecoin => is_bech32(text, "ltc1") || is_base58(text, &["L", "M", "3"], 26..=35),
            Self::Dogecoin => is_base58(text, &["D", "9", "A"], 34..=34),
            Self::Ethereum => {
                text.strip_prefix("0x").is_some_and(|digits| digits.len() == 40 && is_made_of(digits, HEXADECIMAL))
            }
            Self::Tron => is_base58(text, &["T"], 34..=34),
            Self::Ripple => is_base58(text, &["r"], 25..=35),
            Self::Stellar => text.starts_with('G') && text.len() == 56 && is_made_of(text, BASE32),
            Self::Eos => (1..=12).contains(&text.len()) && is_made_of(text, EOS_NAME),
            Self::Cosmos => is_bech32(text, "cosmos1"),
            Self::Ton => (text.len() == 48 && is_made_of(text, BASE64)) || is_made_of(text, RAW_TON),
            Self::Hedera => text.starts_with("0.0.") && is_made_of(text, "0123456789."),
        }
    }
}

const HEXADECIMAL: &str = "0123456789abcdefABCDEF";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/";
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const EOS_NAME: &str = "abcdefghijklmnopqrstuvwxyz12345.";
const RAW_TON: &str = "-:0123456789abcdefABCDEF";

fn is_made_of(text: &str, letters: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letters.contains(letter))
}

fn is_base58(text: &str, begins: &[&str], lengths: std::ops::RangeInclusive<usize>) -> bool {
    begins.iter().any(|begin| text.starts_with(begin)) && lengths.contains(&text.len()) && is_made_of(text, BASE58)
}

/// In one case, whichever.
fn is_bech32(text: &str, begin: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_one_case = text == lower || text == text.to_ascii_uppercase();
    let data = lower.strip_prefix(begin).filter(|data| (38..=87).contains(&data.len()));
    is_one_case && data.is_some_and(|data| is_made_of(data, BECH32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_form_of_their_chain() {
        for (code, good) in [
            ("BTC", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
            ("BTC", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
            ("LTC", "LZ6w4kDeXkQ8nUr3vHBXP1CgBhvMFvuvFy"),
            ("ETH", "0x742d35Cc6634C0532925a3b844Bc454e4438f44e"),
            ("TRX", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
            ("XRP", "rDsbeomae4FXwgQTJp9Rs64Qg9vDiTCdBv"),
        ] {
            assert!(Chain::of(code).unwrap().is_address(good), "{code} {good}");
        }
        for (code, bad) in [
            ("BTC", ""),
            ("BTC", "bc1q"),
            ("BTC", "0x742d35Cc6634C0532925a3b844Bc454e4438f44e"),
            ("BTC", "bc1QAR0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
            ("ETH", "742d35Cc6634C0532925a3b844Bc454e4438f44e"),
            ("ETH", "0x742d35Cc6634C0532925a3b844Bc454e4438f44g"),
            ("XLM", "G"),
        ] {
            assert!(!Chain::of(code).unwrap().is_address(bad), "{code} {bad}");
        }
    }

    #[test]
    fn tokens_and_money_of_states_have_no_chain_of_their_own() {
        for code in ["USD", "EUR", "USDT", "USDC"] {
            assert_eq!(Chain::of(code), None, "{code}");
        }
    }
}
