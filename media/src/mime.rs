//! What bytes are, by their first bytes and never by a file's name. Called by `wav` and by whoever serves or stores
//! sound.

/// The media type of sound that the carrier plays, or `None`.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match kind(bytes) {
        Kind::Wav => Some("audio/wav"),
        Kind::Mpeg => Some("audio/mpeg"),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Wav,
    Mpeg,
    Other(&'static str),
}

pub(crate) fn kind(bytes: &[u8]) -> Kind {
    match bytes {
        [
            b'R',
            b'I',
            b'F',
            b'F' | b'X',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => Kind::Wav,
        [b'R', b'F', b'6', b'4', ..] => Kind::Other("RF64, a WAV of more than 4 GB"),
        [b'R', b'I', b'F', b'F', ..] => Kind::Other("RIFF of another kind"),
        [b'I', b'D', b'3', ..] => Kind::Mpeg,
        [0xff, second, third, ..] if is_mpeg_frame(*second, *third) => Kind::Mpeg,
        [b'O', b'g', b'g', b'S', ..] => Kind::Other("Ogg"),
        [b'f', b'L', b'a', b'C', ..] => Kind::Other("FLAC"),
        [b'#', b'!', b'A', b'M', b'R', ..] => Kind::Other("AMR"),
        [b'.', b's', b'n', b'd', ..] => Kind::Other("AU"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Kind::Other("WebM or Matroska"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Kind::Other("MP4"),
        [b'{' | b'[', ..] => Kind::Other("JSON"),
        [b'<', ..] => Kind::Other("HTML or XML"),
        _ => Kind::Other("unknown bytes"),
    }
}

/// Eleven sync bits, then a version, layer and bit rate that exist.
fn is_mpeg_frame(second: u8, third: u8) -> bool {
    second & 0xe0 == 0xe0
        && second & 0x18 != 0x08
        && second & 0x06 != 0
        && third & 0xf0 != 0xf0
        && third & 0x0c != 0x0c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_content() {
        let table: &[(&[u8], Option<&str>)] = &[
            (b"RIFF\0\0\0\0WAVEfmt ", Some("audio/wav")),
            (b"ID3\x04\0", Some("audio/mpeg")),
            (b"\xff\xfb\x90\x64", Some("audio/mpeg")),
            (b"\xff\xff\xff\xff", None),
            (b"OggS", None),
            (b"RIFF\0\0\0\0AVI ", None),
            (b"", None),
            (b"<html>", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(sniff(bytes), *expected, "{bytes:?}");
        }
    }
}
