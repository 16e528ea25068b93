//! What is kept and what is refused, with files made here: none of them is anybody's.

use std::io::{Cursor, Write};

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let image = RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, 128]));
    let image = match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).to_rgb8()),
        _ => DynamicImage::ImageRgba8(image),
    };
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in entries {
        writer.start_file(*name, options).expect("an entry");
        writer.write_all(content).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

fn docx(extra: &[(&str, &[u8])]) -> Vec<u8> {
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", b"<Relationships/>"),
        ("word/document.xml", b"<w:document/>"),
    ];
    entries.extend_from_slice(extra);
    zipped(&entries)
}

fn check(kind: MediaKind, mime: &str, bytes: &[u8], expected: Result<&str, Refusal>) {
    let said = Said {
        kind,
        mime,
        name: Some("photo.jpg"),
    };
    let found = examine(said, bytes).map(|examined| examined.mime);
    assert_eq!(found, expected, "{kind:?} {mime}");
}

#[test]
fn what_whatsapp_carries_is_kept_as_what_it_is() {
    use MediaKind::{Audio, Document, Image, Sticker, Video};
    check(
        Image,
        "image/jpeg",
        &picture(ImageFormat::Jpeg, 4, 3),
        Ok("image/jpeg"),
    );
    check(
        Image,
        "image/jpeg",
        &picture(ImageFormat::Png, 4, 3),
        Ok("image/png"),
    );
    check(
        Sticker,
        "image/webp",
        &picture(ImageFormat::WebP, 4, 3),
        Ok("image/webp"),
    );
    check(
        Document,
        "image/png",
        &picture(ImageFormat::Png, 4, 3),
        Ok("image/png"),
    );
    check(
        Audio,
        "audio/ogg; codecs=opus",
        b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0OpusHead",
        Ok("audio/ogg"),
    );
    check(
        Audio,
        "audio/mpeg",
        b"ID3\x04\0\0\0\0\0\0\0\0\0",
        Ok("audio/mpeg"),
    );
    check(Audio, "audio/amr", b"#!AMR\n\x3c\x08\x15\x73", Ok("audio/amr"));
    check(
        Audio,
        "audio/mp4",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        Ok("audio/mp4"),
    );
    check(
        Video,
        "video/mp4",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        Ok("video/mp4"),
    );
    check(
        Video,
        "video/3gpp",
        b"\0\0\0\x18ftyp3gp5\0\0\0\x003gp5",
        Ok("video/3gpp"),
    );
    check(
        Document,
        "application/pdf",
        b"%PDF-1.7\n1 0 obj\n",
        Ok("application/pdf"),
    );
    check(
        Document,
        "text/plain; charset=utf-8",
        "שלום < עולם".as_bytes(),
        Ok("text/plain"),
    );
    check(Document, "text/plain", b"\xf9\xec\xe5\xed", Ok("text/plain"));
    check(Document, "text/csv", "שם,טלפון\n".as_bytes(), Ok("text/csv"));
    check(
        Document,
        "text/x-vcard",
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD",
        Ok("text/vcard"),
    );
    check(
        Document,
        "application/zip",
        &zipped(&[("a.txt", b"x")]),
        Ok("application/zip"),
    );
    check(
        Document,
        "application/octet-stream",
        &docx(&[]),
        Ok("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    );
}

#[test]
fn what_lies_or_could_run_is_refused() {
    use MediaKind::{Audio, Document, Image, Sticker, Video};
    let program = [b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".as_slice(), &[0; 200]].concat();
    check(Image, "image/jpeg", &program, Err(Refusal::Executable));
    check(Document, "application/pdf", &program, Err(Refusal::Executable));
    check(
        Document,
        "text/plain",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0",
        Err(Refusal::Executable),
    );
    check(
        Document,
        "text/plain",
        b"#!/bin/sh\nrm -rf ~\n",
        Err(Refusal::Executable),
    );
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    check(Image, "image/svg+xml", svg, Err(Refusal::ActiveContent));
    check(
        Document,
        "text/plain",
        b"\xef\xbb\xbf \n<?xml version=\"1.0\"?><svg/>",
        Err(Refusal::ActiveContent),
    );
    check(
        Document,
        "text/plain",
        b"<!DOCTYPE html><p>",
        Err(Refusal::ActiveContent),
    );
    check(
        Image,
        "image/png",
        b"hello <script>alert(1)</script>",
        Err(Refusal::ActiveContent),
    );
    check(Image, "image/jpeg", b"%PDF-1.7\n", Err(Refusal::NotWhatItSays));
    check(
        Video,
        "video/mp4",
        &picture(ImageFormat::Png, 2, 2),
        Err(Refusal::NotWhatItSays),
    );
    check(Audio, "audio/ogg", b"just words", Err(Refusal::NotWhatItSays));
    check(
        Sticker,
        "image/webp",
        &picture(ImageFormat::Png, 2, 2),
        Err(Refusal::NotWhatItSays),
    );
    check(
        Document,
        "application/gzip",
        b"\x1f\x8b\x08\0\0\0\0\0",
        Err(Refusal::UnknownType),
    );
    check(
        Audio,
        "audio/webm",
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01webm",
        Err(Refusal::UnknownType),
    );
    check(Document, "text/plain", b"a\0b", Err(Refusal::UnknownType));
    check(Document, "text/plain", b"", Err(Refusal::Empty));
    check(
        Sticker,
        "image/webp",
        &vec![0; 600 * 1024],
        Err(Refusal::TooLarge),
    );
    check(
        Image,
        "image/jpeg",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        Err(Refusal::Damaged),
    );
}

#[test]
fn archives_are_looked_through() {
    let zeros = vec![0_u8; 32 * 1024 * 1024];
    check(
        MediaKind::Document,
        "",
        &docx(&[("word/media/a.bin", &zeros)]),
        Err(Refusal::Archive),
    );
    check(
        MediaKind::Document,
        "",
        &zipped(&[("a.txt", &zeros)]),
        Err(Refusal::Archive),
    );
    check(
        MediaKind::Document,
        "",
        &zipped(&[("photo.jpg.exe", b"MZ")]),
        Err(Refusal::Archive),
    );
    check(
        MediaKind::Document,
        "",
        &zipped(&[("inner.ZIP", b"PK")]),
        Err(Refusal::Archive),
    );
    // A size that lies: the central directory says one byte where there are a thousand.
    let mut lying = zipped(&[("a.txt", &[7; 1000])]);
    let at = lying
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .expect("a directory");
    lying[at + 24..at + 28].copy_from_slice(&1_u32.to_le_bytes());
    let said = Said {
        kind: MediaKind::Document,
        mime: "",
        name: None,
    };
    assert!(examine(said, &lying).is_err());
    let mut torn = zipped(&[("a.txt", b"x")]);
    torn.truncate(torn.len() - 10);
    check(MediaKind::Document, "", &torn, Err(Refusal::Damaged));
}

#[test]
fn a_picture_of_too_many_pixels_is_never_unpacked() {
    // The head of a PNG alone says 30,000 by 30,000.
    let mut bomb = picture(ImageFormat::Png, 1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    // With the checksum of its first chunk.
    let crc = bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 * (crc & 1))
        })
    });
    bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
    check(MediaKind::Image, "image/png", &bomb, Err(Refusal::TooManyPixels));
    assert_eq!(thumbnail("image/png", &bomb), Err(Refusal::TooManyPixels));
}

