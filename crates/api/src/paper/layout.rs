//! What stands where, and on which page.

use super::font::{Faces, Weight};
use super::{BOTTOM, Column, HEAD, MARGIN, Paper, Row, TEXT, TITLE, WIDTH};

/// Where the values of facts begin, from the margin.
pub(super) const FACT_INDENT: f32 = 130.0;

/// What is written in one piece.
pub(super) enum Piece<'a> {
    Head(String),
    Title(String),
    /// The name of a fact, on its first line, and a line of its value.
    Fact(Option<&'a str>, String),
    TableHead(&'a [Column]),
    Row(&'a [Column], &'a Row),
}

/// A piece, with the line that its letters stand on.
pub(super) struct Placed<'a> {
    pub y: f32,
    pub piece: Piece<'a>,
}

/// The pages under way.
struct Layout<'a> {
    pages: Vec<Vec<Placed<'a>>>,
    page: Vec<Placed<'a>>,
    y: f32,
}

impl<'a> Layout<'a> {
    /// How much room is left on the page.
    fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    fn turn(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = MARGIN;
    }

    /// Places a piece in a line of this height; on the next page where there is no room.
    fn place(&mut self, height: f32, piece: Piece<'a>) {
        if self.room() < height {
            self.turn();
        }
        self.y += height;
        self.page.push(Placed { y: self.y, piece });
    }
}

/// The pages of a document.
pub(super) fn pages<'a>(paper: &'a Paper<'_>, faces: &Faces) -> Vec<Vec<Placed<'a>>> {
    const LINE: f32 = 13.0;
    let mut layout = Layout { pages: Vec::new(), page: Vec::new(), y: MARGIN };
    let bold = faces.of(Weight::Bold);
    for line in bold.lines(&paper.head, HEAD, WIDTH) {
        layout.place(21.0, Piece::Head(line));
    }
    layout.place(22.0, Piece::Title(paper.title.clone()));
    layout.y += 6.0;
    for (name, value) in &paper.facts {
        let lines = bold.lines(value, TEXT, WIDTH - FACT_INDENT);
        for (number, line) in lines.into_iter().enumerate() {
            layout.place(LINE, Piece::Fact((number == 0).then_some(name), line));
        }
    }
    for table in &paper.tables {
        layout.y += 16.0;
        // A title and a head do not stand alone at the end of a page.
        if layout.room() < 5.0 * LINE {
            layout.turn();
        }
        if let Some(title) = &table.title {
            layout.place(TITLE + 6.0, Piece::Title(title.clone()));
        }
        layout.place(LINE + 2.0, Piece::TableHead(&table.columns));
        layout.y += 3.0;
        for row in &table.rows {
            if layout.room() < LINE {
                layout.turn();
                layout.place(LINE + 2.0, Piece::TableHead(&table.columns));
                layout.y += 3.0;
            }
            layout.place(LINE, Piece::Row(&table.columns, row));
        }
    }
    layout.turn();
    layout.pages
}
