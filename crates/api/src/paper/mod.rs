//! Documents on paper: facts and tables on as many A4 pages as they take, as PDF. The caller supplies the content; this
//! module reads nothing.

mod font;
mod layout;

use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph, TextDirection};
use krilla::{Document, color};

use self::font::{FACES, Face, Weight};
use self::layout::{Piece, Placed, pages};
use crate::Problem;

/// A4 in points.
const PAGE_WIDTH: f32 = 595.0;
const PAGE_HEIGHT: f32 = 842.0;
/// What stays white on each side.
const MARGIN: f32 = 42.0;
/// How wide what is written can be.
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// Where the text of a table ends, so that there is room for the foot.
const BOTTOM: f32 = PAGE_HEIGHT - 64.0;
const FOOT: f32 = PAGE_HEIGHT - 40.0;

const TEXT: f32 = 8.5;
const SMALL: f32 = 7.5;
const TITLE: f32 = 11.0;
const HEAD: f32 = 17.0;

/// Where the text of a column begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// At its left edge.
    Left,
    /// So that it ends at the right edge, as figures do.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// What stands above it.
    pub title: String,
    /// Its width in points.
    pub width: f32,
    /// Where its text begins.
    pub align: Align,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// A text for each column.
    pub cells: Vec<String>,
    /// Whether it stands out.
    pub is_bold: bool,
}

/// A table, whose head is repeated on each page.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// What stands above it.
    pub title: Option<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// What stands on a document.
pub(crate) struct Paper<'a> {
    /// Its language, for programs that read it aloud.
    pub language: String,
    /// Whose it is.
    pub head: String,
    /// What it is.
    pub title: String,
    /// Each with its name.
    pub facts: Vec<(String, String)>,
    /// Under them.
    pub tables: Vec<Table>,
    /// What stands at the foot of each page.
    pub foot: String,
    /// The number of a page among so many.
    pub page: &'a dyn Fn(usize, usize) -> String,
}

/// Draws a document.
///
/// # Errors
/// A 500 where it cannot be made.
pub(crate) fn draw(paper: &Paper<'_>) -> Result<Vec<u8>, Problem> {
    let faces = FACES.as_ref().map_err(|cause| Problem::internal(*cause))?;
    let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
    let size = size.ok_or_else(|| Problem::internal("the size of a page is none"))?;
    let mut document = Document::new();
    let metadata = Metadata::new().title(paper.title.clone()).authors(vec![paper.head.clone()]);
    document.set_metadata(metadata.language(paper.language.clone()));
    let pages = pages(paper, faces);
    for (number, placed) in (1..).zip(&pages) {
        let mut page = document.start_page_with(size.clone());
        Pen { surface: page.surface(), faces }.fill(placed, &paper.foot, &(paper.page)(number, pages.len()));
        page.finish();
    }
    document.finish().map_err(|error| Problem::internal(format!("a document was not made: {error:?}")))
}

struct Pen<'a> {
    surface: Surface<'a>,
    faces: &'static font::Faces,
}

impl Pen<'_> {
    /// Writes all that a page has.
    fn fill(mut self, placed: &[Placed<'_>], foot: &str, page: &str) {
        for piece in placed {
            self.draw(piece);
        }
        self.foot(foot, page);
        self.surface.finish();
    }

    fn draw(&mut self, Placed { y, piece }: &Placed<'_>) {
        match piece {
            Piece::Head(text) => self.write(MARGIN, *y, text, HEAD, Weight::Bold),
            Piece::Title(text) => self.write(MARGIN, *y, text, TITLE, Weight::Bold),
            Piece::Fact(name, value) => {
                if let Some(name) = name {
                    self.write(MARGIN, *y, name, TEXT, Weight::Regular);
                }
                self.write(MARGIN + layout::FACT_INDENT, *y, value, TEXT, Weight::Bold);
            }
            Piece::TableHead(columns) => {
                let titles: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
                self.row(columns, &titles, *y, SMALL, Weight::Bold);
                self.rule(*y + 4.0, columns.iter().map(|column| column.width).sum());
            }
            Piece::Row(columns, row) => {
                let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
                self.row(columns, &cells, *y, TEXT, if row.is_bold { Weight::Bold } else { Weight::Regular });
            }
        }
    }

    fn row(&mut self, columns: &[Column], cells: &[&str], y: f32, size: f32, weight: Weight) {
        /// Between two columns.
        const GAP: f32 = 6.0;
        let mut x = MARGIN;
        for (column, cell) in columns.iter().zip(cells) {
            let room = column.width - GAP;
            // No digit and no word is lost: what is too wide gets smaller.
            let width = self.faces.of(weight).width(cell, size);
            let size = if width > room { size * room / width } else { size };
            match column.align {
                Align::Left => self.write(x, y, cell, size, weight),
                Align::Right => self.write_to(x + room, y, cell, size, weight),
            }
            x += column.width;
        }
    }

    fn foot(&mut self, text: &str, page: &str) {
        let of_page = self.faces.of(Weight::Regular).width(page, SMALL);
        let text = self.faces.of(Weight::Regular).cut(text, SMALL, WIDTH - of_page - 12.0);
        self.write(MARGIN, FOOT, &text, SMALL, Weight::Regular);
        self.write_to(MARGIN + WIDTH, FOOT, page, SMALL, Weight::Regular);
    }

    /// Writes from here on.
    fn write(&mut self, x: f32, y: f32, text: &str, size: f32, weight: Weight) {
        let face = self.faces.of(weight);
        let start = Point::from_xy(x, y);
        if text.is_ascii() {
            self.spell(start, face, text, size);
        } else {
            // Letters with marks of their own need shaping, which takes its time.
            self.surface.draw_text(start, face.font.clone(), size, text, false, TextDirection::Auto);
        }
    }

    /// Writes so that it ends here.
    fn write_to(&mut self, end: f32, y: f32, text: &str, size: f32, weight: Weight) {
        let face = self.faces.of(weight);
        self.spell(Point::from_xy(end - face.width(text, size), y), face, text, size);
    }

    /// Writes letter by letter, exactly as wide as it was measured.
    fn spell(&mut self, start: Point, face: &Face, text: &str, size: f32) {
        let glyph = |(start, letter): (usize, char)| {
            let (glyph, advance) = face.glyph(letter);
            let range = start..start + letter.len_utf8();
            KrillaGlyph::new(GlyphId::new(glyph), advance, 0.0, 0.0, 0.0, range, None)
        };
        let glyphs: Vec<KrillaGlyph> = text.char_indices().map(glyph).collect();
        if !glyphs.is_empty() {
            self.surface.draw_glyphs(start, &glyphs, face.font.clone(), text, size, false);
        }
    }

    fn rule(&mut self, y: f32, width: f32) {
        let mut path = PathBuilder::new();
        path.move_to(MARGIN, y);
        path.line_to(MARGIN + width, y);
        if let Some(path) = path.finish() {
            let paint = color::rgb::Color::new(150, 150, 150).into();
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(Stroke { paint, width: 0.5, ..Stroke::default() }));
            self.surface.draw_path(&path);
            self.surface.set_stroke(None);
            self.surface.set_fill(Some(Fill::default()));
        }
    }
}
