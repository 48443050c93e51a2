//! The fonts of documents (`crates/api/fonts`), and how wide their letters are.

use std::sync::LazyLock;

use krilla::text::Font;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _};

const REGULAR: &[u8] = include_bytes!("../../fonts/Roboto-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/Roboto-Bold.ttf");

/// What stands where a text is cut off.
const ELLIPSIS: char = '\u{2026}';

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font of one weight.
pub(super) struct Face {
    /// As documents embed it.
    pub font: Font,
    letters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

/// The font in both weights.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

/// The fonts that the program brings.
pub(super) static FACES: LazyLock<Result<Faces, &'static str>> = LazyLock::new(|| {
    let face = |bytes: &'static [u8]| {
        let (font, data) = (Font::new(bytes.into(), 0), FontRef::new(bytes).ok());
        let face = font.zip(data).map(|(font, data)| Face {
            font,
            letters: data.charmap(),
            metrics: data.glyph_metrics(Size::unscaled(), LocationRef::default()),
        });
        face.ok_or("a font of the program cannot be read")
    };
    Ok(Faces { regular: face(REGULAR)?, bold: face(BOLD)? })
});

impl Faces {
    pub fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Face {
    /// The glyph of a letter, and how wide it is as a part of the size; the sign for a missing letter where the font has
    /// none.
    pub fn glyph(&self, letter: char) -> (u32, f32) {
        let glyph = self.letters.map(letter).unwrap_or_default();
        let advance = self.metrics.advance_width(glyph).unwrap_or_default();
        (glyph.to_u32(), advance / self.font.units_per_em())
    }

    /// How wide a text is.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.glyph(letter).1).sum::<f32>() * size
    }

    /// A text, cut off where it is wider than this.
    pub fn cut(&self, text: &str, size: f32, room: f32) -> String {
        if self.width(text, size) <= room {
            return text.to_owned();
        }
        let mut left = room / size - self.glyph(ELLIPSIS).1;
        let fits = |letter: &char| {
            left -= self.glyph(*letter).1;
            left >= 0.0
        };
        text.chars().take_while(fits).chain([ELLIPSIS]).collect()
    }

    /// A text in lines that are no wider than this; only words that are wider by themselves are broken.
    pub fn lines(&self, text: &str, size: f32, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                if !line.is_empty() && self.width(&line, size) + self.glyph(letter).1 * size > room {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        lines.extend(Some(line).filter(|line| !line.is_empty()));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> &'static Face {
        FACES.as_ref().unwrap().of(Weight::Regular)
    }

    #[test]
    fn the_fonts_have_latin_greek_and_cyrillic_letters() {
        let letters = "Łódź Ñandú Žižek İstanbul Ὀδυσσεύς Γιώργος Анна Ґалаґан Ђорђе ё \u{a0}\u{2026}\u{b7}€0123456789";
        for weight in [Weight::Regular, Weight::Bold] {
            let face = FACES.as_ref().unwrap().of(weight);
            let missing: String = letters.chars().filter(|letter| face.glyph(*letter).0 == 0).collect();
            assert_eq!(missing, "");
        }
    }

    #[test]
    fn digits_are_of_one_width() {
        let widths: Vec<f32> = ('0'..='9').map(|digit| face().glyph(digit).1).collect();
        assert!(widths.windows(2).all(|pair| (pair[0] - pair[1]).abs() < f32::EPSILON), "{widths:?}");
    }

    #[test]
    fn a_text_is_cut_to_the_room_that_it_has() {
        assert_eq!(face().cut("short", 10.0, 100.0), "short");
        let cut = face().cut("a text that is longer than its column", 10.0, 60.0);
        assert!(cut.starts_with("a text") && cut.ends_with(ELLIPSIS), "{cut}");
        assert!(face().width(&cut, 10.0) <= 60.0);
    }

    #[test]
    fn a_long_text_goes_on_in_the_next_line_and_loses_no_letter() {
        let text = format!("Anna Maria {} von Beispiel", "W".repeat(40));
        let lines = face().lines(&text, 10.0, 100.0);
        assert!(lines.len() > 3 && lines.iter().all(|line| face().width(line, 10.0) <= 100.0), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }
}
