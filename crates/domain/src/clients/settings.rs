use std::str::FromStr;

use super::ClientsFault;
use crate::value::{Fault, FaultCode as _, text_enum};

text_enum! {
    /// How the client's interface looks.
    Theme {
        /// Light text on dark.
        Dark = "dark-theme",
        /// Dark text on light.
        Light = "light-theme",
    }
}

/// A colour as CSS writes it: a name, hexadecimal digits, `rgb()` or `rgba()`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct Color(String);

/// A text that is not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid color: a CSS name, #RRGGBB, rgb() or rgba()")]
pub struct ColorError;

impl From<ColorError> for Fault {
    fn from(_: ColorError) -> Self {
        ClientsFault::NotColor.fault()
    }
}

impl Color {
    /// The colour as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Color {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let text = text.trim();
        let is_plain = text.starts_with('#') || text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_known = is_plain || text.to_ascii_lowercase().starts_with("rgb");
        (is_known && csscolorparser::parse(text).is_ok()).then(|| Self(text.to_owned())).ok_or(ColorError)
    }
}

/// How a client's interface looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// The colour that marks the client's requests.
    pub application_color: Option<Color>,
    /// The theme.
    pub common_theme: Theme,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { application_color: None, common_theme: Theme::Light }
    }
}

/// How many trading accounts a client may open themselves; none for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientLimits {
    /// Demo accounts.
    pub max_demo_accounts: Option<i64>,
    /// Live accounts.
    pub max_live_accounts: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_a_name_digits_or_rgb() {
        for text in ["red", "#fa0", "#FFAA00", "rgb(1, 2, 3)", "rgba(1,2,3,0.5)"] {
            assert!(text.parse::<Color>().is_ok(), "{text}");
        }
        for text in ["", "reddish", "#12", "hsl(1, 2%, 3%)", "url(x)"] {
            assert_eq!(text.parse::<Color>(), Err(ColorError), "{text}");
        }
    }
}
