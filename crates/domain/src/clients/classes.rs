use crate::value::text_enum;

text_enum! {
    /// How the broker itself classifies clients.
    InternalType {
        /// An agent.
        Agent = "agent",
        /// A business.
        B2b = "b2b",
        /// No particular one.
        Default = "default",
        /// Somebody who tries things out.
        Demo = "demo",
        /// A client of an exchange.
        Exchange = "exchange",
    }
}

text_enum! {
    /// How much of a risk a client is.
    RiskLevel {
        /// Little.
        Low = "low",
        /// Some.
        Middle = "middle",
        /// Much.
        High = "high",
    }
}

impl InternalType {
    /// The type of this number, by which filters name it too.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Default),
            2 => Some(Self::Demo),
            3 => Some(Self::Agent),
            4 => Some(Self::B2b),
            5 => Some(Self::Exchange),
            _ => None,
        }
    }
}

impl RiskLevel {
    /// The level of this number, by which filters name it too.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Low),
            2 => Some(Self::Middle),
            3 => Some(Self::High),
            _ => None,
        }
    }
}
