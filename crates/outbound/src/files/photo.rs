use std::io::{BufReader, Cursor, Read, Seek};
use std::sync::{Mutex, PoisonError};

use domain::files::FilesFault;
use domain::value::{Fault, FaultCode as _};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

/// The most pixels on a side of a photo that is sent.
const MAX_SIDE: u32 = 8000;
/// The longer side of a photo that is kept, and the largest that can be asked for.
const KEPT_SIDE: u32 = 1024;
/// What the largest photo takes in memory: one at a time is opened.
const MAX_OPENED_BYTES: u64 = 300 * 1024 * 1024;

/// A photo that can neither be read nor be written.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// It is no picture, or one that is too large.
    #[error("{0}")]
    Refused(Fault),
    /// It cannot be written.
    #[error("a photo cannot be written: {0}")]
    Broken(String),
}

fn broken_picture() -> PhotoError {
    PhotoError::Refused(FilesFault::BrokenPicture.fault())
}

fn opened(source: impl Read + Seek) -> Result<(DynamicImage, ImageFormat), PhotoError> {
    let reader = || ImageReader::new(BufReader::new(source)).with_guessed_format().map_err(|_| broken_picture());
    let mut reader = reader()?;
    let format = reader.format().ok_or_else(broken_picture)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_OPENED_BYTES);
    reader.limits(limits);
    let refused = |error| match error {
        ImageError::Limits(_) => PhotoError::Refused(FilesFault::PictureTooLarge.with("max", MAX_SIDE)),
        _ => broken_picture(),
    };
    let mut decoder = reader.into_decoder().map_err(refused)?;
    // Cameras turn the note, not the picture, and the note is not kept.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(refused)?;
    decoded.apply_orientation(orientation);
    Ok((decoded, format))
}

/// Two at once would take twice the memory.
static OPENING: Mutex<()> = Mutex::new(());

fn written(picture: &DynamicImage, side: u32, format: ImageFormat) -> Result<Vec<u8>, PhotoError> {
    let is_larger = picture.width() > side || picture.height() > side;
    let smaller = is_larger.then(|| picture.resize(side, side, FilterType::Lanczos3));
    let picture = smaller.as_ref().unwrap_or(picture);
    // JPEG has no transparency.
    let flat = (format == ImageFormat::Jpeg).then(|| DynamicImage::ImageRgb8(picture.to_rgb8()));
    let picture = flat.as_ref().unwrap_or(picture);
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).map_err(|error| PhotoError::Broken(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// A photo as it is kept: no larger than it can be asked for, and without what cameras write beside the picture.
///
/// # Errors
/// A refusal of what is no picture, or has too many pixels.
pub fn reduced(source: impl Read + Seek) -> Result<Vec<u8>, PhotoError> {
    let _one = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let (picture, format) = opened(source)?;
    written(&picture, KEPT_SIDE, format)
}

/// A photo that was kept, with at most so many pixels on its longer side. It is never made larger.
///
/// # Errors
/// As of [`reduced`].
pub fn scaled_to(kept: &[u8], side: u32) -> Result<Vec<u8>, PhotoError> {
    let (picture, format) = opened(Cursor::new(kept))?;
    written(&picture, side, format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size_of(bytes: &[u8]) -> (u32, u32) {
        let (picture, _) = opened(Cursor::new(bytes)).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn a_photo_keeps_its_format_and_its_shape() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif] {
            let kept = reduced(Cursor::new(picture(2048, 1024, format))).unwrap();
            assert_eq!(image::guess_format(&kept).unwrap(), format);
            assert_eq!(size_of(&kept), (1024, 512));
            assert_eq!(size_of(&scaled_to(&kept, 200).unwrap()), (200, 100));
        }
        let small = reduced(Cursor::new(picture(20, 10, ImageFormat::Png))).unwrap();
        assert_eq!(size_of(&scaled_to(&small, 200).unwrap()), (20, 10), "it is never made larger");
    }

    #[test]
    fn a_photo_is_turned_as_its_camera_noted() {
        let upright = picture(20, 10, ImageFormat::Jpeg);
        // The orientation 6, a quarter to the right, as the first thing of the file.
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let noted = [&upright[..2], exif.as_slice(), &upright[2..]].concat();
        assert_eq!(size_of(&reduced(Cursor::new(noted)).unwrap()), (10, 20));
    }

    #[test]
    fn a_picture_that_is_broken_or_too_large_is_refused() {
        let whole = picture(100, 100, ImageFormat::Png);
        let half = &whole[..whole.len() / 2];
        assert!(
            matches!(reduced(Cursor::new(half)), Err(PhotoError::Refused(fault)) if fault == FilesFault::BrokenPicture.fault())
        );
        let wide = picture(8001, 1, ImageFormat::Png);
        let too_large = FilesFault::PictureTooLarge.with("max", 8000_u32);
        assert!(matches!(reduced(Cursor::new(wide)), Err(PhotoError::Refused(fault)) if fault == too_large));
    }
}
