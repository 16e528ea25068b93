//! What files really look like, and every lie about them.

use super::*;
use crate::signals;

fn tone() -> Sound {
    signals::tone(8000, &[440.0], 500, -6.0)
}

/// A PCM or other header by hand, with any lie in it.
fn raw((tag, bits): (u16, u16), channels: u16, rate: u32, promised: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\xff\xff\xff\xffWAVEJUNK\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend([0; 2]);
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(promised.to_le_bytes());
    bytes.extend(data);
    bytes
}

fn close(a: &Sound, b: &Sound, by: f32) {
    assert_eq!((a.rate, a.samples.len()), (b.rate, b.samples.len()));
    for (x, y) in a.samples.iter().zip(&b.samples) {
        assert!((x - y).abs() < by, "{x} {y}");
    }
}

#[test]
fn both_encodings_come_back() {
    close(&decode(&encode_pcm16(&tone())).unwrap(), &tone(), 1e-4);
    let bytes = encode_mulaw(&tone());
    assert_eq!(u16::from_le_bytes([bytes[20], bytes[21]]), 7);
    close(&decode(&bytes).unwrap(), &tone(), 0.02);
    assert_eq!(
        u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize + 8,
        bytes.len()
    );
}

#[test]
fn wideband_becomes_telephone_sound_at_the_usual_level() {
    let wide = signals::tone(24000, &[440.0], 501, -30.0);
    let decoded = decode_channel(&encode_for_telephone(&wide), Channel::Mixed).unwrap();
    assert_eq!((decoded.coding, decoded.sound.rate), ("mulaw", 8000));
    assert!(
        (decoded.sound.rms_dbfs() + 20.0).abs() < 0.5,
        "{}",
        decoded.sound.rms_dbfs()
    );
}

#[test]
fn hound_reads_what_we_write_as_pcm() {
    let bytes = encode_pcm16(&tone());
    let reader = hound::WavReader::new(Cursor::new(&bytes)).unwrap();
    assert_eq!(reader.duration(), 4000);
}

#[test]
fn every_width_and_coding() {
    let cases: [(u16, u16, &[u8], f32); 6] = [
        (1, 8, &[192], 0.5),
        (1, 16, &[0, 64], 0.5),
        (1, 24, &[0, 0, 64], 0.5),
        (1, 32, &[0, 0, 0, 192], -0.5),
        (3, 32, &0.5f32.to_le_bytes(), 0.5),
        (6, 8, &[0xaa], 32256.0 / 32768.0),
    ];
    for (tag, bits, data, expected) in cases {
        let sound = decode(&raw((tag, bits), 1, 8000, data.len() as u32, data)).unwrap();
        assert_eq!(sound.samples, [expected], "tag {tag}, {bits} bits");
    }
    let sound = decode(&raw((3, 32), 1, 8000, 4, &f32::NAN.to_le_bytes())).unwrap();
    assert_eq!(sound.samples, [0.0], "not-a-number is silence");
}

#[test]
fn extensible_carries_its_tag_inside() {
    let mut bytes =
        b"RIFF\0\0\0\0WAVEfmt \x28\0\0\0\xfe\xff\x01\0\x40\x1f\0\0\0\0\0\0\x01\0\x08\0\x16\0\x08\0".to_vec();
    bytes.extend([0, 0, 0, 0, 7, 0]);
    bytes.extend([0; 14]);
    bytes.extend(b"data\x02\0\0\0\x80\xff");
    let decoded = decode_channel(&bytes, Channel::Mixed).unwrap();
    assert_eq!((decoded.coding, decoded.sound.samples.len()), ("mulaw", 2));
}

#[test]
fn channels_are_mixed_or_chosen() {
    let data = [0u8, 64, 0, 192];
    let bytes = raw((1, 16), 2, 8000, 4, &data);
    assert_eq!(decode(&bytes).unwrap().samples, [0.0]);
    assert_eq!(
        decode_channel(&bytes, Channel::Only(0)).unwrap().sound.samples,
        [0.5]
    );
    assert_eq!(
        decode_channel(&bytes, Channel::Only(1)).unwrap().sound.samples,
        [-0.5]
    );
}

#[test]
fn a_length_past_the_end_gives_what_is_there() {
    let decoded = decode_channel(&raw((1, 16), 1, 8000, 1000, &[0, 64, 0]), Channel::Mixed).unwrap();
    assert_eq!(decoded.sound.samples, [0.5], "half a sample is dropped");
    assert_eq!(decoded.missing_bytes, 997);
    for streamed in [0, u32::MAX] {
        let decoded = decode_channel(&raw((1, 16), 1, 8000, streamed, &[0, 64]), Channel::Mixed).unwrap();
        assert_eq!((decoded.sound.samples.len(), decoded.missing_bytes), (1, 0));
    }
}

#[test]
fn every_lie_is_an_error_and_never_a_panic() {
    let is = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
    assert_eq!(decode(b""), Err(SoundError::Empty));
    assert!(is(b"ID3\x03\0\0").contains("MP3"));
    assert!(is(b"OggS\0\0").contains("Ogg"));
    assert!(is(b"not audio").contains("unknown"));
    assert!(is(b"<html>404</html>").contains("HTML"));
    assert!(is(&raw((1, 16), 1, 4_000_000, 2, &[0, 0])).contains("4000000 samples"));
    assert!(is(&raw((1, 16), 1, 0, 2, &[0, 0])).contains("0 samples a second"));
    assert!(is(&raw((1, 16), 0, 8000, 2, &[0, 0])).contains("0 channels"));
    assert!(is(&raw((1, 12), 1, 8000, 2, &[0, 0])).contains("12 bits"));
    assert!(is(&raw((0x31, 0), 1, 8000, 2, &[0, 0])).contains("GSM"));
    assert_eq!(decode(&raw((1, 16), 1, 8000, 0, &[])), Err(SoundError::NoSamples));
    assert_eq!(decode(&raw((1, 16), 1, 8000, 8, &[])), Err(SoundError::NoSamples));
    assert!(matches!(
        decode(&vec![0; MAX_BYTES + 1]),
        Err(SoundError::TooLarge { .. })
    ));
    assert!(is(b"RIFF\x04\0\0\0WAVE").contains("no format"));
    assert!(is(b"RIFF\x04\0\0\0WAVEdata\x02\0\0\0ab").contains("before its format"));
}

#[test]
fn any_cut_and_any_flipped_byte_is_survived() {
    let good = encode_mulaw(&signals::tone(8000, &[440.0], 20, -6.0));
    for length in 0..good.len() {
        let _ = decode(&good[..length]);
    }
    for at in 0..60 {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] = value;
            let _ = decode(&bad);
        }
    }
}

#[test]
fn fingerprint_tells_length_by_the_bytes_that_are_there() {
    let bytes = encode_mulaw(&tone());
    assert_eq!(fingerprint(&bytes).1, 500);
    assert_eq!(fingerprint(b"nothing").1, 0);
    assert_ne!(fingerprint(&bytes).0, fingerprint(b"nothing").0);
}
