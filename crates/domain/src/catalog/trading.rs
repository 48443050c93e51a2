use super::PlatformType;
use crate::value::text_enum;

text_enum! {
    /// The terminal in which a client trades.
    TradingTerminal {
        /// `MetaTrader` 4.
        Mt4 = "mt4",
        /// `MetaTrader` 5.
        Mt5 = "mt5",
    }
}

impl TradingTerminal {
    /// The platforms that it is for.
    #[must_use]
    pub const fn platform(self) -> PlatformType {
        match self {
            Self::Mt4 => PlatformType::MetaTrader4,
            Self::Mt5 => PlatformType::MetaTrader5,
        }
    }
}

text_enum! {
    /// Which way an order goes that waits for its price.
    PendingSide {
        /// Buys below the price of now.
        BuyLimit = "buyLimit",
        /// Sells above the price of now.
        SellLimit = "sellLimit",
        /// Buys above the price of now.
        BuyStop = "buyStop",
        /// Sells below the price of now.
        SellStop = "sellStop",
    }
}

text_enum! {
    /// Which way a position or a deal goes.
    OpenSide {
        /// It gains when the price rises.
        Buy = "buy",
        /// It gains when the price falls.
        Sell = "sell",
    }
}

impl OpenSide {
    /// Its number in `MetaTrader` (MQL4 Reference, Order Properties).
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Buy => 0,
            Self::Sell => 1,
        }
    }
}

impl PendingSide {
    /// Its number in `MetaTrader` (MQL4 Reference, Order Properties).
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::BuyLimit => 2,
            Self::SellLimit => 3,
            Self::BuyStop => 4,
            Self::SellStop => 5,
        }
    }
}
