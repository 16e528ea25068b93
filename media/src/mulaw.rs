//! G.711: μ-law both ways and A-law to linear. Called by `wav`, `phone` and by whoever speaks Media Streams. Source:
//! ITU-T G.711, in the 16-bit form of the reference code. Bytes here have no header.

const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;

/// μ-law of silence.
pub const SILENCE: u8 = 0xff;

static DECODED: [i16; 256] = decode_table();
static A_DECODED: [i16; 256] = a_decode_table();

const fn decode_table() -> [i16; 256] {
    let mut table = [0i16; 256];
    let mut code = 0;
    while code < 256 {
        let inverted = !(code as i32) & 0xff;
        let magnitude = ((((inverted & 0x0f) << 3) + BIAS) << ((inverted & 0x70) >> 4)) - BIAS;
        table[code] = if inverted & 0x80 != 0 {
            -magnitude as i16
        } else {
            magnitude as i16
        };
        code += 1;
    }
    table
}

const fn a_decode_table() -> [i16; 256] {
    let mut table = [0i16; 256];
    let mut code = 0;
    while code < 256 {
        let toggled = code as i32 ^ 0x55;
        let segment = (toggled & 0x70) >> 4;
        let step = ((toggled & 0x0f) << 4) + if segment == 0 { 8 } else { 0x108 };
        let magnitude = if segment > 1 { step << (segment - 1) } else { step };
        table[code] = if toggled & 0x80 != 0 {
            magnitude as i16
        } else {
            -magnitude as i16
        };
        code += 1;
    }
    table
}

/// μ-law byte to 16-bit linear.
pub fn decode(code: u8) -> i16 {
    DECODED[usize::from(code)]
}

/// A-law byte to 16-bit linear.
pub fn decode_alaw(code: u8) -> i16 {
    A_DECODED[usize::from(code)]
}

/// 16-bit linear to μ-law.
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80u8 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    // The segment is the place of the highest bit, counted from bit 7.
    let segment = (magnitude >> 7).ilog2() as u8;
    let step = ((magnitude >> (segment + 3)) & 0x0f) as u8;
    !(sign | (segment << 4) | step)
}

/// μ-law bytes to amplitudes.
pub fn to_samples(bytes: &[u8]) -> Vec<f32> {
    bytes.iter().map(|b| f32::from(decode(*b)) / 32_768.0).collect()
}

/// Amplitudes to μ-law bytes; beyond full scale is clipped.
pub fn from_samples(samples: &[f32]) -> Vec<u8> {
    samples.iter().map(|s| encode(linear16(*s))).collect()
}

/// Amplitude to 16-bit linear, clipped; not-a-number is silence.
pub(crate) fn linear16(sample: f32) -> i16 {
    (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_of_the_standard() {
        for (code, linear) in [
            (0xff, 0),
            (0x7f, 0),
            (0x80, 32124),
            (0x00, -32124),
            (0xfe, 8),
            (0xef, 132),
            (0x8f, 16764),
        ] {
            assert_eq!(decode(code), linear, "{code:#04x}");
        }
        for (code, linear) in [(0xd5, 8), (0x55, -8), (0xaa, 32256), (0x2a, -32256), (0x80, 5504)] {
            assert_eq!(decode_alaw(code), linear, "{code:#04x}");
        }
    }

    #[test]
    fn every_code_but_negative_zero_survives_the_round_trip() {
        for code in (0..=255u8).filter(|c| *c != 0x7f) {
            assert_eq!(encode(decode(code)), code, "{code:#04x}");
        }
        assert_eq!(encode(decode(0x7f)), SILENCE);
    }

    #[test]
    fn every_sample_lands_near_itself() {
        for sample in i16::MIN..=i16::MAX {
            let error = (i32::from(decode(encode(sample))) - i32::from(sample)).abs();
            assert!(
                error <= (i32::from(sample).abs() + BIAS) / 32,
                "{sample} off by {error}"
            );
        }
        assert_eq!(from_samples(&[f32::NAN, 9.0, -9.0]), [SILENCE, 0x80, 0x00]);
    }
}
