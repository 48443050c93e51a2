//! Pictures of QR codes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;

use crate::Problem;

/// How wide a picture is at least, in pixels.
const MIN_WIDTH: u32 = 240;

/// The picture of a text as an SVG in a data URL.
///
/// # Errors
/// A 500 for a text that is too long for a QR code.
pub(super) fn data_url(text: &str) -> Result<String, Problem> {
    let code = QrCode::new(text.as_bytes()).map_err(|error| Problem::internal(error.to_string()))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(MIN_WIDTH, MIN_WIDTH).build();
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture)))
}
