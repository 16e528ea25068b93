//! Pictures: how large they are, before a pixel of them is unpacked, and a small one to show in a list. Thumbnails are drawn anew, so
//! nothing of the original's metadata (place, device) is in them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::Refusal;

/// The longer side of a thumbnail, pixels.
pub const THUMBNAIL_SIDE: u32 = 320;
/// The longest side that is unpacked, pixels.
const LONGEST_SIDE: u32 = 16_384;
/// Pixels that are unpacked: 50 million are 200 MB.
const MOST_PIXELS: u64 = 50_000_000;
/// What a decoder may take besides, bytes.
const MOST_MEMORY: u64 = 320 * 1024 * 1024;
const QUALITY: u8 = 80;

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// JPEG.
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

fn format(mime: &str) -> Result<ImageFormat, Refusal> {
    match mime {
        "image/jpeg" => Ok(ImageFormat::Jpeg),
        "image/png" => Ok(ImageFormat::Png),
        "image/webp" => Ok(ImageFormat::WebP),
        _ => Err(Refusal::UnknownType),
    }
}

fn reader<'a>(mime: &str, bytes: &'a [u8]) -> Result<ImageReader<Cursor<&'a [u8]>>, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(mime)?);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    Ok(reader)
}

/// Width and height as the head of the file has them.
pub(super) fn size(mime: &str, bytes: &[u8]) -> Result<(u32, u32), Refusal> {
    let reader = ImageReader::with_format(Cursor::new(bytes), format(mime)?);
    let (width, height) = reader.into_dimensions().map_err(|_| Refusal::Damaged)?;
    let pixels = u64::from(width) * u64::from(height);
    if width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS {
        return Err(Refusal::TooManyPixels);
    }
    Ok((width, height))
}

/// A small picture of a picture that was examined, the right way up and on white where it was transparent. Takes up to a second
/// and 300 MB: one or two at a time.
///
/// # Errors
/// When it can't be unpacked after all.
pub fn thumbnail(mime: &str, bytes: &[u8]) -> Result<Thumbnail, Refusal> {
    size(mime, bytes)?;
    let mut decoder = reader(mime, bytes)?
        .into_decoder()
        .map_err(|_| Refusal::Damaged)?;
    let orientation = decoder.orientation().map_err(|_| Refusal::Damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::Damaged)?;
    if picture.width() > THUMBNAIL_SIDE || picture.height() > THUMBNAIL_SIDE {
        picture = picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
    }
    picture.apply_orientation(orientation);
    let flat = on_white(&picture);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&flat)
        .map_err(|_| Refusal::Damaged)?;
    Ok(Thumbnail {
        bytes: jpeg,
        width: flat.width(),
        height: flat.height(),
    })
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.to_rgba8().pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over = |colour: u32| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8;
        to.0 = [over(red), over(green), over(blue)];
    }
    flat
}
