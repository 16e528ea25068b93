//! The typesetter's world: one template, four fonts, the paper's data and perhaps a picture of a signature. There is no file
//! system, no package and no clock in it.

use super::{DrawError, Pdf};
use serde_json::Value;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// More pages than any paper has.
const MOST_PAGES: usize = 200;

/// What is the same for every paper.
struct Shop {
    standard: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data: FileId,
    picture: FileId,
}

static SHOP: LazyLock<Option<Shop>> = LazyLock::new(|| {
    let id = |path: &str| Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern());
    let files: [&[u8]; 4] = [
        include_bytes!("../fonts/Assistant-Regular.ttf"),
        include_bytes!("../fonts/Assistant-SemiBold.ttf"),
        include_bytes!("../fonts/Assistant-Bold.ttf"),
        include_bytes!("../fonts/Rubik-Regular.ttf"),
    ];
    let fonts: Option<Vec<Font>> = files
        .into_iter()
        .map(|file| Font::new(Bytes::new(file), 0))
        .collect();
    let fonts = fonts?;
    Some(Shop {
        standard: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template: Source::new(id("/paper.typ")?, include_str!("paper.typ").to_owned()),
        data: id("/data.json")?,
        picture: id("/signature.png")?,
    })
});

/// Whether one of our fonts has this letter.
pub(super) fn can_show(letter: char) -> bool {
    let fonts = SHOP.as_ref().map(|shop| &shop.fonts);
    fonts.is_some_and(|fonts| {
        fonts
            .iter()
            .any(|font| font.info().coverage.contains(u32::from(letter)))
    })
}

/// One paper's world.
struct Desk {
    shop: &'static Shop,
    data: Bytes,
    picture: Option<Bytes>,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.shop.standard
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shop.book
    }

    fn main(&self) -> FileId {
        self.shop.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.shop.template.id() {
            Ok(self.shop.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shop.data {
            Ok(self.data.clone())
        } else if id == self.shop.picture {
            self.picture.clone().ok_or(FileError::AccessDenied)
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shop.fonts.get(index).cloned()
    }

    /// There is no clock here: a paper must come out the same whenever it is drawn.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets the template with this data as PDF/A-3b.
pub(super) fn typeset(data: &Value, picture: Option<Vec<u8>>) -> Result<Pdf, DrawError> {
    let shop = SHOP
        .as_ref()
        .ok_or_else(|| DrawError("the fonts can't be read".into()))?;
    let desk = Desk {
        shop,
        data: Bytes::new(data.to_string().into_bytes()),
        picture: picture.map(Bytes::new),
    };
    let drawn = typst::compile::<PagedDocument>(&desk).output;
    let set = drawn.map_err(|errors| told(&errors)).and_then(|document| {
        let pages = document.pages().len();
        if pages > MOST_PAGES {
            return Err(DrawError(format!("it has more than {MOST_PAGES} pages")));
        }
        let standards = PdfStandards::new(&[PdfStandard::A_3b])
            .map_err(|error| DrawError(error.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(super::sha256(&desk.data)),
            creator: Smart::Custom(Some("AgentLocator".into())),
            standards,
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors))?;
        Ok(Pdf { bytes, pages })
    });
    // What was worked out for this paper is of no use to the next ones.
    typst::comemo::evict(2);
    set
}

fn told(errors: &[SourceDiagnostic]) -> DrawError {
    let first = errors.first().map(|error| error.message.to_string());
    DrawError(first.unwrap_or_default())
}