#[test]
fn thumbnails_are_small_and_of_the_same_shape() {
    let thumb = thumbnail("image/png", &picture(ImageFormat::Png, 1280, 640)).expect("a thumbnail");
    assert_eq!((thumb.width, thumb.height), (320, 160));
    let drawn = image::load_from_memory_with_format(&thumb.bytes, ImageFormat::Jpeg).expect("a JPEG");
    let pixel = drawn.to_rgb8().get_pixel(160, 80).0;
    assert!(
        pixel[0] > 200 && pixel[1] > 120,
        "half red on white, not on black: {pixel:?}"
    );
    let small = thumbnail("image/webp", &picture(ImageFormat::WebP, 10, 20)).expect("a thumbnail");
    assert_eq!((small.width, small.height), (10, 20));
    assert_eq!(thumbnail("image/jpeg", b"\xff\xd8\xff"), Err(Refusal::Damaged));
    assert_eq!(thumbnail("application/pdf", b"%PDF"), Err(Refusal::UnknownType));
}

#[test]
fn names_are_harmless() {
    let check = |name: Option<&str>, expected: &str| assert_eq!(safe_name(name, "pdf"), expected, "{name:?}");
    check(Some("חוזה שכירות.pdf"), "חוזה שכירות.pdf");
    check(Some("invoice.pdf.exe"), "invoice.pdf.pdf");
    check(Some("../../etc/passwd"), "passwd.pdf");
    check(Some("C:\\temp\\a.doc"), "a.pdf");
    check(Some("photo\u{202e}gpj.exe"), "photogpj.pdf");
    check(Some("a\r\nSet-Cookie: x"), "aSet-Cookie x.pdf");
    check(Some("..."), "file.pdf");
    check(None, "file.pdf");
}
